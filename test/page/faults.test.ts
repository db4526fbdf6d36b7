import { mkdirSync, mkdtempSync, rmSync, truncateSync, unlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { deflateRawSync, gzipSync } from 'node:zlib';
import type { ElementHandle, Page } from 'puppeteer';
import { afterAll, describe, expect, inject, it } from 'vitest';
import { answered, focusEditor, inEditor } from './labPage.ts';
import { site } from './site.ts';
import { frame, pause, phase, settled, step, steps, text, visits, weights } from './visit.ts';

const start = visits();
const url = site();
const playground = () => `${url()}/index.html`;
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

const folder = mkdtempSync(path.join(tmpdir(), 'katman-faults-'));
afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 10 }));

/** With these a browser opens the GPU again as often as it is lost. */
const OFTEN = ['--disable-domain-blocking-for-3d-apis', '--disable-gpu-process-crash-limit'];
/** Puppeteer's own flags that keep a browser from slowing down what is hidden. */
const UNTHROTTLED = [
  '--disable-background-timer-throttling',
  '--disable-backgrounding-occluded-windows',
  '--disable-renderer-backgrounding',
];

async function losses(page: Page): Promise<() => Promise<void>> {
  const session = await page.browser().target().createCDPSession();
  return () => session.send('Browser.crashGpuProcess').catch(() => {});
}

async function flatOut(page: Page): Promise<void> {
  await page.focus('#speed');
  await page.keyboard.press('End');
}

/** Runs a text that gives a promise, with what the library exports as `katman`, on an empty page. */
async function library(page: Page, doing: string): Promise<any> {
  return page.evaluate(`import('/src/index.ts').then(async (katman) => { ${doing} })`);
}
const empty = () => `${inject('serverUrl')}/src/cli/harness.html`;

const DATA = `
  const { openGpu, Network, dense } = katman;
  const rows = 64;
  const x = Float32Array.from({ length: 2 * rows }, (_, i) => Math.sin(7 * i));
  const data = { rows, x, y: Float32Array.from({ length: rows }, (_, i) => Number(x[2 * i] > x[2 * i + 1])) };
  const make = (gpu, seed) =>
    Network.create(gpu, { inputs: 2, layers: [dense(8, 'tanh'), dense(1, 'sigmoid')], init: { seed } });
  const bits = async (network) =>
    (await network.parameters()).map(({ w, b }) => [...new Uint32Array(w.buffer), ...new Uint32Array(b.buffer)]).join();
`;

describe('a GPU that is opened again in vain', () => {
  it('the browser gives no other: six attempts with growing pauses, and a sentence with the last checkpoint, from which it goes on on the page loaded again', async () => {
    // Without the flags, Chrome gives a page no other GPU after the second loss.
    const page = await start({ alone: true, complains: true, url: empty() });
    await page.exposeFunction('lose', await losses(page));
    const fit = `{ steps: 3000, batchSize: 16, seed: 3, plan: 'fused' }`;
    const { said, took, after, saved, at } = await library(
      page,
      `${DATA}
      const gpu = await openGpu({ recover: true });
      const network = await make(gpu, 1);
      let [saved, at, losses, began] = [undefined, 0, 0, 0];
      const said = await network.fit(data, {
        ...${fit},
        checkpoint: { everySteps: 100, save: (bytes, steps) => void ([saved, at] = [bytes, steps]) },
        onProgress: async ({ step }) => {
          if (losses === 2 || step < 200 * (losses + 1)) return;
          losses++;
          began = performance.now();
          await lose();
        },
      }).then(() => 'done', String);
      const after = await network.parameters().then(() => 'read', String);
      return { said, took: performance.now() - began, after, at, saved: btoa(String.fromCharCode(...saved)) };`,
    );
    expect(said).toMatch(
      /^DeviceLostError: The GPU device was lost, and in 6 attempts no other could be opened \(.*no adapter.*\)\. Load the page again, or restart the browser, and resume from the last checkpoint\. The last checkpoint is that of step \d+$/,
    );
    expect(said.endsWith(`step ${at}`)).toBe(true);
    // The pauses are 0, 50, 200, 1000, 2000 and 4000 ms.
    expect(took).toBeGreaterThan(7000);
    expect(after).toMatch(/^DeviceLostError: /);

    await page.reload();
    const [resumed, straight] = await library(
      page,
      `${DATA}
      const gpu = await openGpu();
      const resume = Uint8Array.from(atob('${saved}'), (letter) => letter.charCodeAt(0));
      const all = [];
      for (const more of [{ resume }, {}]) {
        const network = await make(gpu, more.resume ? 2 : 1);
        const { steps } = await network.fit(data, { ...${fit}, ...more });
        all.push([steps, await bits(network)].join());
      }
      return all;`,
    );
    expect(resumed).toMatch(/^3000,/);
    expect(resumed).toBe(straight);
  });

  it('each is lost before it has made a step: after eight it says so, and what to do; a smaller network trains', async () => {
    const page = await start({ alone: true, complains: true, flags: OFTEN, url: empty() });
    await page.exposeFunction('lose', await losses(page));
    const { said, lost, smaller } = await library(
      page,
      `${DATA}
      const gpu = await openGpu({ recover: true });
      // A step of it takes many times as long as a device is there.
      const large = await Network.create(gpu, { inputs: 512, layers: [dense(1024, 'relu'), dense(1024, 'relu'), dense(1, 'sigmoid')] });
      const many = { rows: 4096, x: new Float32Array(4096 * 512).fill(0.5), y: new Float32Array(4096) };
      let [known, lost] = [undefined, 0];
      const losing = setInterval(() => {
        if (known === gpu.device) return;
        known = gpu.device;
        lost++;
        setTimeout(lose, 50);
      }, 5);
      const said = await large.fit(many, { steps: 3, batchSize: 4096, plan: 'fused', verify: 'never' }).then(() => 'done', String);
      clearInterval(losing);
      const network = await make(await openGpu(), 1);
      return { said, lost, smaller: (await network.fit(data, { steps: 20 })).steps };`,
    );
    expect(said).toMatch(
      /^DeviceLostError: The GPU device was lost 9 times at step [01], and nothing was gained in between; take a smaller network, batch or data set, or another adapter$/,
    );
    expect(lost).toBeGreaterThanOrEqual(9);
    expect(smaller).toBe(20);
  });
});

describe('a page whose GPU is lost as often as it is there', () => {
  it('gives up after a few attempts, says so and what to do; a smaller network trains', async () => {
    // A step of it takes many times as long as a device is there.
    const hash = 'data=digits&layers=1024.relu-1024.relu&batch=0';
    const page = await start({ url: playground(), hash, alone: true, complains: true, flags: OFTEN });
    const lose = await losses(page);
    await page.waitForFunction(() => document.getElementById('adapter')!.textContent!.length > 2);
    // Where the machine is so slow that it finds no other in six attempts, it goes on on the CPU, and says that.
    const end = '#alert, #kept[data-kind=cpu]';
    let again = 0;
    while (!(await page.$(end))) {
      await sleep(600);
      await lose();
      // One that was on its way is opened a little later, and nothing is said of it.
      await page.waitForSelector(`#kept[data-kind=again], ${end}`, { timeout: 2500 }).catch(() => {});
      if ((await page.$(end)) || !(await page.$('#kept'))) continue;
      again++;
      await page.click('#kept button');
      await page.waitForFunction(() => !document.querySelector('#kept[data-kind=again]'));
    }
    expect(await page.$eval(end, (found) => found.textContent)).toMatch(
      /The GPU was lost again and again, and no step was made in between; take a smaller network|no other is to be had/,
    );
    expect(again).toBeLessThanOrEqual(4);
    await page.click('[data-set=moons]');
    await steps(page, 20);
    expect(await page.$('#alert')).toBeNull();
  });
});

describe('one page', () => {
  it('two networks that train at once on one GPU end with the bits of each alone; one that trains is not trained twice', async () => {
    const page = await start({ url: empty() });
    const { alone, both, twice } = await library(
      page,
      `${DATA}
      const gpu = await openGpu();
      const fits = [{ steps: 400, batchSize: 16 }, { steps: 300, batchSize: 8, plan: 'textbook' }];
      const networks = () => Promise.all([make(gpu, 1), make(gpu, 2)]);
      const alone = [];
      for (const [i, network] of (await networks()).entries()) {
        await network.fit(data, fits[i]);
        alone.push(await bits(network));
      }
      const pair = await networks();
      const both = pair.map((network, i) => network.fit(data, fits[i]));
      const twice = await pair[0].fit(data, fits[0]).then(() => 'done', String);
      await Promise.all(both);
      return { alone, both: await Promise.all(pair.map(bits)), twice };`,
    );
    expect(both).toEqual(alone);
    expect(twice).toMatch(/^UsageError: /);
  });

  it('controls that are pressed twice at once begin nothing twice: the weights are those of a run that was left alone', async () => {
    const hash = 'data=moons&batch=32&stop=400';
    const page = await start({ url: playground(), hash });
    await steps(page, 20);
    await pause(page);
    await page.click('#primary', { count: 2 });
    await page.click('#step', { count: 2 });
    await phase(page, 'paused');
    const at = await settled(page);
    await page.click('#reset', { count: 2 });
    await frame(page);
    expect(await settled(page)).toBeLessThan(at);
    await flatOut(page);
    await page.click('#primary', { count: 3 });
    await settled(page);
    if ((await page.$eval('#primary', (button) => (button as HTMLElement).dataset.phase)) === 'paused')
      await page.click('#primary');
    await phase(page, 'ended');
    expect(await settled(page)).toBe(400);
    const other = await start({ url: playground(), hash });
    await flatOut(other);
    await phase(other, 'ended');
    expect(await weights(page)).toBe(await weights(other));
  });

  it('that is loaded again in the middle of a step trains, time after time', async () => {
    // A step takes a while where the GPU is software.
    const page = await start({ url: playground(), hash: 'data=digits&layers=64.relu&batch=0' });
    for (let i = 0; i < 3; i++) {
      await steps(page, 1);
      await page.reload();
    }
    await steps(page, 2);
    expect(await page.$('#alert')).toBeNull();
  });
});

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

describe('a file that was chosen, and', () => {
  const rows = (n: number) =>
    Array.from({ length: n }, (_, i) => `${i % 7},${(i * i) % 11},${i % 7 > 3 ? 'a' : 'b'}\n`).join('');
  const TABLE = `x1,x2,label\n${rows(60)}`;

  /** A file as it was chosen, before anything of it was read. */
  async function chosen(page: Page, name: string, content: string | Uint8Array): Promise<string> {
    const at = path.join(folder, name);
    writeFileSync(at, content);
    await page.evaluate(() => {
      document.getElementById('chosen')?.remove();
      document.body.insertAdjacentHTML('beforeend', '<input type="file" id="chosen">');
    });
    await ((await page.$('#chosen')) as ElementHandle<HTMLInputElement>).uploadFile(at);
    await page.$eval('#chosen', (input) => void (input as HTMLInputElement).files![0].size);
    return at;
  }

  /** Drops it on the dialog. */
  const drop = (page: Page) =>
    page.evaluate(() => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add((document.getElementById('chosen') as HTMLInputElement).files![0]);
      const event = new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true });
      document.querySelector('dialog')!.dispatchEvent(event);
    });

  const problem = async (page: Page): Promise<string> => {
    await page.waitForFunction(() => document.querySelector('.own-problem')?.textContent);
    return page.$eval('.own-problem', (found) => found.textContent!.trim());
  };

  const lastYear = (file: string) => utimesSync(file, 1.7e9, 1.7e9);

  it('that is changed or removed before it was read, or meanwhile, is refused by its name in either language; the data of before trains on', async () => {
    const page = await start({ url: playground() });
    await page.click('[data-action=own]');
    await page.waitForSelector('dialog[open]');
    await chosen(page, 'mine.csv', TABLE);
    await drop(page);
    await page.waitForSelector('.own-foot .primary:not(:disabled)');
    await page.click('.own-foot .primary');
    await page.waitForFunction(() => document.querySelector('.data .note')?.textContent?.includes('60'));
    await steps(page, 20);

    const changes: readonly (readonly [string, string | Uint8Array, (file: string) => void])[] = [
      ['removed.csv', TABLE, unlinkSync],
      ['removed.csv.gz', gzipSync(TABLE), unlinkSync],
      ['longer.csv', TABLE, (file) => (writeFileSync(file, TABLE + rows(5)), lastYear(file))],
      ['other.csv', TABLE, (file) => (writeFileSync(file, TABLE.replace('a', 'b')), lastYear(file))],
    ];
    await page.click('[data-action=own]');
    await page.waitForSelector('dialog[open]');
    for (const [name, content, change] of changes) {
      change(await chosen(page, name, content));
      await drop(page);
      expect(await problem(page)).toBe(
        `'${name}' cannot be read (it was changed, moved or removed after it was chosen, or is no file); choose it again`,
      );
    }
    // One that is cut off while it is read.
    const file = await chosen(page, 'large.csv', `x1,x2,label\n${rows(50_000).repeat(100)}`);
    await drop(page);
    await page.waitForFunction(() => (document.querySelector('progress')?.value ?? 0) > 1e5);
    truncateSync(file, 5_000_000);
    expect(await problem(page)).toMatch(/^'large\.csv' cannot be read \(.+\); choose it again$/);
    await page.keyboard.press('Escape');
    await page.click('button[lang=tr]');
    await page.click('[data-action=own]');
    unlinkSync(await chosen(page, 'gone.csv', TABLE));
    await drop(page);
    expect(await problem(page)).toMatch(/^'gone\.csv' okunamıyor: .*yeniden seçin$/);
    await page.keyboard.press('Escape');
    expect(await page.$eval('.data .note', (note) => note.textContent)).toContain('60');
    await steps(page, (await step(page)) + 20);
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

describe('a link', () => {
  /** Fifty and one, each of which would be heard of if any part of it were run or fetched. */
  function payloads(canary: string): string[] {
    const evil = [
      `<img src=${canary}/1 onerror="hacked=1">`,
      `<script src="${canary}/2"></script>`,
      `<svg/onload=fetch('${canary}/3')>`,
      `javascript:fetch('${canary}/4')`,
      `data:text/html,<script>fetch('${canary}/5')</script>`,
      `"><iframe src="${canary}/6"></iframe>`,
      `'-fetch('${canary}/7')-'`,
      `\${fetch('${canary}/8')}`,
      `{{constructor.constructor('fetch("${canary}/9")')()}}`,
      `url(${canary}/10)`,
      `@import "${canary}/11";`,
      `${canary}/12`,
      `${canary.replace('http:', '')}/13`,
      `import('${canary}/14')`,
      `@compute @workgroup_size(1) fn main() { loop {} }`,
      `\u0000\u202e<b>%E0%A4%A`,
      `<link rel=stylesheet href=${canary}/15><meta http-equiv=refresh content="0;url=${canary}/16">`,
    ];
    const places: readonly ((text: string) => string)[] = [
      (text) => `data=${text}`,
      (text) => `data=moons&${text}=${text}`,
      (text) => `data=moons&then=1;${text}=${text}&steps=2`,
      (text) => `data=moons&layers=${text}&plan=${text}`,
      (text) => `${text}&__proto__=${text}&constructor=${text}&steps=${text}`,
    ];
    return evil.flatMap((text, i) =>
      [0, 1, 2].map((k) => places[(i + 2 * k) % 5](k ? encodeURIComponent(text) : text)),
    );
  }

  it('with any of 50 hostile texts: no request leaves the page, nothing of it runs, and the next link works', async () => {
    const hits: string[] = [];
    const server = createServer(({ url: asked }, response) => (hits.push(asked!), response.end()));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const canary = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    try {
      const page = await start({ url: playground() });
      await steps(page, 1);
      const foreign: string[] = [];
      page.on('request', (request) => {
        if (!request.url().startsWith(url())) foreign.push(request.url());
      });
      page.on('dialog', (dialog) => void foreign.push(dialog.message()));
      /** Opens links one after the other; gives the elements with an address or a handler that come of one. */
      const follow = (links: string[]) =>
        page.evaluate(async (all) => {
          const found: string[] = [];
          for (const link of all) {
            location.hash = link;
            await new Promise((resolve) => setTimeout(resolve, 30));
            for (const { attributes, outerHTML } of document.querySelectorAll('*'))
              if ([...attributes].some(({ value }) => /hacked|fetch\(/.test(value))) found.push(outerHTML);
          }
          return found;
        }, links);
      const all = payloads(canary);
      expect(new Set(all).size).toBeGreaterThanOrEqual(50);
      // Some as a visitor has them who comes by the link, the others while a run is on its way.
      for (const link of all.slice(0, 3)) {
        await page.goto(`${url()}/blank`);
        await page.goto(`${playground()}#${link}`);
        await page.waitForSelector('#alert');
      }
      expect(await follow(all.slice(3))).toEqual([]);
      expect(await text(page, 'alert')).toMatch(/make no sense and were left out/);
      expect(await follow(['data=xor'])).toEqual([]);
      await phase(page, 'playing');
      await steps(page, 5);

      await page.goto(`${url()}/lab.html`);
      await page.waitForSelector('#answer');
      const drafts = all.map((source) => ({
        ...{ kernel: 'columnSums', sizes: [64, 16], ulps: 8, source },
        ...{ flags: [source], constants: { [source]: 4 }, workgroups: source },
        oracle: `fetch('${canary}/oracle'); ${source}`,
      }));
      const links = drafts.map((draft) => `a=${deflateRawSync(JSON.stringify(draft)).toString('base64url')}`);
      expect(await follow(links)).toEqual([]);
      await page.waitForFunction(
        () => !location.hash && document.getElementById('answer')?.dataset.kind === 'locked',
      );
      expect(await page.evaluate(() => 'hacked' in window)).toBe(false);
      expect(await page.$$eval('iframe, main img', (found) => found.length)).toBe(0);
      expect(foreign).toEqual([]);
      expect(hits).toEqual([]);
    } finally {
      server.close();
    }
  });
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
