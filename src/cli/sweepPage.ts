import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readFile, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type { SweepReport } from '../sweep/report.ts';
import { OutputError, writeResult } from './output.ts';
import { ROOT } from './server.ts';
import type { Pages } from './sweepServer.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
};

const ANY = 'application/octet-stream';

/** Where a report stands in the page. */
const PLACE = '<script type="application/json" id="kept"></script>';

/** What the page is made of: its files, and the playground that it leads to, by their names. */
export async function pageFiles(): Promise<ReadonlyMap<string, Uint8Array>> {
  // An installed package has it built; in the repository it is built of the sources as they are now.
  if (!existsSync(path.join(ROOT, 'src'))) return readFolder(path.join(ROOT, 'dist/cli/sweep'));
  const folder = await mkdtemp(path.join(tmpdir(), 'katman-page-'));
  try {
    // In a process of its own: what this one was told of its surroundings would go into the page.
    const { NODE_ENV: _, VITEST: __, ...env } = process.env;
    const script = path.join(ROOT, 'scripts/sweepPage.mjs');
    await promisify(execFile)(process.execPath, [script, folder], { cwd: ROOT, env });
    return await readFolder(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function readFolder(folder: string): Promise<ReadonlyMap<string, Uint8Array>> {
  const names = await readdir(folder, { recursive: true });
  const found = new Map<string, Uint8Array>();
  for (const name of names.sort()) {
    const file = path.join(folder, name);
    if ((await stat(file)).isFile()) found.set(name.split(path.sep).join('/'), await readFile(file));
  }
  return found;
}

/**
 * The page as a server serves it, at `/`, and the model as soon as there is one: its names at `/model.json`.
 * @param model its files
 */
export function livePages(model: () => Promise<readonly string[]>): Pages {
  // Made when somebody asks for it: who only wants the events need not wait.
  let made: ReturnType<typeof pageFiles> | undefined;
  return async (route) => {
    if (route === '/model.json')
      return { type: TYPES['.json'], content: JSON.stringify((await model()).map(nameOf)) };
    const [, place] = /^\/model\/(\d+)$/.exec(route) ?? [];
    if (place) {
      const file = (await model())[Number(place)];
      return file === undefined ? undefined : { type: ANY, content: await readFile(file) };
    }
    const name = route === '/' ? 'sweep.html' : decodeURIComponent(route.slice(1));
    const content = (await (made ??= pageFiles())).get(name);
    return content && { type: TYPES[path.extname(name)] ?? ANY, content };
  };
}

/**
 * Makes ready to write a sweep into a folder: `sweep.html`, which holds the report, its files, `report.json`, and the
 * files of the best model. It can be opened where it lies, and from any server.
 * @returns what writes it: a report, and the files of the model, where there is one
 * @throws OutputError naming the folder or file
 */
export async function pageWriter(
  folder: string,
): Promise<(report: SweepReport, model: readonly string[]) => Promise<void>> {
  await mkdir(folder, { recursive: true }).catch((error: Error) => {
    throw new OutputError(`The folder '${folder}' cannot be made: ${error.message}; choose another place`);
  });
  const page = await pageFiles();
  return async (report, model) => {
    for (const [name, content] of page) {
      const file = path.join(folder, name);
      await mkdir(path.dirname(file), { recursive: true });
      const files = model.map(nameOf);
      await writeResult(file, name === 'sweep.html' ? filled(content, { report, files }) : content);
    }
    await writeResult(path.join(folder, 'report.json'), `${JSON.stringify(report, null, 2)}\n`);
    for (const file of model) {
      const beside = path.join(folder, nameOf(file));
      await mkdir(path.dirname(beside), { recursive: true });
      if (path.resolve(file) !== path.resolve(beside)) await copyFile(file, beside);
    }
  };
}

/** The page with what it shows. No text in there ends the element that it stands in. */
export function filled(page: Uint8Array, content: object): string {
  const text = JSON.stringify(content).replaceAll('<', '\\u003c');
  return Buffer.from(page)
    .toString()
    .replace(PLACE, () => PLACE.replace('><', () => `>${text}<`));
}

/** The files of a model that was saved as this; of a folder those that lie in it. */
export async function modelFiles(saved: string | undefined): Promise<readonly string[]> {
  const found = saved === undefined ? undefined : await stat(saved).catch(() => undefined);
  if (!found) return [];
  if (found.isFile()) return [saved!];
  return (await readdir(saved!)).map((name) => path.join(saved!, name));
}

/** `best.json`; of a file in a folder both names. */
const nameOf = (file: string): string =>
  path.extname(path.dirname(file)) === '.tfjs'
    ? `${path.basename(path.dirname(file))}/${path.basename(file)}`
    : path.basename(file);
