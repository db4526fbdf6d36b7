/** `katman/testing` as it is installed. */
import { lookForPuppeteer } from './packageTargets.mjs';

export * from '../src/testing/index.ts';

lookForPuppeteer();
