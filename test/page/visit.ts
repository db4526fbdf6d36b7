import puppeteer, { type Browser, type Page } from 'puppeteer';
import { afterEach, expect, inject } from 'vitest';
import { findBrowsers } from '../../scripts/browsers.mjs';

/** How long a training may take where the GPU is software on two shared cores. */
export const PATIENCE = 120_000;

interface Visit {
  readonly page: Page;
  /** What the page, its worker and its console have complained of. */
  readonly complaints: readonly string[];
  close(): Promise<void>;
}

export interface VisitOptions {
  readonly width?: number;
  readonly height?: number;
  readonly dark?: boolean;
  /** A browser of its own with these flags: what is done to the GPU of one is done to all of its pages. */
  readonly flags?: readonly string[];
  /** Runs in the page before its own code; no method, which is no function once it is text. */
  readonly before?: () => void;
}

/** Opens pages; after each test they are closed, and must not have complained of anything. */
export function visits(): (options?: VisitOptions) => Promise<Page> {
  const open: Visit[] = [];
  afterEach(async () => {
    const closing = open.splice(0);
    for (const { close } of closing) await close();
    expect(closing.flatMap(({ complaints }) => complaints)).toEqual([]);
  });
  return async (options = {}) => {
    const visited = await visit(options);
    open.push(visited);
    return visited.page;
  };
}

/** Opens the page as somebody does who was never here. */
async function visit({
  width = 1280,
  height = 800,
  dark = false,
  flags,
  before,
}: VisitOptions): Promise<Visit> {
  const browser = flags
    ? await launch(flags)
    : await puppeteer.connect({ browserWSEndpoint: inject('browserWSEndpoint') });
  const context = await browser.createBrowserContext();
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(`page: ${(error as Error).message ?? error}`));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(`console: ${message.text()}`);
  });
  page.on('requestfailed', (request) => complaints.push(`request: ${request.url()}`));
  page.setDefaultTimeout(PATIENCE);
  await page.setViewport({ width, height });
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: dark ? 'dark' : 'light' }]);
  if (before) await page.evaluateOnNewDocument(before);
  await page.goto(`${inject('serverUrl')}/index.html`);
  return {
    page,
    complaints,
    async close() {
      await context.close();
      await (flags ? browser.close() : browser.disconnect());
    },
  };
}

function launch(flags: readonly string[]): Promise<Browser> {
  return puppeteer.launch({
    executablePath: findBrowsers()[0].path,
    args: ['--no-sandbox', '--disable-quic', '--no-first-run', '--disable-sync', ...flags],
  });
}

/** The text of the element with this id. */
export async function text(page: Page, id: string): Promise<string> {
  return page.$eval(`#${id}`, (element) => element.textContent ?? '');
}

/** The number that an element begins with: 1234 of `1,234`. */
export async function number(page: Page, id: string): Promise<number> {
  return parseFloat((await text(page, id)).replaceAll(',', ''));
}

/** Waits until the page is in one of these phases, and has drawn it. */
export async function phase(page: Page, ...phases: string[]): Promise<void> {
  await page.waitForFunction((wanted) => wanted.includes(document.body.dataset.phase!), {}, phases);
  await frame(page);
}

/** Waits until the network of the settings is there. */
export async function ready(page: Page): Promise<void> {
  await page.waitForFunction(() => document.getElementById('status')!.textContent!.startsWith('Ready'));
  await frame(page);
}

/** Waits until a frame has been drawn. */
export async function frame(page: Page): Promise<void> {
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
}

/** Waits until so many steps are done. */
export async function steps(page: Page, atLeast: number): Promise<void> {
  await page.waitForFunction(
    (n) => parseFloat(document.getElementById('step')!.textContent!.replaceAll(',', '')) >= n,
    {},
    atLeast,
  );
}

/** Sets fields as a person would: what was there is replaced, and the field is left. */
export async function set(page: Page, values: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, value] of Object.entries(values)) {
    if ((await page.$(`select#${name}`)) !== null) {
      await page.select(`#${name}`, value);
      continue;
    }
    await page.focus(`#${name}`);
    await page.$eval(`#${name}`, (input) => (input as HTMLInputElement).select());
    await page.keyboard.press('Backspace');
    await page.keyboard.type(value);
    await page.keyboard.press('Tab');
  }
}
