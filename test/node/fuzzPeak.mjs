/**
 * Reads hostile and large files one by one, and prints as JSON how many bytes of memory each took at its peak beyond
 * the file itself. A process of its own, whose peak the system counts: run with --expose-gc.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { importer } from '../../bin/source.mjs';

const [, , which] = process.argv;

/** The most memory that this process has had since the last reset, in bytes. */
function peak() {
  if (process.platform !== 'linux') return process.resourceUsage().maxRSS * 1024;
  return Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]) * 1024;
}

function reset() {
  globalThis.gc();
  if (process.platform === 'linux') writeFileSync('/proc/self/clear_refs', '5');
  return process.platform === 'linux' ? process.memoryUsage.rss() : peak();
}

const source = await importer();
const files = (await source('/test/node/hostile.ts'))[which]();
const found = [];
for (const { name, bytes, isGood = false, read } of files) {
  const before = reset();
  let refused;
  try {
    await read(bytes);
  } catch (error) {
    refused = `${error.name}: ${error.message}`;
  }
  found.push({ name, isGood, size: bytes.length, refused, grown: Math.max(0, peak() - before) });
}
process.stdout.write(JSON.stringify(found), () => process.exit(0));
