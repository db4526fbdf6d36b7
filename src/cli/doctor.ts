import { Command } from 'commander';
import { GpuUnavailableError } from '../errors.ts';
import { adapterName } from '../gpu/adapter.ts';
import { type Difference, describeDifference, differences } from './doctorFlags.ts';
import { type Tried, climb } from './launch.ts';
import type { Context } from './main.ts';
import { fileName } from './optionParsers.ts';
import { checkWritable, writeResult } from './output.ts';
import { startServer } from './server.ts';
import { targets } from './targets/index.ts';
import { type Rung, type TargetName, TARGETS, describeFlags } from './targets/target.ts';

/** What `katman doctor --json` writes. */
export interface DoctorReceipt {
  readonly schema: 'katman-doctor/1';
  readonly date: string;
  /** Every way of starting something here, and what it computed on. */
  readonly tried: readonly Tried[];
  /** What the best Chrome is without each of its flags. */
  readonly differences: readonly Difference[];
  /** The sentences that are printed. */
  readonly verdicts: readonly string[];
}

/** `katman doctor`: which browsers and flags give an adapter that computes, on this machine. */
export function doctorCommand({ signal }: Context): Command {
  return new Command('doctor')
    .description(
      'try every browser and set of flags on this machine, and Node, and say which compute, and which flag decides',
    )
    .option('--json <file>', 'write everything that was found as JSON; - is stdout', fileName)
    .action(async ({ json }: { json?: string }) => {
      await checkWritable(json);
      const server = await startServer();
      const tried: Tried[] = [];
      let found: readonly Difference[] = [];
      const { rungs, advice } = ladders();
      const say = (text: string) => void process.stderr.write(`${text}\n`);
      try {
        for (const [i, rung] of rungs.entries()) {
          signal.throwIfAborted();
          say(`trying ${i + 1} of ${rungs.length}: ${rung.target}, ${rung.path} (${rung.adapter}) ...`);
          const { started, ...result } = await climb(server, rung, 'any', signal);
          await started?.close();
          tried.push(result);
        }
        const best = bestOf(tried, 'chrome');
        if (best) found = await differences(server, best, signal, say);
      } finally {
        await server.close();
      }
      const best = bestOf(tried, 'chrome');
      const decides = best ? found.map((one) => describeDifference(one, best)) : [];
      const said = [...verdicts(tried), ...decides, ...advice];
      if (json !== '-') console.log([...tried.map(describe), '', ...said].join('\n'));
      if (json) {
        const receipt: DoctorReceipt = {
          schema: 'katman-doctor/1',
          date: new Date().toISOString(),
          tried,
          differences: found,
          verdicts: said,
        };
        await writeResult(json, `${JSON.stringify(receipt, null, 2)}\n`);
      }
      if (!tried.some(({ probe }) => probe))
        throw new GpuUnavailableError(
          'No browser on this machine computes with WebGPU: install what is named above, and run this again.',
        );
    });
}

/** Every rung of every target, and what to install for the targets that are not here. */
function ladders(): { rungs: Rung[]; advice: string[] } {
  const rungs: Rung[] = [];
  const advice: string[] = [];
  for (const name of TARGETS) {
    try {
      rungs.push(...targets[name].ladder());
    } catch (error) {
      advice.push(`${name}: ${(error as Error).message}`);
    }
  }
  return { rungs, advice };
}

function describe(rung: Tried): string {
  const { target, path, source, version, adapter, probe, problem } = rung;
  const verdict = probe
    ? `computed on ${adapterName(probe.adapter)} (${probe.adapter.kind})${describeDevice(probe)}`
    : `did not compute: ${problem}`;
  return `${probe ? '✓' : '✗'} ${target}: ${path} (${source}${version ? `, ${version}` : ''})\n    looking for ${adapter}: ${describeFlags(rung).join(' ')}\n    ${verdict}`;
}

/** The limits that kernels meet first; --json has all of them. */
const SHOWN = [
  'maxBufferSize',
  'maxStorageBufferBindingSize',
  'maxComputeWorkgroupStorageSize',
  'maxComputeInvocationsPerWorkgroup',
];

/** What a device there can be asked for. */
function describeDevice({ features, limits }: NonNullable<Tried['probe']>): string {
  const numbers = SHOWN.map((name) => `${name} ${limits[name] ?? 'unknown'}`);
  return `\n    features: ${features.join(', ') || 'none'}\n    limits: ${numbers.join(', ')}`;
}

/** Hardware before software; undefined where nothing of a target computes. */
function bestOf(tried: readonly Tried[], name: TargetName): Tried | undefined {
  const own = tried.filter(({ target, probe }) => target === name && probe);
  return own.find(({ probe }) => probe!.adapter.kind === 'hardware') ?? own[0];
}

/** Of every target that was tried: how to use it, or what it lacks. */
function verdicts(tried: readonly Tried[]): string[] {
  return TARGETS.flatMap((name) => {
    const own = tried.filter(({ target }) => target === name);
    if (!own.length) return [];
    const best = bestOf(tried, name);
    const isHardware = best?.probe?.adapter.kind === 'hardware';
    return [
      ...(best ? [`Works: ${launchLine(name, best)}`] : []),
      ...(isHardware ? [] : [`${name}: no hardware adapter; ${targets[name].hint}`]),
    ];
  });
}

/** How a person starts the same: Firefox takes preferences in about:config only, Node a package. */
function launchLine(name: TargetName, rung: Rung): string {
  const flags = describeFlags(rung).join(' ');
  return name === 'chrome'
    ? `${rung.path} --headless ${flags}`
    : `--browser ${name}, ${rung.path} with ${flags}`;
}
