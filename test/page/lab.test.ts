import { describe, expect, it } from 'vitest';
import { answered, focusEditor, inEditor, keptText, labs, openPanel, sayOf, SMALL } from './labPage.ts';
import { frame } from './visit.ts';

const start = labs();
const { source } = SMALL;

describe('the answer', () => {
  it('a kernel against itself is right, timed, and not called faster or slower by much', async () => {
    const page = await start();
    const { kind, text } = await answered(page);
    expect(kind).toBe('right');
    const [, low, high] = /([\d.]+) to ([\d.∞]+) times the shipped kernel’s time/.exec(text)!;
    expect(Number(low)).toBeLessThan(1.5);
    expect(high === '∞' ? Infinity : Number(high)).toBeGreaterThan(0.66);
    expect(text).toMatch(/GFLOP\/s/);
    expect(text).toMatch(/GB\/s/);
    // Under the roofs of this adapter.
    await page.waitForSelector('#roofs');
    await page.waitForSelector('#roofline canvas');
    expect(await page.$eval('#roofs', (element) => element.textContent)).toMatch(/GFLOP\/s.*GB\/s/);
  });

  it('a planted error is refused with its place, and is looked at there', async () => {
    const wrong = source.replace('out[column] = params.scale', 'out[column] = 1.001 * params.scale');
    const page = await start({ draft: { ...SMALL, source: wrong } });
    const { kind, text } = await answered(page);
    expect(kind).toBe('wrong');
    expect(text).toMatch(/out\[\d+\]/);
    expect(text).toMatch(/got -?[\d.e-]+, want -?[\d.e-]+, at most [\d.e-]+ apart/);
    expect(text).toContain('columnSums m=');
    await page.waitForSelector('#cell-out .off');
    expect(await page.$$eval('.heat canvas', (all) => all.length)).toBe(3);
    // The shipped text is right again.
    await page.click('[data-action=restore]');
    await page.waitForFunction(() => document.getElementById('answer')!.dataset.kind !== 'wrong');
    expect((await answered(page)).kind).toBe('right');
  });

  it('what does not compile is marked on its line', async () => {
    const page = await start({ draft: { ...SMALL, locked: true } });
    await page.click('#judge');
    const { kind, text } = await sayOf(page, source.replace('var sum = 0.0;', 'var sum = nothing;'));
    const line = source.split('\n').findIndex((one) => one.includes('var sum')) + 1;
    expect(kind).toBe('invalid');
    expect(text).toMatch(new RegExp(`line ${line}`));
    expect(text).toContain('nothing');
    const marked = await page.$$eval('#editor >>> .cm-lintRange-error', (all) =>
      all.map((one) => one.textContent),
    );
    expect(marked.join('')).toContain('nothing');
  });

  it('other bindings, too much memory, missing features, no text: a sentence each, and the text is kept', async () => {
    const bad: readonly (readonly [string, RegExp])[] = [
      [source.replaceAll(/\ba\b(?=\[|:)/g, 'b'), /'?[ab]'?/],
      [source.replace('out[column] =', 'out[column + 1u] ='), /behind the end|out\[/],
      [source.replace('array<f32, 64>', 'array<f32, 64000>'), /workgroup/i],
      [`enable chromium_experimental_subgroup_matrix;\n${source}`, /\w/],
      [`${source}\nfn {`, /line/],
      [' ', /empty/],
    ];
    const page = await start({ draft: { ...SMALL, source: 'fn' } });
    for (const [text, sentence] of bad) {
      const said = await sayOf(page, text);
      expect(['invalid', 'wrong']).toContain(said.kind);
      expect(said.text).toMatch(sentence);
      expect(await keptText(page)).toBe(text);
    }
  });

  it('a loop without end does not end the lab, and its text is kept', async () => {
    const endless = source.replace(
      'partial[local] = sum;',
      'loop { sum += 1.0; if sum < 0.0 { break; } }\n  partial[local] = sum;',
    );
    const page = await start({ draft: { ...SMALL, source: endless } });
    expect(['wrong', 'hung']).toContain((await answered(page)).kind);
    expect(await keptText(page)).toBe(endless);
    expect((await sayOf(page, source)).kind).toBe('right');
  });
});

it('keys that come as fast as they can stand in their order, and none is lost', async () => {
  const page = await start();
  await focusEditor(page);
  await page.keyboard.down('Control');
  await page.keyboard.press('Home');
  await page.keyboard.up('Control');
  const typed =
    '// Whatever is typed at once, between two pictures of the page, stays as it was typed: 0123456789.';
  await page.keyboard.type(typed);
  await page.waitForFunction(
    (length) => JSON.parse(localStorage.getItem('katman.lab.draft')!).source.length === length,
    {},
    typed.length + source.length,
  );
  await frame(page);
  expect(await keptText(page)).toBe(typed + source);
});

it('sizes of 0, of text and over the limits are refused where they stand', async () => {
  const page = await start();
  for (const typed of ['0', 'many', '1e3', '99999999999', '-4', '']) {
    await page.$eval(
      '[name=m]',
      (field, to) => {
        (field as HTMLInputElement).value = to;
        field.dispatchEvent(new Event('change', { bubbles: true }));
      },
      typed,
    );
    await frame(page);
    expect(await page.$eval('[name=m]', (field) => field.getAttribute('aria-invalid'))).toBe('true');
    expect(await page.$eval('.field:has([name=m]) .error', (element) => element.textContent)).toMatch(
      /whole number from 1/,
    );
  }
  expect((await answered(page)).kind).toBe('right');
  // What fits the field but no device is an answer.
  await page.$eval('[name=m]', (field) => {
    (field as HTMLInputElement).value = '16777216';
    field.dispatchEvent(new Event('change', { bubbles: true }));
  });
  await page.$eval('[name=n]', (field) => {
    (field as HTMLInputElement).value = '16777216';
    field.dispatchEvent(new Event('change', { bubbles: true }));
  });
  await page.waitForFunction(() => document.getElementById('answer')!.dataset.kind === 'invalid');
  expect(await keptText(page)).toBe(source);
});

it('the text as the GPU compiles it has no directives, and is read only', async () => {
  const page = await start();
  await page.$eval('[data-text=compiled]', (button) => (button as HTMLElement).click());
  await inEditor(page, '.cm-line', 'compiled');
  const shown = await page.$$eval('#compiled >>> .cm-line', (all) =>
    all.map((one) => one.textContent).join('\n'),
  );
  expect(shown).toContain('fn flat');
  expect(shown).not.toContain('//#');
});

it('a sweep over one size is a curve, over a second a map', async () => {
  const page = await start({ draft: { ...SMALL, locked: true } });
  await openPanel(page, 'sweep');
  const values = async (which: string, text: string) => {
    await page.$eval(
      `[name=${which}Values]`,
      (field, to) => {
        (field as HTMLInputElement).value = to;
        field.dispatchEvent(new Event('input', { bubbles: true }));
      },
      text,
    );
    await frame(page);
  };
  await page.select('[name=firstAxis]', 'm');
  await values('first', 'all');
  await page.click('[data-action=sweep]');
  await page.waitForFunction(() =>
    document.querySelector('.sweep .error')!.textContent!.includes('Whole numbers'),
  );
  await values('first', '16, 64');
  const cells = (count: number) =>
    page.waitForFunction(
      (wanted) => document.querySelectorAll('#sweep-table td').length === wanted,
      {},
      count,
    );
  await page.click('[data-action=sweep]');
  await cells(2);
  await page.waitForSelector('#sweep canvas');
  await page.select('[name=secondAxis]', 'n');
  await page.waitForSelector('[name=secondValues]');
  await values('second', '4, 8');
  await page.waitForFunction(
    () => document.querySelector('[data-action=sweep]')!.textContent === 'Run sweep',
  );
  await page.click('[data-action=sweep]');
  await cells(4);
  const kinds = await page.$$eval('#sweep-table td', (all) =>
    all.map((one) => (one as HTMLElement).dataset.kind),
  );
  expect(kinds).toEqual(['right', 'right', 'right', 'right']);
  expect(await page.$eval('#sweep-table', (table) => table.textContent)).toMatch(/(µs|ms)/);
});

it('by keyboard: the text is judged, saved, searched and left', async () => {
  const page = await start();
  await focusEditor(page);
  const press = async (key: 'Enter' | 's' | 'f') => {
    await page.keyboard.down('Control');
    await page.keyboard.press(key);
    await page.keyboard.up('Control');
  };
  await press('Enter');
  await page.waitForFunction(() => document.getElementById('answer')!.dataset.stage !== 'idle');
  await answered(page);
  await press('s');
  await page.waitForSelector('#notice');
  await press('f');
  await inEditor(page, '.cm-search');
  await page.keyboard.press('Escape');
  const isInside = () => page.evaluate(() => document.activeElement?.id === 'editor');
  expect(await isInside()).toBe(true);
  await page.keyboard.press('Escape');
  await page.keyboard.press('Tab');
  expect(await isInside()).toBe(false);
  await focusEditor(page);
  await page.keyboard.press('F6');
  expect(await page.evaluate(() => document.activeElement?.id)).toBe('answer');
});

it('the playground leads to the lab, and the lab back', async () => {
  const page = await start({ draft: { ...SMALL, locked: true } });
  await Promise.all([page.waitForNavigation(), page.click('.top nav a[href="./index.html"]')]);
  await page.waitForSelector('#primary');
  await Promise.all([page.waitForNavigation(), page.click('.top nav a[href="./lab.html"]')]);
  await page.waitForSelector('#answer');
});
