import { Command } from 'commander';
import { GpuUnavailableError } from '../errors.ts';
import type { Context } from './main.ts';
import { type Tried, climb, ladder } from './launch.ts';
import { startServer } from './server.ts';

/** `katman doctor`: which browsers and flags give an adapter that computes, on this machine. */
export function doctorCommand({ signal }: Context): Command {
  return new Command('doctor')
    .description('try every browser and set of flags on this machine, and say which compute')
    .action(async () => {
      const server = await startServer();
      const tried: Tried[] = [];
      try {
        const rungs = ladder();
        for (const [i, rung] of rungs.entries()) {
          signal.throwIfAborted();
          process.stderr.write(`trying ${i + 1} of ${rungs.length}: ${rung.path} (${rung.adapter}) ...\n`);
          const { launched, ...result } = await climb(server, rung, 'any', signal);
          await launched?.close();
          tried.push(result);
        }
      } finally {
        await server.close();
      }
      console.log(describe(tried));
      if (!tried.some(({ probe }) => probe))
        throw new GpuUnavailableError('No browser on this machine computes with WebGPU.');
    });
}

function describe(tried: readonly Tried[]): string {
  const lines = tried.map(({ path, source, version, flags, adapter, probe, problem }) => {
    const verdict = probe
      ? `computed on ${name(probe)} (${probe.adapter.kind})`
      : `did not compute: ${problem}`;
    return `${probe ? '✓' : '✗'} ${path} (${source}${version ? `, ${version}` : ''})\n    looking for ${adapter}: ${flags.join(' ')}\n    ${verdict}`;
  });
  const best =
    tried.find(({ probe }) => probe?.adapter.kind === 'hardware') ?? tried.find(({ probe }) => probe);
  const advice = [
    best && `Works: ${best.path} --headless ${best.flags.join(' ')}`,
    !tried.length && 'No Chrome, Chromium or Edge was found: install one, or set KATMAN_BROWSER to its path.',
    !tried.some(({ probe }) => probe?.adapter.kind === 'hardware') &&
      'No hardware adapter: if this machine has a GPU, install its driver (on Linux also the Vulkan loader, package libvulkan1); software works without.',
  ].filter(Boolean);
  return [...lines, '', ...advice].join('\n');
}

function name({
  adapter: { vendor, architecture, device, description },
}: NonNullable<Tried['probe']>): string {
  return description || [vendor, architecture, device].filter(Boolean).join(' ') || 'an unnamed adapter';
}
