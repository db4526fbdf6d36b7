import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ElementHandle, Page } from 'puppeteer';
import { describe, expect, inject, it } from 'vitest';
import { pause, phase, settled, step, steps, text, visits, weights } from './visit.ts';

const start = visits();
const ADDRESS = () => `${inject('serverUrl')}/index.html`;
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** The next visit of somebody who closed the page, or has it open in another tab. */
async function again(page: Page, hash = ''): Promise<Page> {
  const next = await page.browserContext().newPage();
  next.setDefaultTimeout(60_000);
  await next.setViewport({ width: 1280, height: 800 });
  await next.goto(`${ADDRESS()}${hash && `#${hash}`}`);
  return next;
}

async function flatOut(page: Page): Promise<void> {
  await page.focus('#speed');
  await page.keyboard.press('End');
}

const goOn = async (page: Page) => {
  await page.waitForSelector('#offered [data-do=go-on]');
  await page.click('#offered [data-do=go-on]');
  await page.waitForFunction(() => !document.getElementById('offered'));
};

describe('a page that is closed in the middle of a run', () => {
  it('offers it at the next visit, with data, step and time; going on gives the bits of a run that never stopped', async () => {
    const hash = 'data=moons&batch=32&optimizer=adam&learningRate=0.01&dropout=0.1&stop=1500';
    const page = await start({ hash });
    await steps(page, 60);
    await pause(page);
    // A change on the way.
    await page.select('[name=optimizer]', 'momentum');
    await page.click('#primary');
    await steps(page, 120);
    const at = await pause(page);
    const told = await page.evaluate(() => location.hash);
    await page.close();

    const next = await again(page, hash);
    await next.waitForSelector('#offered');
    const said = await text(next, 'offered');
    expect(said).toContain('Moons');
    expect(parseFloat(/step ([\d,]+)/.exec(said)![1].replaceAll(',', ''))).toBe(at);
    expect(said).toMatch(/\d{4}.*\d\d:\d\d/);
    await flatOut(next);
    await goOn(next);
    await phase(next, 'ended');
    expect(await settled(next)).toBe(1500);
    expect(await next.evaluate(() => location.hash)).toContain('then=');
    const resumed = await weights(next);

    const straight = await start({ hash: told.slice(1).replace(/steps=\d+/, 'steps=1500') });
    await straight.waitForFunction(() =>
      ['ended', 'paused'].includes(document.getElementById('primary')!.dataset.phase!),
    );
    expect(await settled(straight)).toBe(1500);
    expect(resumed).toBe(await weights(straight));
  });

  it('goes on from the file that is whole where one of the two was cut off', async () => {
    const page = await start();
    await steps(page, 30);
    await pause(page);
    await page.click('#primary');
    await steps(page, 90);
    const at = await pause(page);
    await page.waitForFunction(
      async () => {
        const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle('katman');
        const names = [];
        for await (const name of folder.keys()) names.push(name);
        return names.filter((name) => name.startsWith('run-')).length === 2;
      },
      { polling: 200 },
    );
    await sleep(300);
    // The next visit finds the older of both where the newer was cut off.
    await page.goto('about:blank');
    const helper = await again(page, 'data=xor');
    await helper.waitForSelector('#offered');
    expect(await text(helper, 'offered')).toContain(`step ${at}`);
    await helper.goto(`${ADDRESS().replace('index.html', 'README.md')}`);
    const damaged = await helper.evaluate(async () => {
      const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle('katman');
      const newest: { name: string; when: number }[] = [];
      for (const name of ['run-a', 'run-b'])
        newest.push({ name, when: (await (await folder.getFileHandle(name)).getFile()).lastModified });
      newest.sort((a, b) => b.when - a.when);
      const file = await folder.getFileHandle(newest[0].name);
      const bytes = new Uint8Array(await (await file.getFile()).arrayBuffer());
      const writable = await file.createWritable();
      await writable.write(bytes.slice(0, bytes.length - 10));
      await writable.close();
      return newest[0].name;
    });
    expect(damaged).toMatch(/^run-[ab]$/);
    await helper.goto(ADDRESS());
    await helper.waitForSelector('#offered');
    const older = parseFloat(/step ([\d,]+)/.exec(await text(helper, 'offered'))![1]);
    expect(older).toBeGreaterThanOrEqual(30);
    expect(older).toBeLessThanOrEqual(at);
    await goOn(helper);
    await steps(helper, older + 5);
  });

  it('keeps data of one’s own with it', async () => {
    const page = await start();
    await page.click('[data-action=own]');
    const input = (await page.waitForSelector('input[type=file]')) as ElementHandle<HTMLInputElement>;
    const lines = Array.from({ length: 60 }, (_, i) => `${i % 7},${(i * i) % 11},${i % 7 > 3 ? 'a' : 'b'}`);
    const folder = mkdtempSync(path.join(tmpdir(), 'katman-kept-'));
    const file = path.join(folder, 'mine.csv');
    writeFileSync(file, `x1,x2,label\n${lines.join('\n')}\n`);
    await input.uploadFile(file);
    await page.waitForSelector('.own-foot .primary:not(:disabled)');
    await page.click('.own-foot .primary');
    rmSync(folder, { recursive: true });
    await page.waitForFunction(() => document.querySelector('.data .note')?.textContent?.includes('60'));
    await steps(page, 20);
    const at = await pause(page);
    await sleep(300);
    await page.close();
    const next = await again(page);
    await next.waitForSelector('#offered');
    expect(await text(next, 'offered')).toContain(`Your own data, step ${at}`);
    await goOn(next);
    await steps(next, at + 10);
    expect(await next.$eval('.data .note', (element) => element.textContent)).toContain('60 examples');
  });

  it('asks no more after “Start anew”', async () => {
    const page = await start();
    await steps(page, 30);
    await pause(page);
    await sleep(300);
    await page.close();
    const next = await again(page);
    await next.waitForSelector('[data-do=anew]');
    await next.click('[data-do=anew]');
    await next.waitForFunction(() => !document.getElementById('offered'));
    await next
      .waitForFunction(
        async () => {
          const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle('katman');
          for await (const name of folder.keys()) if (name.startsWith('run-')) return false;
          return true;
        },
        { polling: 100 },
      )
      .catch(() => {});
    expect(await next.$('#offered')).toBeNull();
  });
});

it('two tabs: the second says that the first keeps its run, trains on, and keeps nothing of its own', async () => {
  const page = await start();
  await steps(page, 30);
  const at = await pause(page);
  const second = await again(page, 'data=moons');
  await second.waitForSelector('#kept[data-kind=elsewhere]');
  expect(await text(second, 'kept')).toMatch(/open in another tab/);
  expect(await second.$('#offered')).toBeNull();
  await steps(second, 20);
  await pause(second);
  await second.close();
  await page.close();
  const next = await again(page);
  await next.waitForSelector('#offered');
  expect(await text(next, 'offered')).toContain('Flower');
  expect(await text(next, 'offered')).toContain(`step ${at}`);
});

describe('storage that is', () => {
  it('full: said, and training goes on', async () => {
    const page = await start();
    const session = await page.createCDPSession();
    const origin = new URL(ADDRESS()).origin;
    await page.goto('about:blank');
    await session.send('Storage.clearDataForOrigin', { origin, storageTypes: 'all' });
    await session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 1 });
    await page.goto(`${ADDRESS()}#data=moons&batch=4&layers=700.relu-700.relu`);
    await page.waitForSelector('#kept[data-kind=full]');
    expect(await text(page, 'kept')).toMatch(/no room left.*training goes on/);
    await steps(page, (await step(page)) + 2);
  });

  it('evicted: nothing is offered, and nothing complains', async () => {
    const page = await start();
    await steps(page, 30);
    await pause(page);
    await sleep(500);
    const origin = new URL(ADDRESS()).origin;
    await page.goto('about:blank');
    const session = await page.createCDPSession();
    await session.send('Storage.clearDataForOrigin', { origin, storageTypes: 'all' });
    await page.goto(ADDRESS());
    await steps(page, 20);
    await sleep(500);
    expect(await page.$('#offered')).toBeNull();
    expect(await page.$('#kept')).toBeNull();
  });
});
