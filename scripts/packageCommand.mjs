/** The command line as it is installed: the packages that it may lack are looked for before they are needed. */
import { targets } from '../src/cli/targets/index.ts';
import { GpuUnavailableError } from '../src/errors.ts';
import { findPeer, findPuppeteer } from './packagePeers.mjs';

export { main } from '../src/cli/main.ts';

for (const target of [targets.chrome, targets.firefox]) {
  const { ladder } = target;
  target.ladder = () => {
    if (!findPuppeteer())
      throw new GpuUnavailableError(
        'The package puppeteer, which starts the browser that computes, is not installed: npm install puppeteer (or puppeteer-core, which downloads no browser)',
      );
    return ladder();
  };
}

const dawn = findPeer('webgpu');
if (dawn) process.env.KATMAN_WEBGPU ??= dawn;
