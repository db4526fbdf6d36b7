/**
 * Clears away what a command line leaves that was killed: the browser of a profile, and the profile. Its stdin is
 * closed when the command line has ended, however that came about. The word is the folder of the profile.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';

const [profile] = process.argv.slice(2);

/** The processes that have the profile in their command lines, but this one. */
function processes() {
  const found =
    process.platform === 'linux'
      ? readdirSync('/proc')
          .filter((name) => /^\d+$/.test(name))
          .map((pid) => [pid, commandLine(pid)])
      : execFileSync('ps', ['-A', '-o', 'pid=,args='], { encoding: 'utf8' })
          .split('\n')
          .map((line) => line.trim().split(/ (.*)/s));
  return found
    .filter(([pid, line]) => Number(pid) !== process.pid && line?.includes(profile))
    .map(([pid]) => Number(pid));
}

function commandLine(pid) {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

function end(pid) {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

for await (const _ of process.stdin);
// A browser that was just being started comes a moment later, and one that ends still writes.
for (let quiet = 0, round = 0; quiet < 3 && round < 100; round++) {
  const left = process.platform === 'win32' ? [] : processes();
  left.forEach(end);
  rmSync(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
  quiet = left.length || existsSync(profile) ? 0 : quiet + 1;
  await setTimeout(100);
}
