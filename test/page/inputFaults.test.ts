import { mkdtempSync, rmSync, truncateSync, unlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { deflateRawSync, gzipSync } from 'node:zlib';
import type { ElementHandle, Page } from 'puppeteer';
import { afterAll, describe, expect, it } from 'vitest';
import { site } from './site.ts';
import { phase, step, steps, text, visits } from './visit.ts';

const start = visits();
const { url } = site();
const playground = () => `${url()}/index.html`;

const folder = mkdtempSync(path.join(tmpdir(), 'katman-faults-'));
afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 10 }));

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
