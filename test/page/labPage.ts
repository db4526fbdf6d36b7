import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { ElementHandle, Page } from 'puppeteer';
import { site } from './site.ts';
import { PATIENCE, type VisitOptions, frame, visits } from './visit.ts';

const root = path.resolve(import.meta.dirname, '../..');

export interface LabOptions extends VisitOptions {
  /** What the last visit left. */
  readonly draft?: object;
  /** Whether its first answer is waited for; it is. */
  readonly waits?: boolean;
}

/** Builds the pages as they are shipped, and opens the lab. */
export function labs(): (options?: LabOptions) => Promise<Page> {
  const start = visits();
  const { url } = site();
  return async ({ draft = SMALL, waits = true, ...options } = {}) => {
    // What the last visit left has to be there before the page is.
    const page = await start({ ...options, hash: '', url: `${url()}/blank` });
    await page.evaluate((left) => localStorage.setItem('katman.lab.draft', JSON.stringify(left)), draft);
    await page.goto(`${url()}/lab.html${options.hash ? `#${options.hash}` : ''}`);
    await page.waitForSelector('#answer');
    if (waits) await answered(page);
    return page;
  };
}

/** Column sums of few numbers: tried within a second or two where the GPU is software. */
export const SMALL = {
  kernel: 'columnSums',
  flags: [],
  constants: {},
  sizes: [64, 16],
  ulps: 8,
  source: readFileSync(path.join(root, 'shaders/columnSums.wgsl'), 'utf8'),
};

export interface Said {
  readonly kind: string;
  readonly rank: string | undefined;
  readonly text: string;
}

/** What the page answers, once it has nothing more to do. */
export async function answered(page: Page): Promise<Said> {
  await page.waitForFunction(
    () => {
      const { stage, kind, stale } = document.getElementById('answer')!.dataset;
      return stage === 'idle' && kind !== 'none' && stale === undefined;
    },
    { timeout: PATIENCE },
  );
  return page.$eval('#answer', (found) => {
    const element = found as HTMLElement;
    return {
      kind: element.dataset.kind!,
      rank: element.dataset.rank,
      text: (element.querySelector('.said') as HTMLElement).innerText,
    };
  });
}

/** An element of an editor, once it is there: looked for at every picture, as a shadow root is no part of the page. */
export async function inEditor(
  page: Page,
  selector: string,
  id = 'editor',
): Promise<ElementHandle<HTMLElement>> {
  const found = await page.waitForFunction(
    (host, wanted) => document.getElementById(host)?.shadowRoot?.querySelector<HTMLElement>(wanted),
    { polling: 'raf' },
    ...[id, selector],
  );
  return found as ElementHandle<HTMLElement>;
}

/** Puts the cursor into an editor. */
export async function focusEditor(page: Page, id = 'editor'): Promise<void> {
  await (await inEditor(page, '.cm-content', id)).focus();
}

/** Replaces all of a text as somebody does who pastes another, and waits for the answer. */
export async function retype(page: Page, text: string, id = 'editor'): Promise<void> {
  await focusEditor(page, id);
  await page.keyboard.down('Control');
  await page.keyboard.press('a');
  await page.keyboard.up('Control');
  await page.keyboard.sendCharacter(text);
}

/** The text that is kept: what is there after the page is opened again. */
export async function keptText(page: Page): Promise<string> {
  return page.evaluate(() => JSON.parse(localStorage.getItem('katman.lab.draft')!).source as string);
}

/** What the page answers to another text. */
export async function sayOf(page: Page, source: string): Promise<Said> {
  await retype(page, source);
  await page.waitForFunction(
    (wanted) => JSON.parse(localStorage.getItem('katman.lab.draft')!).source === wanted,
    {},
    source,
  );
  await frame(page);
  return answered(page);
}

/** Opens a panel below the answer. What is measured meanwhile may move the page under a mouse. */
export async function openPanel(page: Page, name: string): Promise<void> {
  await page.$eval(`[data-panel=${name}]`, (tab) => (tab as HTMLElement).click());
}
