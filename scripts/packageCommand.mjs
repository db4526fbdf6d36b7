/** The command line as it is installed. */
import { findPeer } from './packagePeers.mjs';
import { lookForPuppeteer } from './packageTargets.mjs';

export { main } from '../src/cli/main.ts';

lookForPuppeteer();
const dawn = findPeer('webgpu');
if (dawn) process.env.KATMAN_WEBGPU ??= dawn;
