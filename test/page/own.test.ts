import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import type { ElementHandle, Page } from 'puppeteer';
import { afterAll, describe, expect, it } from 'vitest';
import { Dataset } from '../../src/data/dataset.ts';
import { prepare } from '../../src/session/prepare.ts';
import { drawn, findings, overflow, shoot, views } from './viewPage.ts';

const open = views('own');
const folder = mkdtempSync(path.join(tmpdir(), 'katman-own-'));
afterAll(() => rmSync(folder, { recursive: true }));

declare const window: Window & {
  given: { data?: any; closed: number };
  longTasks: number[];
  say(to: string): void;
};

function file(name: string, content: string | Uint8Array): string {
  const at = path.join(folder, name);
  writeFileSync(at, content);
  return at;
}

/** The dialog, opened as a person opens it. */
async function dialog(look: { width?: number; dark?: boolean } = {}): Promise<Page> {
  const page = await open(look);
  await page.click('#open');
  await page.waitForSelector('dialog[open]');
  return page;
}

async function choose(page: Page, ...files: string[]): Promise<void> {
  const input = (await page.waitForSelector('input[type=file]')) as ElementHandle<HTMLInputElement>;
  await input.uploadFile(...files);
}

const text = (page: Page, selector: string) => page.$eval(selector, (element) => element.textContent!.trim());

/** Waits until the sentence that says what will be trained on says this. */
async function planned(page: Page, part: string): Promise<void> {
  await page.waitForFunction(
    (wanted) => document.querySelector('.own-sentence')?.textContent?.includes(wanted),
    { timeout: 20_000 },
    part,
  );
}

async function problem(page: Page): Promise<string> {
  await page.waitForFunction(() => document.querySelector('.own-problem')?.textContent, { timeout: 20_000 });
  return text(page, '.own-problem');
}

/** Presses the last button, and gives what the page got. */
async function use(page: Page) {
  await page.waitForSelector('.own-foot .primary:not(:disabled)');
  await page.click('.own-foot .primary');
  await page.waitForFunction(() => window.given.data && window.given.closed === 1);
  const { fields, ...rest } = await page.evaluate(() => {
    const { fields, testRows, ...others } = window.given.data;
    const [x, y] = [fields.x, fields.y].map((t) => [...t]);
    return { fields: { ...fields, x, y }, testRows: testRows && [...testRows], ...others };
  });
  const data = new Dataset({ ...fields, x: Float32Array.from(fields.x), y: Float32Array.from(fields.y) });
  return { data, ...rest };
}

const FLOWERS = `sepal length,width,colour,kind
${Array.from({ length: 40 }, (_, i) => `${i / 4},${i % 8 ? 40 - i : 'NA'},${['red', 'blue', 'white'][i % 3]},${i % 2 ? 'setosa' : 'virginica'}`).join('\n')}
`;

/** An IDX file of bytes. */
function idx(shape: number[], data: Uint8Array): Uint8Array {
  const header = Buffer.alloc(4 + 4 * shape.length);
  header.set([0, 0, 8, shape.length]);
  shape.forEach((size, d) => header.writeUInt32BE(size, 4 + 4 * d));
  return Buffer.concat([header, data]);
}

const images = (n: number) =>
  idx(
    [n, 4, 5],
    Uint8Array.from({ length: n * 20 }, (_, i) => (i * 37) % 256),
  );
const labels = (n: number) =>
  idx(
    [n],
    Uint8Array.from({ length: n }, (_, i) => i % 3),
  );

describe('a table of one’s own', () => {
  it('is shown, chosen from and used', async () => {
    const page = await dialog();
    expect(await text(page, '.own-head .note')).toMatch(/^Nothing leaves this machine/);
    await choose(page, file('flowers.csv', FLOWERS));
    await planned(page, '32 rows for training, 8 rows for the test, 5 features, 2 classes.');
    expect(await page.$$eval('.own-preview thead th', (all) => all.map((th) => th.textContent))).toEqual([
      'Row',
      'sepal lengthnumber',
      'widthnumber, 5 missing',
      'colourtext',
      'kindtext',
    ]);
    expect((await page.$$('.own-preview tbody tr')).length).toBe(20);
    expect(await text(page, '.own-plan')).toContain('5 missing cells are filled in: width (5).');
    await page.select('select[name=missing]', 'drop');
    await planned(page, '28 rows for training, 7 rows for the test');
    expect(await text(page, '.own-plan')).toContain('5 rows with missing values are left out.');
    await page.click('input[name=feature][value=colour]');
    await planned(page, '2 features');
    await page.select('select[name=testShare]', '0.4');
    await planned(page, '21 rows for training, 14 rows for the test');
    // Pressed at once after a change, the button means the change too.
    await page.select('select[name=testShare]', '0.3');
    const { data, testShare, notes } = await use(page);
    expect(testShare).toBe(0.3);
    expect(notes).toEqual(['5 rows with missing values are left out.']);
    expect(data).toMatchObject({ name: 'flowers', features: ['sepal length', 'width'], rows: 35 });
    const { train, test } = prepare(data, { testShare });
    expect([train.rows, test!.rows]).toEqual([24, 11]);
  });

  it('gets derived features, with what is wrong under the field', async () => {
    const page = await dialog();
    await choose(page, file('flowers.csv', FLOWERS));
    await planned(page, '5 features');
    await page.click('.own-derived > .button');
    await page.waitForFunction(() => document.activeElement?.getAttribute('name') === 'derived');
    await page.keyboard.type('sin(`sepal length`) * ');
    await page.waitForFunction(() => document.querySelector('.own-formula .error')!.textContent);
    expect(await text(page, '.own-formula .error')).toBe(
      'At character 23 of the formula a column, a number or a parenthesis is expected, not the end; correct it',
    );
    expect(await page.$eval('input[name=derived]', (input) => input.getAttribute('aria-invalid'))).toBe(
      'true',
    );
    expect(await page.$('.own-foot .primary:disabled')).not.toBe(null);
    await page.keyboard.type('2');
    await planned(page, '6 features');
    // A formula that can be read, but has no value in some row.
    await page.click('.own-derived > .button');
    await page.keyboard.type('log(`sepal length`)');
    await page.waitForFunction(() =>
      document.querySelectorAll('.own-formula .error')[1]?.textContent?.includes('-Infinity in row 2'),
    );
    await page.click('.own-formula:nth-of-type(2) button');
    await planned(page, '6 features');
    const { data } = await use(page);
    expect(data.features.at(-1)).toBe('sin(`sepal length`) * 2');
    expect(data.x[2 * 6 - 1]).toBe(Math.fround(Math.sin(0.25) * 2));
  });

  it('is pasted, and its label and task are changed', async () => {
    const page = await dialog();
    await page.focus('.own-paste textarea');
    await page.keyboard.sendCharacter(FLOWERS.replaceAll(',', '\t'));
    await page.click('.own-paste button');
    await planned(page, '2 classes');
    expect(await text(page, 'h3')).toBe('pasted table');
    await page.select('select[name=label]', 'sepal length');
    await planned(page, 'one quantity to predict');
    expect(await page.$eval('select[name=task]', (select) => (select as HTMLSelectElement).value)).toBe(
      'regression',
    );
    expect(await text(page, '.own-scales')).toContain('sepal length (label)');
    await page.select('select[name=task]', 'classification');
    expect(await problem(page)).toMatch(/'sepal length' .* has another value in each of the 40 rows/);
    await page.select('select[name=label]', 'kind');
    await planned(page, '5 features, 2 classes');
  });

  it('is dropped on the dialog', async () => {
    const page = await dialog();
    await page.evaluate((content) => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File([content], 'dropped.csv'));
      const event = new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true });
      document.querySelector('.own-drop')!.dispatchEvent(event);
      // Else the browser would leave the page for the file.
      if (!event.defaultPrevented) throw new Error('the drop is left to the browser');
    }, FLOWERS);
    await planned(page, '5 features');
    expect(await text(page, 'h3')).toBe('dropped.csv');
  });

  it('may be packed with gzip', async () => {
    const page = await dialog();
    await choose(page, file('flowers.csv.gz', gzipSync(FLOWERS)));
    await planned(page, '5 features');
  });
});

describe('images of one’s own', () => {
  it('are IDX files, packed or not, with a share for the test', async () => {
    const page = await dialog();
    await choose(
      page,
      file('own-labels-idx1-ubyte.gz', gzipSync(labels(30))),
      file('own-images-idx3-ubyte.gz', gzipSync(images(30))),
    );
    await planned(page, '24 rows for training, 6 rows for the test, 20 features, 3 classes.');
    expect(await text(page, '.own-body .note')).toBe('30 images of 4 × 5 numbers, 3 classes');
    await shoot(page, 'own-images');
    const { data, testShare, testRows } = await use(page);
    expect(data).toMatchObject({ name: 'own-images', rows: 30, classes: ['0', '1', '2'] });
    expect([...data.x.subarray(0, 3)]).toEqual([0, 37, 74]);
    expect({ testShare, testRows }).toEqual({ testShare: 0.2, testRows: undefined });
  });

  it('bring their test with them', async () => {
    const page = await dialog();
    await choose(
      page,
      file('train-images-idx3-ubyte', images(30)),
      file('train-labels-idx1-ubyte', labels(30)),
      file('t10k-images-idx3-ubyte', images(9)),
      file('t10k-labels-idx1-ubyte', labels(9)),
    );
    await planned(page, '30 rows for training, 9 rows for the test');
    const { data, testRows } = await use(page);
    expect(data.rows).toBe(39);
    expect(testRows).toEqual([30, 31, 32, 33, 34, 35, 36, 37, 38]);
  });
});

const noise = Uint8Array.from({ length: 5000 }, (_, i) => (i * i * 7919) >> 3);
const several = (n: number, row: (i: number) => string) =>
  Array.from({ length: n }, (_, i) => row(i)).join('\n');

describe('what is no data', () => {
  const bad: [string, () => string[], RegExp, RegExp][] = [
    ['empty', () => [file('empty.csv', '')], /^'empty.csv' is empty/, /^'empty.csv' boş/],
    ['blank', () => [file('blank.csv', ' \n\n')], /^'blank.csv' is empty/, /boş/],
    [
      'binary nonsense',
      () => [file('noise.bin', noise)],
      /^'noise.bin' (is not UTF-8 text|holds a NUL byte).* row 1/,
      /1\. satır/,
    ],
    [
      'a spreadsheet',
      () => [file('a.xlsx', Buffer.from('PK\x03\x04...'))],
      /^'a.xlsx' is a zip file or a spreadsheet/,
      /hesap tablosu/,
    ],
    [
      'ragged',
      () => [file('r.csv', 'a,b\n1,2\n1,2,3\n1,2\n')],
      /^Row 3 of 'r.csv' has 3 cells where the first row has 2/,
      /3\. satırında 3 hücre/,
    ],
    [
      'quotes',
      () => [file('q.csv', 'a,b\n1,2\n"1,2\n1,2\n')],
      /^Row 3 of 'q.csv' has a quote/,
      /3\. satırında bir tırnak/,
    ],
    [
      'wide',
      () => [
        file(
          'w.csv',
          several(5, () => '1,'.repeat(9999) + '1'),
        ),
      ],
      /^'w.csv' has 10000 columns in row 1, more than the 1000/,
      /10000 sütun/,
    ],
    [
      'one row',
      () => [file('o.csv', 'a,b\n1,2\n')],
      /^'o.csv' ends after row 2, with 1 row of data/,
      /1 veri satırıyla/,
    ],
    [
      'a column',
      () => [file('c.csv', several(9, String))],
      /^'c.csv' has a single column in row 1/,
      /tek sütun/,
    ],
    [
      'names',
      () => [file('n.csv', 'a,a\n1,2\n3,4\n')],
      /^Columns 1 and 2 of 'n.csv' are both named 'a'/,
      /adı aynı/,
    ],
    [
      'cut gzip',
      () => [file('g.csv.gz', gzipSync(FLOWERS).subarray(0, 60))],
      /^'g.csv.gz' is gzip that cannot be unpacked/,
      /açılamayan/,
    ],
    [
      'two tables',
      () => [file('a.csv', 'a,b\n'), file('b.csv', 'a,b\n')],
      /^2 files are chosen, and 'a.csv' is no IDX file/,
      /2 dosya/,
    ],
    [
      'images alone',
      () => [file('i-images-idx3-ubyte', images(4))],
      /^'i-images-idx3-ubyte' has images alone/,
      /etiketlerinin/,
    ],
    [
      'cut IDX',
      () => [file('i', images(4).subarray(0, 50)), file('l', labels(4))],
      /^'i' is an IDX file of 50 bytes where 96/,
      /96 bayt/,
    ],
    [
      'other labels',
      () => [file('i', images(4)), file('l', labels(5))],
      /^'i' has 4 images, but 'l' has 5 labels/,
      /5 etiket/,
    ],
  ];
  const useless: [string, string, RegExp, RegExp][] = [
    [
      'one class',
      several(9, (i) => `${i},a`),
      /^The label column 'y' of 'u.csv' is 'a' in every row/,
      /her satırda 'a'/,
    ],
    [
      'a label a row',
      several(9, (i) => `${i},t${i}`),
      /'y' .* has another value in each of the 9 rows/,
      /9 satırın her birinde/,
    ],
    [
      'a text among numbers',
      several(9, (i) => `${i === 4 ? 'four' : i},${'ab'[i % 2]}`),
      /row 6, column 'x' is 'four', which is not a number/,
      /6\. satırda 'x' sütunu 'four'/,
    ],
    [
      'too large',
      several(9, (i) => `${i === 4 ? '1e39' : i},${'ab'[i % 2]}`),
      /row 6, column 'x' is 1e\+39, outside float32/,
      /float32’nin dışında/,
    ],
  ];

  it('is refused in one sentence with the place, in either language, and nothing of it is loaded', async () => {
    const page = await dialog();
    for (const [name, files, english, turkish] of bad) {
      await choose(page, ...files());
      await page
        .waitForFunction(
          (wanted) => new RegExp(wanted).test(document.querySelector('.own-problem')?.textContent ?? ''),
          { timeout: 20_000 },
          english.source,
        )
        .catch(async () => expect(await text(page, '.own-body'), name).toMatch(english));
      await page.evaluate(() => window.say('tr'));
      await drawn(page);
      expect(await problem(page), name).toMatch(turkish);
      expect(await page.$('.own-plan'), name).toBe(null);
      await page.evaluate(() => window.say('en'));
    }
  });

  it('is refused where a label or a column cannot be used', async () => {
    const page = await dialog();
    for (const [name, rows, english, turkish] of useless) {
      await choose(page, file('u.csv', `x,y\n${rows}\n`));
      expect(await problem(page), name).toMatch(english);
      expect(await page.$('.own-foot .primary:disabled'), name).not.toBe(null);
      await page.evaluate(() => window.say('tr'));
      await drawn(page);
      expect(await problem(page), name).toMatch(turkish);
      await page.evaluate(() => window.say('en'));
      await page.click('.own-foot .button:not(.primary)');
    }
    // What comes after is not touched by it.
    await choose(page, file('flowers.csv', FLOWERS));
    await planned(page, '5 features');
  });
});

/** CPU time of every task of the main threads of pages in a trace, in milliseconds. */
function mainTasks(trace: Uint8Array): number[] {
  const { traceEvents } = JSON.parse(new TextDecoder().decode(trace)) as { traceEvents: any[] };
  const thread = ({ pid, tid }: any) => `${pid}:${tid}`;
  const mains = new Set(
    traceEvents
      .filter(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain')
      .map(thread),
  );
  return traceEvents
    .filter((event) => /RunTask$/.test(event.name) && event.tdur !== undefined && mains.has(thread(event)))
    .map(({ tdur }) => tdur / 1000);
}

describe('a large file', () => {
  it('of 100 MB is read with a progress bar, and never holds the page up', async () => {
    const row = (i: number) =>
      `${(i * 0.7919).toFixed(4)},${i % 977},${((i * 31) % 1000) / 8},${Math.sin(i).toFixed(6)},group${i % 5},${i % 3}\n`;
    const block = Array.from({ length: 50_000 }, (_, i) => row(i)).join('');
    const times = Math.ceil(100e6 / block.length);
    const large = file('large.csv', 'a,b,c,d,e,f\n' + block.repeat(times));
    const page = await dialog();
    // What is shown in the end is shown once before: its code is compiled, and what is measured is the reading.
    await choose(page, file('first.csv', FLOWERS));
    await planned(page, '5 features');
    await page.click('.own-foot .button:not(.primary)');
    await page.evaluate(() => {
      const seen: number[] = [];
      Object.assign(window, { seen });
      const look = () => {
        const bar = document.querySelector('progress');
        if (bar && bar.value !== seen.at(-1)) seen.push(bar.value);
        if (!document.querySelector('.own-sentence')) requestAnimationFrame(look);
      };
      look();
    });
    await page.tracing.start({ categories: ['toplevel'] });
    await choose(page, large);
    await page.waitForSelector('.own-preview', { timeout: 120_000 });
    await planned(page, `${(50_000 * times * 0.8).toLocaleString('en')} rows for training`);
    const tasks = mainTasks((await page.tracing.stop())!);
    const { seen, observed } = await page.evaluate(() => ({
      seen: (window as any).seen as number[],
      observed: [...window.longTasks],
    }));
    // By the clock, a task also lasts while others have the two cores; what is the page's own is its CPU time.
    console.log(
      `longest task: ${Math.max(...tasks).toFixed(0)} ms of CPU; long by the clock: ${observed.length}`,
    );
    expect(tasks.length).toBeGreaterThan(100);
    expect(tasks.filter((cpu) => cpu > 50)).toEqual([]);
    expect(seen.length).toBeGreaterThan(10);
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
    // Given up in the middle, it leaves nothing behind.
    await page.click('.own-foot .button:not(.primary)');
    await choose(page, large);
    await page.waitForFunction(() => (document.querySelector('progress')?.value ?? 0) > 1e6);
    await page.click('.own-reading button');
    await choose(page, file('flowers.csv', FLOWERS));
    await planned(page, '5 features');
  });
});

describe('the dialog', () => {
  it('is closed by Escape, and gives the focus back', async () => {
    const page = await dialog();
    await drawn(page);
    expect(await page.evaluate(() => (document.activeElement as HTMLInputElement).type)).toBe('file');
    await page.keyboard.press('Escape');
    await page.waitForFunction(() => !document.querySelector('dialog') && window.given.closed === 1);
    expect(await page.evaluate(() => document.activeElement!.id)).toBe('open');
  });

  it('is used by keyboard alone', async () => {
    const page = await open();
    await page.focus('#open');
    await page.keyboard.press('Enter');
    await page.waitForSelector('dialog[open]');
    await drawn(page);
    await page.keyboard.press('Tab');
    await page.keyboard.type('a,b\n1,x\n2,y\n3,x\n4,y\n5,x\n');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await planned(page, '4 rows for training, 1 row for the test, 1 feature, 2 classes.');
    expect(await page.evaluate(() => document.activeElement!.tagName)).toBe('H3');
    for (let i = 0; i < 30; i++) {
      await page.keyboard.press('Tab');
      if (await page.$('.own-foot .primary:focus')) break;
    }
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => window.given.data);
  });

  for (const width of [360, 1280])
    for (const dark of [false, true])
      it(`fits ${width} pixels, ${dark ? 'dark' : 'light'}, and axe finds nothing`, async () => {
        const page = await dialog({ width, dark });
        const name = `own-${width}-${dark ? 'dark' : 'light'}`;
        await choose(page, file('bad.csv', 'a,b\n1,2\n1,2,3\n'));
        await problem(page);
        await shoot(page, `${name}-source`);
        expect(await findings(page)).toEqual([]);
        await choose(page, file('flowers.csv', FLOWERS));
        await planned(page, '5 features');
        await page.click('.own-derived > .button');
        await page.keyboard.type('width^');
        await page.waitForFunction(() => document.querySelector('.own-formula .error')!.textContent);
        if (dark) await page.evaluate(() => window.say('tr'));
        await drawn(page);
        await shoot(page, `${name}-table`);
        expect(await findings(page)).toEqual([]);
        await page.keyboard.type('2');
        await planned(page, dark ? '6 öznitelik' : '6 features');
        await page.$eval('.own-body', (body) => body.scrollTo(0, body.scrollHeight));
        await shoot(page, `${name}-plan`);
        expect(await overflow(page)).toBe(0);
        expect(await page.$eval('.own-body', (body) => body.scrollWidth - body.clientWidth)).toBe(0);
        expect(await findings(page)).toEqual([]);
      });
});
