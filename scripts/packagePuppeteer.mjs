/** Stands for puppeteer in the built command line: it is loaded when a browser is started, and not before. */
import { findPuppeteer } from './packagePeers.mjs';

export default {
  launch: async (options) => (await import(/* @vite-ignore */ findPuppeteer())).default.launch(options),
};
