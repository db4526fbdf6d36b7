import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { OFTEN, flatOut, losses, sleep } from './faults.ts';
import { answered, focusEditor, inEditor } from './labPage.ts';
import { site } from './site.ts';
import { frame, pause, phase, step, steps, text, visits, weights } from './visit.ts';

const start = visits();
const { url } = site();
const playground = () => `${url()}/index.html`;

const folder = mkdtempSync(path.join(tmpdir(), 'katman-faults-'));
afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 10 }));

/** Puppeteer's own flags that keep a browser from slowing down what is hidden. */
const UNTHROTTLED = [
  '--disable-background-timer-throttling',
  '--disable-backgrounding-occluded-windows',
  '--disable-renderer-backgrounding',
];

describe('a page that nobody looks at', () => {
  it('trains on behind another tab, where the browser slows down the timers of the page', async () => {
    const page = await start({ url: playground(), started: { ignoreDefaultArgs: UNTHROTTLED } });
    await flatOut(page);
    await steps(page, 500);
    const pace = async (ms: number) => {
      const before = await step(page);
      await sleep(ms);
      return (1000 * ((await step(page)) - before)) / ms;
    };
    const seen = await pace(2000);
    const other = await page.browserContext().newPage();
    await other.goto(`${url()}/blank`);
    await other.bringToFront();
    const { isHidden, ticks } = await page.evaluate(async () => {
      let count = 0;
      const timer = setInterval(() => count++, 20);
      await new Promise((resolve) => setTimeout(resolve, 3000));
      clearInterval(timer);
      return { isHidden: document.hidden, ticks: count };
    });
    expect(isHidden).toBe(true);
    expect(ticks).toBeLessThan(10);
    const hidden = await pace(4000);
    console.log(`${seen.toFixed(0)} steps/s while seen, ${hidden.toFixed(0)} while hidden`);
    expect(hidden).toBeGreaterThan(0.5 * seen);
    await page.bringToFront();
    await frame(page);
    await steps(page, (await step(page)) + 100);
  });
});

describe('a page that is left', () => {
  it('and comes back out of the back-forward cache is as it was, and goes on; a GPU that was lost meanwhile is opened again', async () => {
    const page = await start({ url: playground(), hash: 'data=moons&stop=600', alone: true, flags: OFTEN });
    const lose = await losses(page);
    await steps(page, 60);
    for (const isLost of [false, true]) {
      await page.evaluate(() => Object.assign(window, { mark: 1 }));
      const at = await step(page);
      await page.goto(`${url()}/blank`);
      if (isLost) await lose();
      await sleep(1000);
      await page.goBack();
      expect(await page.evaluate(() => 'mark' in window)).toBe(true);
      if (isLost) await page.waitForSelector('#kept[data-kind=reopened]');
      // It stood still meanwhile.
      expect(await step(page)).toBeLessThan(at + 120);
      await steps(page, at + 20);
    }
    await flatOut(page);
    await phase(page, 'ended');
    const other = await start({ url: playground(), hash: 'data=moons&stop=600' });
    await flatOut(other);
    await phase(other, 'ended');
    expect(await weights(page)).toBe(await weights(other));
  });

  it('in the middle of its steps has kept its run when it is gone, and gives way to the next visit', async () => {
    const page = await start({ url: playground(), hash: 'data=moons' });
    // Long after the first copy, and long before the second.
    await steps(page, 150);
    const at = await step(page);
    await page.goto(`${url()}/blank`);
    const next = await page.browserContext().newPage();
    await next.goto(playground());
    await next.waitForSelector('#offered');
    const offered = parseFloat(/step ([\d,]+)/.exec(await text(next, 'offered'))![1]);
    expect(offered).toBeGreaterThanOrEqual(at);
    expect(await next.$('#kept')).toBeNull();
  });
});

describe('storage that is closed to the page', () => {
  it('a browser that keeps nothing of sites: both pages work, and each says so in a sentence', async () => {
    const userDataDir = path.join(folder, 'denied');
    mkdirSync(path.join(userDataDir, 'Default'), { recursive: true });
    // As somebody sets it who wants no site to keep anything.
    const preferences = { profile: { default_content_setting_values: { cookies: 2 } } };
    writeFileSync(path.join(userDataDir, 'Default/Preferences'), JSON.stringify(preferences));
    const page = await start({ url: playground(), hash: 'data=moons', started: { userDataDir } });
    await steps(page, 20);
    await page.waitForSelector('#kept[data-kind=denied]');
    expect(await text(page, 'kept')).toMatch(/keeps nothing for this page.*training goes on.*Export/);
    await pause(page);
    await page.click('#primary');
    await steps(page, (await step(page)) + 20);
    await page.click('button[lang=tr]');
    await page.click('#theme');
    await frame(page);
    expect(await text(page, 'kept')).toMatch(/bir şey saklamıyor/);
    await page.goto(`${url()}/lab.html`);
    await page.waitForSelector('#answer');
    expect((await answered(page)).kind).toBe('right');
    expect(await text(page, 'notice')).toMatch(/./);
  });
});

it('a browser without files for sites: the run is kept in its database, offered, and goes on', async () => {
  const page = await start({
    url: playground(),
    flags: ['--disable-blink-features=FileSystemAccessOriginPrivate'],
    alone: true,
    hash: 'data=moons',
  });
  expect(await page.evaluate(() => 'getDirectory' in navigator.storage)).toBe(false);
  await steps(page, 30);
  const at = await pause(page);
  await sleep(300);
  await page.reload();
  await page.waitForSelector('#offered');
  expect(await text(page, 'offered')).toContain(`step ${at}`);
  await page.click('#offered [data-do=go-on]');
  await steps(page, at + 20);
  expect(await page.$('#kept')).toBeNull();
});

describe('the text of the lab', () => {
  it('is there at the next visit after the browser was killed', async () => {
    const started = { userDataDir: path.join(folder, 'killed') };
    const page = await start({ url: `${url()}/lab.html`, complains: true, started });
    await page.waitForSelector('#answer');
    await answered(page);
    await focusEditor(page);
    await page.keyboard.sendCharacter('// typed last ');
    await sleep(500);
    page.browser().process()!.kill('SIGKILL');
    await sleep(500);
    const next = await start({ url: `${url()}/lab.html`, started });
    await inEditor(next, '.cm-content');
    await answered(next);
    const content = await inEditor(next, '.cm-content');
    expect(await content.evaluate((element) => element.textContent)).toContain('// typed last');
  });
});

describe('the headers that isolate a page', () => {
  it.each([
    ['without them', '', false],
    ['with them', '/isolated', true],
  ])('%s: it trains, and its clock has the step that is to be expected', async (_, below, isIsolated) => {
    const page = await start({ url: `${url()}${below}/index.html` });
    await steps(page, 20);
    const { isolated, grid } = await page.evaluate(() => {
      let least = Infinity;
      for (let last = performance.now(), end = last + 50; last < end;) {
        const now = performance.now();
        if (now > last) least = Math.min(least, now - last);
        last = now;
      }
      return { isolated: crossOriginIsolated, grid: least };
    });
    expect(isolated).toBe(isIsolated);
    console.log(`a clock in steps of ${(1000 * grid).toFixed(1)} µs`);
    expect(grid < 0.05).toBe(isIsolated);
  });
});
