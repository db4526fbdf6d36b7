import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import puppeteer, { type Browser, type Page } from 'puppeteer';
import { afterAll, inject } from 'vitest';
import { findBrowsers } from '../../scripts/browsers.mjs';

export const root = path.resolve(import.meta.dirname, '../..');

/** What a program said, and how it ended. */
export interface Said {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** The folder of somebody who has nothing but the packed library; removed after the tests of the file. */
export class Stranger {
  readonly folder = mkdtempSync(path.join(tmpdir(), 'katman-stranger-'));

  /**
   * Installs the library.
   * @param example a folder of examples that is copied first, without the list of what is to be installed
   */
  static async create(example?: string): Promise<Stranger> {
    const stranger = new Stranger();
    afterAll(() => rmSync(stranger.folder, { recursive: true, force: true }));
    if (example) {
      const filter = (file: string) => path.basename(file) !== 'package.json';
      cpSync(path.join(root, 'examples', example), stranger.folder, { recursive: true, filter });
    }
    const words = ['install', '--prefix', '.', '--offline', '--no-audit', '--no-fund', inject('tarball')];
    const { code, err } = await stranger.run('npm', ...words);
    if (code) throw new Error(err);
    return stranger;
  }

  file(name: string): string {
    return path.join(this.folder, name);
  }

  read(name: string): string {
    return readFileSync(this.file(name), 'utf8');
  }

  /** Gives him a package of this repository, as there is no network to install it from. */
  give(...names: readonly string[]): void {
    for (const name of names) {
      if (existsSync(this.file(`node_modules/${name}`))) continue;
      mkdirSync(path.dirname(this.file(`node_modules/${name}`)), { recursive: true });
      symlinkSync(path.join(root, 'node_modules', name), this.file(`node_modules/${name}`), 'junction');
    }
  }

  /** Runs a program in his folder. */
  run(program: string, ...words: readonly string[]): Promise<Said> {
    const { NODE_ENV: _, VITEST: __, ...env } = process.env;
    return new Promise((resolve) =>
      execFile(program, words, { cwd: this.folder, env }, (error, out, err) =>
        resolve({ code: error ? Number(error.code ?? 1) : 0, out, err }),
      ),
    );
  }

  /** Runs a script of a package with Node. @throws all that it said, if it failed */
  async node(...words: readonly string[]): Promise<string> {
    const { code, out, err } = await this.run(process.execPath, ...words);
    if (code) throw new Error(`${words.join(' ')}: ${out}${err}`);
    return out;
  }
}

const TYPES: Readonly<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript' };

/** Serves a folder as any static server does; ends after the tests of the file. */
export async function serve(folder: string): Promise<string> {
  const server: Server = createServer((request, response) => {
    const { pathname } = new URL(request.url!, 'http://localhost');
    const file = path.join(folder, pathname === '/' ? 'index.html' : pathname);
    try {
      response.setHeader('content-type', TYPES[path.extname(file)] ?? 'application/octet-stream');
      response.end(readFileSync(file));
    } catch {
      response.statusCode = 404;
      response.end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const QUIET = ['--no-sandbox', '--disable-quic', '--no-first-run', '--disable-sync'];
const GPU =
  process.env.KATMAN_TEST_ADAPTER === 'hardware'
    ? ['--enable-unsafe-webgpu', '--enable-features=Vulkan']
    : ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'];

/** A visit to a page, and what was loaded and complained of meanwhile. */
export interface Visit {
  readonly page: Page;
  readonly complaints: readonly string[];
  /** Addresses and texts of the scripts, in the order of their arrival. */
  readonly scripts: readonly { readonly url: string; readonly text: string }[];
}

/** Opens pages in a Chrome of its own, with WebGPU or without. */
export function chrome({ webgpu = true } = {}): (url: string) => Promise<Visit> {
  let browser: Promise<Browser> | undefined;
  afterAll(async () => (await browser)?.close());
  return async (url) => {
    browser ??= puppeteer.launch({
      executablePath: findBrowsers()[0].path,
      args: [...QUIET, ...(webgpu ? GPU : [])],
    });
    const page = await (await browser).newPage();
    page.setDefaultTimeout(120_000);
    const complaints: string[] = [];
    const scripts: { url: string; text: string }[] = [];
    page.on('pageerror', (error) => complaints.push(`page: ${(error as Error).message ?? error}`));
    page.on('requestfailed', (request) => complaints.push(`request: ${request.url()}`));
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(`console: ${message.text()}`);
    });
    page.on('response', async (response) => {
      if (response.url().endsWith('.js') && response.ok())
        scripts.push({ url: response.url(), text: await response.text() });
    });
    await page.goto(url);
    return { page, complaints, scripts };
  };
}

/** What an example shows in the end: the data of its `<output id="result">`, once one of these is there. */
export async function outcome(page: Page, ...names: readonly string[]): Promise<Record<string, string>> {
  const wanted = [...names, 'error'].map((name) => `#result[data-${name}]`).join();
  await page.waitForSelector(wanted);
  return page.$eval(
    '#result',
    (element) => ({ ...(element as HTMLElement).dataset }) as Record<string, string>,
  );
}
