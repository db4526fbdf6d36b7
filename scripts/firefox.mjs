/** Finds the Firefox on this machine, and the software adapter that it takes on Linux. No dependencies: set-up runs before they exist. */
import { existsSync, readFileSync, readdirSync, realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';

/** What to do where there is none. */
export const FIREFOX_MISSING =
  'No Firefox was found: install it (on Debian: apt-get install firefox-esr mesa-vulkan-drivers; elsewhere from ' +
  'https://www.mozilla.org/firefox), or set KATMAN_FIREFOX to its path';

function standardPlaces() {
  if (process.platform === 'darwin') {
    return ['Firefox', 'Firefox Developer Edition', 'Firefox Nightly'].flatMap((name) =>
      ['/Applications', path.join(homedir(), 'Applications')].map(
        (folder) => `${folder}/${name}.app/Contents/MacOS/firefox`,
      ),
    );
  }
  if (process.platform === 'win32') {
    return [process.env.PROGRAMFILES, process.env['PROGRAMFILES(X86)'], process.env.LOCALAPPDATA]
      .filter(Boolean)
      .map((root) => path.join(root, 'Mozilla Firefox', 'firefox.exe'));
  }
  const folders = (process.env.PATH ?? '').split(path.delimiter).filter(Boolean);
  return ['firefox', 'firefox-esr'].flatMap((name) => folders.map((folder) => path.join(folder, name)));
}

const start = (file) => readFileSync(file).subarray(0, 4096).toString('latin1');

/** Ubuntu's firefox package is a script that asks for a snap: a file, but no browser. */
const isStub = (file) =>
  start(file).startsWith('#!') && /snap install firefox|firefox snap/.test(start(file));

/**
 * Every Firefox found; where KATMAN_FIREFOX names one, that alone.
 * @returns {{ path: string, source: string }[]}
 * @throws {Error} if KATMAN_FIREFOX names a file that is not there
 */
export function findFirefox() {
  const named = process.env.KATMAN_FIREFOX;
  if (named) {
    if (!existsSync(named))
      throw new Error(
        `KATMAN_FIREFOX names '${named}', which does not exist; set it to the path of a Firefox (on Debian: apt-get install firefox-esr mesa-vulkan-drivers)`,
      );
    return [{ path: named, source: 'KATMAN_FIREFOX' }];
  }
  const seen = new Set();
  const files = standardPlaces().filter((file) => {
    if (!existsSync(file) || seen.has(realpathSync(file)) || isStub(file)) return false;
    seen.add(realpathSync(file));
    return true;
  });
  // Debian's /usr/bin/firefox is a script that starts the firefox-esr beside it; Fedora's is all there is.
  const programs = files.filter((file) => !start(file).startsWith('#!'));
  return (programs.length ? programs : files).map((file) => ({ path: file, source: 'this machine' }));
}

/** Where the Vulkan loader looks for drivers on Linux. */
const DRIVERS = ['/usr/share/vulkan/icd.d', '/usr/local/share/vulkan/icd.d', '/etc/vulkan/icd.d'];

/**
 * The file by which the Vulkan loader finds Mesa's software driver; Linux only.
 * @returns {string | undefined}
 */
export function findLavapipe() {
  return DRIVERS.filter((folder) => existsSync(folder))
    .flatMap((folder) => readdirSync(folder).map((name) => path.join(folder, name)))
    .find((file) => /lvp_icd.*\.json$/.test(file));
}
