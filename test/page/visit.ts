import puppeteer, { type Browser, type LaunchOptions, type Page } from 'puppeteer';
import { afterAll, afterEach, expect, inject } from 'vitest';
import { findBrowsers } from '../../scripts/browsers.mjs';

/** How long a training may take where the GPU is software on two shared cores. */
export const PATIENCE = 120_000;

const QUIET = [
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-sync',
  '--disable-component-update',
];
/** A WebGPU device in software; a page that draws with it needs the GPU process to be in software, too. */
const SOFTWARE = [
  '--enable-unsafe-webgpu',
  '--use-webgpu-adapter=swiftshader',
  '--enable-features=Vulkan',
  '--use-vulkan=swiftshader',
  '--use-angle=swiftshader',
];
const HARDWARE = ['--enable-unsafe-webgpu', '--enable-gpu', '--enable-features=Vulkan'];

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
  /** Whether the browser has WebGPU; it has. */
  readonly webgpu?: boolean;
  /** A browser of its own: what is done to the GPU of one is done to all of its pages. */
  readonly alone?: boolean;
  /** Flags of that browser, besides. */
  readonly flags?: readonly string[];
  /** How it is started, besides; where a folder of its own is named, its page lies in that. */
  readonly started?: LaunchOptions;
  /** What stands behind # in the address. */
  readonly hash?: string;
  /** Whether complaints are expected. */
  readonly complains?: boolean;
  /** Another address than that of the sources. */
  readonly url?: string;
}

function launch(webgpu: boolean, { flags: more = [], started }: VisitOptions = {}): Promise<Browser> {
  const flags = !webgpu ? [] : inject('adapter') === 'hardware' ? HARDWARE : SOFTWARE;
  const args = [...QUIET, ...flags, ...more];
  return puppeteer.launch({ executablePath: findBrowsers()[0].path, args, ...started });
}

/** Opens pages; after each test they are closed, and must not have complained of anything. */
export function visits(): (options?: VisitOptions) => Promise<Page> {
  const open: Visit[] = [];
  let shared: Promise<Browser> | undefined;
  afterEach(async () => {
    const closing = open.splice(0);
    for (const { close } of closing) await close();
    expect(closing.flatMap(({ complaints }) => complaints)).toEqual([]);
  });
  afterAll(async () => void (await (await shared)?.close()));
  return async (options = {}) => {
    const isAlone = options.alone || options.started !== undefined || options.webgpu === false;
    const browser = isAlone ? await launch(options.webgpu ?? true, options) : await (shared ??= launch(true));
    const visited = await visit(browser, options, isAlone);
    open.push(visited);
    return visited.page;
  };
}

/** Opens the page as somebody does who was never here. */
async function visit(
  browser: Browser,
  { width = 1280, height = 800, dark = false, hash = '', complains = false, url, started }: VisitOptions,
  isAlone: boolean,
): Promise<Visit> {
  const context = started?.userDataDir ? undefined : await browser.createBrowserContext();
  const page = await (context ?? browser).newPage();
  const complaints: string[] = [];
  if (!complains) {
    page.on('pageerror', (error) => complaints.push(`page: ${(error as Error).message ?? error}`));
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(`console: ${message.text()}`);
    });
    page.on('requestfailed', (request) => {
      // A frame that the page removes while it loads has not failed.
      const isTakenBack =
        request.isNavigationRequest() && request.failure()?.errorText === 'net::ERR_ABORTED';
      if (!isTakenBack) complaints.push(`request: ${request.url()}`);
    });
  }
  page.setDefaultTimeout(PATIENCE);
  await page.setViewport({ width, height });
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: dark ? 'dark' : 'light' }]);
  await page.goto(`${url ?? `${inject('serverUrl')}/index.html`}${hash && `#${hash}`}`);
  return {
    page,
    complaints,
    async close() {
      await context?.close();
      if (isAlone) await browser.close();
    },
  };
}

/** The text of the element with this id. */
export async function text(page: Page, id: string): Promise<string> {
  return page.$eval(`#${id}`, (element) => element.textContent ?? '');
}

/** The number that an element begins with: 1234 of `1,234`. */
export async function number(page: Page, id: string): Promise<number> {
  return parseFloat((await text(page, id)).replaceAll(',', ''));
}

export const step = (page: Page): Promise<number> => number(page, 'step-count');

/** Waits until the run is in one of these phases, and the page has drawn it. */
export async function phase(page: Page, ...phases: string[]): Promise<void> {
  await page.waitForFunction(
    (wanted) => wanted.includes(document.getElementById('primary')?.dataset.phase ?? ''),
    {},
    phases,
  );
  await frame(page);
}

/** Waits until so many steps are done. */
export async function steps(page: Page, atLeast: number): Promise<void> {
  await page.waitForFunction(
    (n) => parseFloat(document.getElementById('step-count')?.textContent?.replaceAll(',', '') ?? '0') >= n,
    {},
    atLeast,
  );
}

/** Waits until a frame has been drawn. */
export async function frame(page: Page): Promise<void> {
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
}

/** Pauses, and waits until the last numbers have come. */
export async function pause(page: Page): Promise<number> {
  await page.click('#primary');
  await phase(page, 'paused');
  return settled(page);
}

/** Waits until the number of steps stands still. */
export async function settled(page: Page): Promise<number> {
  for (let before = -1; ;) {
    const now = await step(page);
    if (now === before) return now;
    before = now;
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
}

/** Opens the groups of settings whose controls are to be used. */
export async function unfold(page: Page): Promise<void> {
  await page.$$eval('details.fold', (all) => all.forEach((one) => ((one as HTMLDetailsElement).open = true)));
}

/** Sets a control as a person would: what was there is replaced, and the field is left. */
export async function set(page: Page, name: string, value: string): Promise<void> {
  const selector = `[name=${name}]`;
  const kind = await page.$eval(selector, (element) => (element as HTMLInputElement).type);
  if (kind === 'select-one') return void (await page.select(selector, value));
  if (kind === 'range') {
    await page.$eval(
      selector,
      (element, to) => {
        (element as HTMLInputElement).value = to;
        element.dispatchEvent(new Event('input', { bubbles: true }));
        element.dispatchEvent(new Event('change', { bubbles: true }));
      },
      value,
    );
    return;
  }
  await page.focus(selector);
  await page.$eval(selector, (input) => (input as HTMLInputElement).select());
  await page.keyboard.press('Backspace');
  await page.keyboard.type(value);
  await page.keyboard.press('Tab');
}

/** The weights as they are now, all bytes of them. */
export async function weights(page: Page): Promise<string> {
  return page.evaluate(async () => {
    const blobs: Blob[] = [];
    const { createObjectURL } = URL;
    URL.createObjectURL = (blob: Blob) => (blobs.push(blob), createObjectURL(blob));
    document.querySelector<HTMLElement>('[data-format=safetensors]')!.click();
    while (!blobs.length) await new Promise((resolve) => setTimeout(resolve, 50));
    URL.createObjectURL = createObjectURL;
    const file = await blobs[0].arrayBuffer();
    const start = 8 + new DataView(file).getUint32(0, true);
    return Array.from(new Uint8Array(file, start), (byte) => byte.toString(16).padStart(2, '0')).join('');
  });
}

/** The link of the run as it is: what stands in the address. */
export async function link(page: Page): Promise<string> {
  return page.evaluate(() => location.hash.slice(1));
}
