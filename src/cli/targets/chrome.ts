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
];

/** Every Chrome, Chromium and Edge found, each with the software adapter that it brings along as last resort. */
export const chrome: Target = {
  hint: 'a GPU needs its driver, on Linux also the Vulkan loader (Debian: libvulkan1); software comes with Chrome',
  ladder() {
    const browsers = found();
    const linux = process.platform === 'linux';
    // Chromium's sandbox refuses to work for root, and in many containers.
    const sandbox = linux && (process.getuid?.() === 0 || process.env.CI) ? ['--no-sandbox'] : [];
    const hardware = linux
      ? [['--enable-features=Vulkan'], ['--enable-features=Vulkan', '--use-angle=vulkan']]
      : [[]];
    const rungs = (adapter: Rung['adapter'], sets: readonly (readonly string[])[]) =>
      browsers.flatMap(({ path, source }) =>
        sets.map((set): Rung => {
          return { target: 'chrome', path, source, adapter, flags: [...COMMON, ...sandbox, ...set] };
        }),
      );
    return [...rungs('hardware', hardware), ...rungs('software', [['--use-webgpu-adapter=swiftshader']])];
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
