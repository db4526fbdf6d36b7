#!/usr/bin/env node
/**
 * Makes this checkout ready: packages, and with --browser, --firefox, --dawn and --redis a Chrome, a Firefox with
 * its software adapter, the package webgpu, and a Redis. Does nothing, quickly, when all is there. Plain Node without dependencies, because it runs before there are any. All it says goes to
 * stderr: stdout belongs to the command that follows.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { findBrowsers } from './browsers.mjs';
import { DAWN_PACKAGE, findDawn } from './dawn.mjs';
import { FIREFOX_MISSING, findFirefox, findLavapipe } from './firefox.mjs';
import { REDIS_MISSING, findRedis } from './redis.mjs';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const say = (text) => process.stderr.write(`${text}\n`);
const stop = (code, text) => {
  say(text);
  process.exit(code);
};

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    stop(
      2,
      `Katman needs Node 20.19 or newer; this is ${process.versions.node}. Install a current one from https://nodejs.org`,
    );
  }
}

function run(command, args, { minutes = 10, env = {} } = {}) {
  const done = spawnSync(command, args, {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
    timeout: minutes * 60_000,
    shell: process.platform === 'win32',
  });
  return { ok: done.status === 0, output: `${done.stdout ?? ''}${done.stderr ?? ''}${done.error ?? ''}` };
}

function packages() {
  const lock = path.join(root, 'package-lock.json');
  const stamp = path.join(root, 'node_modules', '.katman-setup');
  const wanted = createHash('sha256').update(readFileSync(lock)).digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  say('Installing the packages (once) ...');
  // The browser is looked for below, on this machine first.
  const { ok, output } = run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    env: { PUPPETEER_SKIP_DOWNLOAD: '1' },
  });
  if (!ok)
    stop(
      2,
      `${output.trim()}\nThe packages could not be installed: see the lines above, then run the command again.`,
    );
  writeFileSync(stamp, wanted);
}

/** Installs packages of Debian, where that is possible. */
function aptInstall(...names) {
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  run('apt-get', ['update'], { env });
  run('apt-get', ['install', '-y', ...names], { env, minutes: 20 });
}

function canAptInstall() {
  try {
    return process.getuid?.() === 0 && /^ID=debian$/m.test(readFileSync('/etc/os-release', 'utf8'));
  } catch {
    return false;
  }
}

/** What a search finds; a wrong variable of the environment ends set-up with its sentence. */
function look(find) {
  try {
    return find();
  } catch (error) {
    stop(3, error.message);
  }
}

function browser() {
  if (look(findBrowsers).length) return;
  say('No Chrome, Chromium or Edge on this machine: downloading one (about 180 MB, once) ...');
  run('npx', ['puppeteer', 'browsers', 'install', 'chrome'], { minutes: 10 });
  if (findBrowsers().length) return;
  if (canAptInstall()) {
    say("The download failed: installing Debian's chromium ...");
    aptInstall('chromium');
    if (findBrowsers().length) return;
  }
  stop(
    3,
    'No browser could be set up: install Google Chrome (on Debian: apt-get install chromium; on Ubuntu, where chromium is a snap, ' +
      'the package google-chrome-stable from https://www.google.com/chrome), or set KATMAN_BROWSER to the path of a Chrome, Chromium or Edge.',
  );
}

function firefox() {
  const lacksAdapter = () => process.platform === 'linux' && !findLavapipe();
  if (look(findFirefox).length && !lacksAdapter()) return;
  if (canAptInstall()) {
    say("Installing Debian's firefox-esr and mesa-vulkan-drivers (once) ...");
    aptInstall('firefox-esr', 'mesa-vulkan-drivers', 'libvulkan1');
  }
  if (!look(findFirefox).length) stop(3, FIREFOX_MISSING);
  if (lacksAdapter())
    stop(3, "Firefox has no software adapter here: install Mesa's lavapipe (on Debian: mesa-vulkan-drivers)");
}

function dawn() {
  try {
    findDawn();
    return;
  } catch (error) {
    if (process.env.KATMAN_WEBGPU) stop(3, error.message);
  }
  say(`Installing ${DAWN_PACKAGE} (WebGPU for Node, once) ...`);
  const words = ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error', DAWN_PACKAGE];
  const { output } = run('npm', words, { env: { PUPPETEER_SKIP_DOWNLOAD: '1' } });
  try {
    findDawn();
  } catch (error) {
    stop(3, `${output.trim()}\n${error.message}`);
  }
}

/** The server that tests of the queue start for themselves. */
function redis() {
  if (look(findRedis)) return;
  if (canAptInstall()) {
    say("Installing Debian's redis-server (once) ...");
    aptInstall('redis-server');
  }
  if (!look(findRedis)) stop(3, REDIS_MISSING);
}

checkNode();
packages();
const asked = (word) => process.argv.includes(word);
if (asked('--browser')) browser();
if (asked('--firefox')) firefox();
if (asked('--dawn')) dawn();
if (asked('--redis')) redis();
