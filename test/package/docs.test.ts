import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { preview } from 'vite';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { modules, pages, root, unlisted } from '../../docs/site/pages.mjs';
import * as katman from '../../src/index.ts';
import { chrome } from './stranger.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'katman-docs-'));
/** Deep in a host, as nobody says where it will lie. */
const site = path.join(folder, 'some/where');
const open = chrome({ webgpu: false });
let built: string;

beforeAll(() => {
  // Ends with an error if a public name, or a member of one, has no documentation.
  built = execFileSync(process.execPath, [path.join(root, 'docs/site/build.mjs'), '--out', site], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const files = () => readdirSync(site, { recursive: true, encoding: 'utf8' });
const read = (file: string) => readFileSync(path.join(site, file), 'utf8');
const htmlFiles = () => files().filter((file) => file.endsWith('.html'));

/** What the attributes of a page hold: `href`, `src`, `id`. */
const attributes = (html: string, names: string) =>
  [...html.matchAll(new RegExp(`<[^>]*?\\s(?:${names})="([^"]*)"`, 'g'))].map(([, value]) => value);

it('is built from the repository, with nothing left to complain of', () => {
  expect(built).toContain('The documentation is in');
});

it('has every page of the docs, and the sidebar names each', () => {
  expect(unlisted).toEqual([]);
  expect(pages.length).toBeGreaterThan(15);
  const titles = new Map(htmlFiles().map((file) => [/<title>(.*?)<\/title>/.exec(read(file))?.[1], file]));
  for (const { title } of pages) expect(titles.has(`${title} | Katman`), title).toBe(true);
  expect(read('index.html')).toContain('in-dark');
});

it('has every public name, and where its source is', () => {
  const index = readFileSync(path.join(root, 'src/index.ts'), 'utf8').replace(/\btype /g, '');
  const written = [...index.matchAll(/export \{([^}]*)\}/g)].flatMap(
    ([, names]) => names.match(/\w+/g) ?? [],
  );
  const names = new Set([...Object.keys(katman), ...written]);
  expect(names.size).toBeGreaterThan(60);
  const documented = files();
  for (const name of names) {
    // Of a namespace each member has its source.
    const pages = documented.filter((file) => new RegExp(`/katman\\.${name}(\\.\\w+)?\\.html$`).test(file));
    expect(pages.length, name).toBeGreaterThan(0);
    expect(
      pages.some((file) => /href="[^"]*source\/src\/[^"]+\.html#L\d+"/.test(read(file))),
      name,
    ).toBe(true);
  }
  for (const { name } of modules)
    expect(documented).toContain(path.join('modules', `${name.replace('/', '_')}.html`));
});

it('has no link that leads nowhere, and no anchor that is not there', () => {
  const ids = new Map(htmlFiles().map((file) => [file, new Set(attributes(read(file), 'id'))]));
  const lost: string[] = [];
  let links = 0;
  for (const from of ids.keys()) {
    for (const target of attributes(read(from), 'href|src')) {
      if (/^(https?|data|mailto):/.test(target)) continue;
      links++;
      const [file, anchor] = decodeURI(target).split('#');
      let to = file ? path.join(path.dirname(from), file) : from;
      if (existsSync(path.join(site, to)) && statSync(path.join(site, to)).isDirectory())
        to = path.join(to, 'index.html');
      const isThere = existsSync(path.join(site, to));
      if (!isThere || (anchor && ids.has(to) && !ids.get(to)!.has(anchor))) lost.push(`${from}: ${target}`);
    }
  }
  expect(lost).toEqual([]);
  expect(links).toBeGreaterThan(1000);
});

it('works below any path, by itself: no other host is asked, and the search finds what is written', async () => {
  for (const file of htmlFiles()) {
    const html = read(file);
    expect(
      attributes(html, 'src').filter((target) => /^(https?:)?\/\//.test(target)),
      file,
    ).toEqual([]);
    expect(html, file).not.toMatch(/<link[^>]*href="(https?:)?\/\//);
  }
  const server = await preview({
    configFile: false,
    appType: 'mpa',
    root: folder,
    logLevel: 'error',
    build: { outDir: folder },
    preview: { host: '127.0.0.1', port: 0 },
  });
  try {
    const host = `http://127.0.0.1:${(server.httpServer.address() as AddressInfo).port}`;
    const { page, complaints } = await open('about:blank');
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    for (const name of ['index.html', 'guide.html', 'classes/katman.Network.html']) {
      await page.goto(`${host}/some/where/${name}`, { waitUntil: 'networkidle0' });
      expect(await page.$eval('#tsd-nav-container', (nav) => nav.textContent)).toContain('How it works');
    }
    await page.click('#tsd-search-trigger');
    await page.type('#tsd-search-input', 'safetensors');
    await page.waitForSelector('#tsd-search-results li a');
    expect(asked.length).toBeGreaterThan(10);
    expect(asked.filter((url) => !url.startsWith(`${host}/some/where/`) && !url.startsWith('data:'))).toEqual(
      [],
    );
    expect(complaints).toEqual([]);
  } finally {
    await server.close();
  }
});
