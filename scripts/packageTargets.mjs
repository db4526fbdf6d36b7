import { targets } from '../src/cli/targets/index.ts';
import { GpuUnavailableError } from '../src/errors.ts';
import { findPuppeteer } from './packagePeers.mjs';

/** Browsers as the installed package starts them: the package that it may lack is looked for before it is needed. */
export function lookForPuppeteer() {
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
}
