import { Command } from 'commander';
import { GpuUnavailableError } from '../errors.ts';
import { adapterName } from '../gpu/adapter.ts';
import { type Tried, climb } from './launch.ts';
import type { Context } from './main.ts';
import { startServer } from './server.ts';
import { targets } from './targets/index.ts';
import { type Rung, type TargetName, TARGETS, describeFlags } from './targets/target.ts';

/** `katman doctor`: which browsers and flags give an adapter that computes, on this machine. */
export function doctorCommand({ signal }: Context): Command {
  return new Command('doctor')
    .description('try every browser and set of flags on this machine, and Node, and say which compute')
    .action(async () => {
      const server = await startServer();
      const tried: Tried[] = [];
      const { rungs, advice } = ladders();
      try {
        for (const [i, rung] of rungs.entries()) {
          signal.throwIfAborted();
          process.stderr.write(
            `trying ${i + 1} of ${rungs.length}: ${rung.target}, ${rung.path} (${rung.adapter}) ...\n`,
          );
          const { started, ...result } = await climb(server, rung, 'any', signal);
          await started?.close();
          tried.push(result);
        }
      } finally {
        await server.close();
      }
      console.log([...tried.map(describe), '', ...verdicts(tried), ...advice].join('\n'));
      if (!tried.some(({ probe }) => probe))
        throw new GpuUnavailableError('No browser on this machine computes with WebGPU.');
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
    ? `computed on ${adapterName(probe.adapter)} (${probe.adapter.kind})`
    : `did not compute: ${problem}`;
  return `${probe ? '✓' : '✗'} ${target}: ${path} (${source}${version ? `, ${version}` : ''})\n    looking for ${adapter}: ${describeFlags(rung).join(' ')}\n    ${verdict}`;
}

/** Of every target that was tried: how to use it, or what it lacks. */
function verdicts(tried: readonly Tried[]): string[] {
  return TARGETS.flatMap((name) => {
    const own = tried.filter(({ target }) => target === name);
    if (!own.length) return [];
    const hardware = own.find(({ probe }) => probe?.adapter.kind === 'hardware');
    const best = hardware ?? own.find(({ probe }) => probe);
    return [
      ...(best ? [`Works: ${launchLine(name, best)}`] : []),
      ...(hardware ? [] : [`${name}: no hardware adapter; ${targets[name].hint}`]),
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
