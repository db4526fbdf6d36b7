import { FIREFOX_MISSING, findFirefox, findLavapipe } from '../../../scripts/firefox.mjs';
import { GpuUnavailableError } from '../../errors.ts';
import { drive } from './drive.ts';
import type { Rung, Target } from './target.ts';

/** Without these, Firefox has WebGPU on some systems only, and never on a software adapter. */
const PREFERENCES = {
  'dom.webgpu.enabled': true,
  'gfx.webgpu.ignore-blocklist': true,
  'gfx.webgpu.force-enabled': true,
};

/** Firefox, on whatever Vulkan, Metal or Direct3D offers; on Linux also on Mesa's lavapipe alone. */
export const firefox: Target = {
  hint: "a GPU needs its driver; on Linux, software is Mesa's lavapipe (Debian: libvulkan1 and mesa-vulkan-drivers)",
  ladder() {
    const flags = Object.entries(PREFERENCES).map(([name, value]) => `${name}=${value}`);
    const browsers = found();
    const rung = (adapter: Rung['adapter'], env?: Rung['env']) =>
      browsers.map(({ path, source }): Rung => ({ target: 'firefox', path, source, adapter, flags, env }));
    const lavapipe = findLavapipe();
    return [...rung('hardware'), ...(lavapipe ? rung('software', { VK_ICD_FILENAMES: lavapipe }) : [])];
  },
  start: (rung, signal) => drive(rung, { browser: 'firefox', extraPrefsFirefox: PREFERENCES }, signal),
};

function found(): ReturnType<typeof findFirefox> {
  let browsers;
  try {
    browsers = findFirefox();
  } catch (error) {
    throw new GpuUnavailableError((error as Error).message);
  }
  if (browsers.length) return browsers;
  throw new GpuUnavailableError(FIREFOX_MISSING);
}
