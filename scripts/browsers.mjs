/** Finds the browsers on this machine that Katman can drive. No dependencies: set-up runs before they exist. */
import { existsSync, readFileSync, readdirSync, realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';

const VARIABLES = ['KATMAN_BROWSER', 'PUPPETEER_EXECUTABLE_PATH', 'CHROME_PATH'];

const ON_PATH = [
  'google-chrome-stable',
  'google-chrome',
  'chromium',
  'chromium-browser',
  'microsoft-edge-stable',
  'microsoft-edge',
];

function standardPlaces() {
  if (process.platform === 'darwin') {
    return ['Google Chrome', 'Chromium', 'Microsoft Edge'].flatMap((name) =>
      ['/Applications', path.join(homedir(), 'Applications')].map(
        (folder) => `${folder}/${name}.app/Contents/MacOS/${name}`,
      ),
    );
  }
  if (process.platform === 'win32') {
    const roots = [
      process.env.PROGRAMFILES,
      process.env['PROGRAMFILES(X86)'],
      process.env.LOCALAPPDATA,
    ].filter(Boolean);
    return [
      'Google\\Chrome\\Application\\chrome.exe',
      'Chromium\\Application\\chrome.exe',
      'Microsoft\\Edge\\Application\\msedge.exe',
    ].flatMap((place) => roots.map((root) => path.join(root, place)));
  }
  const folders = (process.env.PATH ?? '').split(path.delimiter).filter(Boolean);
  return ON_PATH.flatMap((name) => folders.map((folder) => path.join(folder, name)));
}

/** Ubuntu's chromium-browser package is a script that asks for a snap: a file, but no browser. */
function isStub(file) {
  const start = readFileSync(file).subarray(0, 4096).toString('latin1');
  return start.startsWith('#!') && /snap install chromium|requires the chromium snap/.test(start);
}

/** Puppeteer keeps its own browsers in CACHE/chrome/PLATFORM-VERSION/chrome-PLATFORM/. */
function downloaded() {
  const cache = process.env.PUPPETEER_CACHE_DIR ?? path.join(homedir(), '.cache', 'puppeteer');
  const folder = path.join(cache, 'chrome');
  if (!existsSync(folder)) return [];
  const program = {
    darwin: 'Google Chrome for Testing.app/Contents/MacOS/Google Chrome for Testing',
    win32: 'chrome.exe',
  }[process.platform];
  return readdirSync(folder)
    .sort()
    .reverse()
    .flatMap((version) =>
      readdirSync(path.join(folder, version)).map((inner) =>
        path.join(folder, version, inner, program ?? 'chrome'),
      ),
    );
}

/**
 * Every browser found, best first: one named by an environment variable, those installed on the
 * machine, puppeteer's own download.
 * @returns {{ path: string, source: string }[]}
 * @throws {Error} if KATMAN_BROWSER names a file that is not there
 */
export function findBrowsers() {
  const named = process.env.KATMAN_BROWSER;
  if (named) {
    if (!existsSync(named))
      throw new Error(
        `KATMAN_BROWSER names '${named}', which does not exist; set it to the path of a Chrome, Chromium or Edge`,
      );
    return [{ path: named, source: 'KATMAN_BROWSER' }];
  }
  const candidates = [
    ...VARIABLES.map((name) => ({ path: process.env[name], source: name })),
    ...standardPlaces().map((place) => ({ path: place, source: 'this machine' })),
    ...downloaded().map((place) => ({ path: place, source: "puppeteer's download" })),
  ];
  const seen = new Set();
  return candidates.filter(({ path: file }) => {
    if (!file || !existsSync(file) || seen.has(realpathSync(file)) || isStub(file)) return false;
    // The same browser is often found in several places, as /bin is a link to /usr/bin.
    seen.add(realpathSync(file));
    return true;
  });
}
