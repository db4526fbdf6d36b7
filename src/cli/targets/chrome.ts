import { findBrowsers } from '../../../scripts/browsers.mjs';
import { GpuUnavailableError } from '../../errors.ts';
import { drive } from './drive.ts';
import type { Rung, Target } from './target.ts';

const COMMON = [
  '--enable-unsafe-webgpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // After a GPU process has crashed, Chrome gives a page no adapter again, or none at all: a training could not go on.
  '--disable-domain-blocking-for-3d-apis',
  '--disable-gpu-process-crash-limit',
];

/** Every set of flags to try for an adapter of this kind. */
export function chromeFlags(adapter: Rung['adapter']): string[][] {
  const linux = process.platform === 'linux';
  // Chromium's sandbox refuses to work for root, and in many containers.
  const sandbox = linux && (process.getuid?.() === 0 || process.env.CI) ? ['--no-sandbox'] : [];
  const hardware = linux
    ? [['--enable-features=Vulkan'], ['--enable-features=Vulkan', '--use-angle=vulkan']]
    : [[]];
  const sets = adapter === 'hardware' ? hardware : [['--use-webgpu-adapter=swiftshader']];
  return sets.map((set) => [...COMMON, ...sandbox, ...set]);
}

/** Every Chrome, Chromium and Edge found, each with the software adapter that it brings along as last resort. */
export const chrome: Target = {
  hint: 'a GPU needs its driver, on Linux also the Vulkan loader (Debian: libvulkan1); software comes with Chrome',
  ladder() {
    const browsers = found();
    const rungs = (adapter: Rung['adapter']) =>
      browsers.flatMap(({ path, source }) =>
        chromeFlags(adapter).map((flags): Rung => ({ target: 'chrome', path, source, adapter, flags })),
      );
    return [...rungs('hardware'), ...rungs('software')];
  },
  start: (rung, signal) => drive(rung, { args: [...rung.flags] }, signal),
};

function found(): ReturnType<typeof findBrowsers> {
  let browsers;
  try {
    browsers = findBrowsers();
  } catch (error) {
    throw new GpuUnavailableError((error as Error).message);
  }
  if (browsers.length) return browsers;
  throw new GpuUnavailableError(
    'No Chrome, Chromium or Edge was found: install one, or set KATMAN_BROWSER to its path',
  );
}
