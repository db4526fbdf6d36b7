import { chromeFlags } from '../cli/targets/chrome.ts';

/** The flags with which a headless Chrome has WebGPU on such an adapter: for `args` of puppeteer or Playwright. */
export function webgpuFlags(adapter: 'software' | 'hardware'): string[] {
  return [...chromeFlags(adapter)[0]];
}
