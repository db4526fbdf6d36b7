import { readFileSync } from 'node:fs';
import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { answered, keptText, labs, openPanel, retype, sayOf, SMALL } from './labPage.ts';

const start = labs();
const { source } = SMALL;

const linkOf = (draft: unknown) => `a=${deflateRawSync(JSON.stringify(draft)).toString('base64url')}`;

describe('the history', () => {
  it('keeps attempts over visits, shows what changed, and goes into a file and back', async () => {
    const page = await start();
    await page.click('[data-action=save]');
    await page.waitForSelector('#notice');
    await sayOf(page, source.replace('var sum = 0.0;', 'var sum = 1.0;'));
    await page.click('[data-action=save]');
    await page.reload();
    await page.waitForSelector('#answer');
    await openPanel(page, 'history');
    await page.waitForFunction(() => document.querySelectorAll('[data-attempt]').length === 2);
    const said = await page.$$eval('.result', (all) => all.map((one) => one.textContent));
    expect(said[0]).toBe('wrong');
    expect(said[1]).toMatch(/^right, /);
    await page.click('[data-attempt]:last-child [data-do=diff]');
    const diff = await page.$eval('.diff', (element) => element.textContent!);
    expect(diff).toContain('-  var sum = 0.0;');
    expect(diff).toContain('+  var sum = 1.0;');
    const file = await page.evaluate(async () => {
      const blobs: Blob[] = [];
      const { createObjectURL } = URL;
      URL.createObjectURL = (blob: Blob) => (blobs.push(blob), createObjectURL(blob));
      document.querySelector<HTMLElement>('[data-action=export]')!.click();
      URL.createObjectURL = createObjectURL;
      return blobs[0].text();
    });
    expect(JSON.parse(file)).toMatchObject({ format: 'katman-lab', version: 1 });
    for (const _ of [0, 1]) await page.click('[data-do=remove]');
    await page.waitForFunction(() => document.querySelectorAll('[data-attempt]').length === 0);
    const give = (text: string) =>
      page.$eval(
        '[name=import]',
        (input, content) => {
          const files = new DataTransfer();
          files.items.add(new File([content], 'attempts.json'));
          (input as HTMLInputElement).files = files.files;
          input.dispatchEvent(new Event('change', { bubbles: true }));
        },
        text,
      );
    await give('{"format":"another"}');
    await page.waitForFunction(() =>
      document.getElementById('notice')?.textContent?.includes('holds no attempts'),
    );
    await give(file);
    await page.waitForFunction(() => document.querySelectorAll('[data-attempt]').length === 2);
    await page.click('[data-attempt]:last-child [data-do=open]');
    await page.waitForFunction(
      (wanted) => JSON.parse(localStorage.getItem('katman.lab.draft')!).source === wanted,
      {},
      source,
    );
    expect((await answered(page)).kind).toBe('right');
  });
});

describe('a link', () => {
  it('holds the whole text, which runs only when it is asked for', async () => {
    const page = await start();
    const changed = source.replace('var sum = 0.0;', 'var sum = 0.0; // mine');
    await sayOf(page, changed);
    await page.click('[data-action=link]');
    await page.waitForFunction(() => location.hash.startsWith('#a='));
    const hash = await page.evaluate(() => location.hash.slice(1));
    const other = await start({ hash });
    expect(await answered(other)).toMatchObject({
      kind: 'locked',
      text: expect.stringContaining('nothing of it has run'),
    });
    expect(await keptText(other)).toBe(changed);
    await other.click('#judge');
    await other.waitForFunction(() => document.getElementById('answer')!.dataset.kind !== 'locked');
    expect((await answered(other)).kind).toBe('right');
  });

  it('with malicious text is text alone', async () => {
    const evil = `</script><img src=x onerror="window.evil = 1"><script>window.evil = 1</script>`;
    const draft = {
      ...SMALL,
      source: `// ${evil}\n${source}`,
      oracle: `window.evil = 1; parent.evil = 1; ${evil}`,
      flags: [evil],
      constants: { [evil]: 4, WORKGROUP: evil },
      sizes: [evil, -1],
      workgroups: evil,
    };
    const page = await start({ hash: linkOf(draft) });
    expect((await answered(page)).kind).toBe('locked');
    const found = await page.evaluate(() => ({
      evil: 'evil' in window,
      images: document.querySelectorAll('main img, #editor img').length,
      frames: document.querySelectorAll('iframe').length,
    }));
    expect(found).toEqual({ evil: false, images: 0, frames: 0 });
    // Asked for, its oracle fails inside its frame, and nothing else happens.
    await page.click('#judge');
    await page.waitForFunction(() => document.getElementById('answer')!.dataset.kind === 'oracle');
    expect(await page.evaluate(() => 'evil' in window)).toBe(false);
    expect(await keptText(page)).toBe(draft.source);
  });

  it.each([
    ['broken', 'a=AAAA'],
    ['of another kernel', linkOf({ ...SMALL, kernel: 'constructor' })],
    ['of no text', linkOf({ ...SMALL, source: 4 })],
    ['that unpacks without end', linkOf({ ...SMALL, source: 'x'.repeat(50_000_000) })],
  ])('that is %s leaves what was there, and says so', async (_, hash) => {
    const page = await start({ hash, draft: { ...SMALL, locked: true } });
    expect(await page.$eval('#notice', (element) => element.textContent)).toMatch(/holds no text/);
    expect(await keptText(page)).toBe(source);
  });
});

describe('an oracle of one’s own', () => {
  const twice = `
@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> out: array<f32>;
// workgroups: ceil(count / 64)
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if id.x < arrayLength(&x) { out[id.x] = 2.0 * x[id.x]; }
}
`;

  it('judges a kernel of its own inputs, and one of the contract', async () => {
    // The one that the docs show.
    const [, oracle] = /```js\n([^`]+)```/.exec(
      readFileSync(new URL('../../docs/lab.md', import.meta.url), 'utf8'),
    )!;
    const page = await start({ draft: { ...SMALL, source: twice, oracle } });
    const own = await answered(page);
    expect(own).toMatchObject({ kind: 'right', text: expect.stringContaining('1,065 numbers of 3 cases') });
    expect(await sayOf(page, twice.replace('2.0 *', '2.1 *'))).toMatchObject({ kind: 'wrong' });
    const sums = `function oracle({ params: { m, n, scale }, inputs: { a } }) {
      return Array.from({ length: n }, (_, j) => { let sum = 0; for (let i = 0; i < m; i++) sum += a[i * n + j]; return scale * sum; });
    }`;
    const other = await start({ draft: { ...SMALL, oracle: sums, ulps: 1e6 } });
    expect((await answered(other)).kind).toBe('right');
  });

  it('that fails in whatever way is answered in a sentence', async () => {
    const bad: readonly (readonly [string, RegExp])[] = [
      ['function oracle( {', /failed/],
      ['const answer = 42;', /no function named oracle/],
      ['function oracle() { for (;;) {} }', /not ended after 2 seconds/],
      ['function oracle() { return { out: [1, 2, 3, 4, 5, 6, 7] }; }', /returned 7 numbers for ‘out’/],
      ['function oracle() {}', /failed/],
      ['function oracle() { return { y: [1] }; }', /none of the kernel’s outputs/],
    ];
    const page = await start({
      draft: { ...SMALL, oracle: 'function oracle() { throw new Error("no idea"); }' },
    });
    expect((await answered(page)).text).toMatch(/failed: no idea/);
    await openPanel(page, 'oracle');
    for (const [oracle, sentence] of bad) {
      await retype(page, oracle, 'oracle');
      await page.waitForFunction(
        (wanted) => JSON.parse(localStorage.getItem('katman.lab.draft')!).oracle === wanted,
        {},
        oracle,
      );
      await page.waitForFunction(() => document.getElementById('answer')!.dataset.kind === 'none');
      const { kind, text } = await answered(page);
      expect(kind).toBe('oracle');
      expect(text).toMatch(sentence);
    }
    expect(await keptText(page)).toBe(source);
  });

  it('runs in a frame of its own origin, the only one whose policy lets code be made of text', async () => {
    const policy = (file: string) =>
      /http-equiv="Content-Security-Policy"\s+content="([^"]+)"/.exec(
        readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8'),
      )![1];
    for (const file of ['index.html', 'lab.html']) expect(policy(file)).not.toMatch(/unsafe/);
    expect(policy('public/oracle.html')).toMatch(/default-src 'none'.*connect-src 'none'/);
    // What its own code sees: no page, no storage, no network, an origin like no other.
    const oracle = `function oracle() {
      const seen = [self.origin, typeof document, typeof localStorage];
      let request = 'refused';
      try { const x = new XMLHttpRequest(); x.open('GET', 'https://example.com/', false); x.send(); request = 'sent'; } catch {}
      throw new Error([...seen, request].join(' '));
    }`;
    const page = await start({ draft: { ...SMALL, oracle }, complains: true });
    expect((await answered(page)).text).toContain('null undefined undefined refused');
    expect(await page.$eval('iframe', (frame) => frame.getAttribute('sandbox'))).toBe('allow-scripts');
  });
});
