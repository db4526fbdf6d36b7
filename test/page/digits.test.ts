import type { Page } from 'puppeteer';
import { describe, expect, it } from 'vitest';
import { drawn, findings, overflow, shoot, views } from './viewPage.ts';

const open = views('digits');

declare const window: Window & { heard: number[][]; judged: any[]; say(to: string): void };

const heard = (page: Page) => page.evaluate(() => window.heard);
const last = async (page: Page) => (await heard(page)).at(-1)!;
const verdict = (page: Page) => page.$eval('.verdict-bars [aria-live]', (e) => e.textContent);

/** Draws lines through these points of the pad, in shares of it. */
async function draw(page: Page, ...points: [number, number][]): Promise<void> {
  const { x, y, width, height } = (await (await page.$('.pad'))!.boundingBox())!;
  const [first, ...others] = points.map(([a, b]) => [x + a * width, y + b * height]);
  await page.mouse.move(first[0], first[1]);
  await page.mouse.down();
  for (const [a, b] of others) {
    await page.mouse.move(a, b, { steps: 8 });
    await drawn(page);
  }
  await page.mouse.up();
  await drawn(page);
}

const SEVEN: [number, number][] = [
  [0.3, 0.25],
  [0.65, 0.25],
  [0.45, 0.75],
];

/** An oval. */
const ZERO = Array.from({ length: 25 }, (_, i): [number, number] => [
  0.6 + 0.17 * Math.sin((i * Math.PI) / 12),
  0.4 - 0.25 * Math.cos((i * Math.PI) / 12),
]);

describe('the pad', () => {
  it('gives what the mouse draws as an image of the set, while it is drawn', async () => {
    const page = await open();
    await draw(page, ...SEVEN);
    const images = await heard(page);
    expect(images.length).toBeGreaterThan(1);
    const image = images.at(-1)!;
    expect(image).toHaveLength(64);
    expect(image.every((pixel) => Number.isInteger(pixel) && pixel >= 0 && pixel <= 16)).toBe(true);
    // As high as the image, wherever it was drawn.
    const rows = Array.from({ length: 8 }, (_, y) => Math.max(...image.slice(8 * y, 8 * y + 8)));
    expect(Math.min(...rows)).toBeGreaterThan(8);
    expect(await verdict(page)).toBe('The network says 7');
    expect(await page.$eval('.winner .verdict-class', (e) => getComputedStyle(e).fontWeight)).toBe('700');
    await page.click('.drawpad button');
    expect(await last(page)).toEqual(new Array(64).fill(0));
    expect(await verdict(page)).toBe('');
    await draw(page, ...ZERO);
    expect(await verdict(page)).toBe('The network says 0');
    await shoot(page, 'digits-1280-light');
  });

  it('gives at most one image in a frame', async () => {
    const page = await open();
    const { x, y } = (await (await page.$('.pad'))!.boundingBox())!;
    await page.mouse.move(x + 20, y + 20);
    await page.mouse.down();
    await drawn(page);
    const images = await page.evaluate(async () => {
      const pad = document.querySelector('.pad')!;
      const { left, top } = pad.getBoundingClientRect();
      const frame = () => new Promise((done) => requestAnimationFrame(done));
      await frame();
      const before = window.heard.length;
      for (let i = 0; i < 50; i++)
        pad.dispatchEvent(
          new PointerEvent('pointermove', { pointerId: 1, clientX: left + 4 * i, clientY: top + 4 * i }),
        );
      await frame();
      await frame();
      return window.heard.length - before;
    });
    expect(images).toBe(1);
    await page.mouse.up();
  });

  it('sees strokes as thick as the set has them, large or small', async () => {
    const page = await open();
    for (const [size, left] of [
      [0.85, 0.05],
      [0.3, 0.6],
    ]) {
      await draw(
        page,
        ...SEVEN.map(([x, y]): [number, number] => [
          left + (x - 0.3) * 2 * size,
          0.05 + (y - 0.25) * 2 * size,
        ]),
      );
      expect(await verdict(page)).toBe('The network says 7');
      // The digits of the set have ink for 19.5 of their 64 pixels.
      const ink = (await last(page)).reduce((sum, pixel) => sum + pixel / 16, 0);
      expect(ink).toBeGreaterThan(14);
      expect(ink).toBeLessThan(24);
      await page.click('.drawpad button');
    }
  });

  it('is drawn on with a finger', async () => {
    const page = await open();
    const { x, y, width } = (await (await page.$('.pad'))!.boundingBox())!;
    await page.touchscreen.touchStart(x + width / 2, y + 30);
    await page.touchscreen.touchMove(x + width / 2, y + width / 2);
    await page.touchscreen.touchMove(x + width / 2, y + width - 30);
    await page.touchscreen.touchEnd();
    await drawn(page);
    expect((await last(page)).some((pixel) => pixel > 4)).toBe(true);
    expect(await page.evaluate(() => scrollY)).toBe(0);
  });

  it('is painted on by keyboard', async () => {
    const page = await open();
    // Behind the button that clears it.
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement!.matches('.pad'))).toBe(true);
    expect(await page.$eval('.pad-cursor', (e) => getComputedStyle(e).visibility)).toBe('visible');
    const press = async (...keys: string[]) => {
      for (const key of keys) await page.keyboard.press(key as 'Space');
    };
    await press('ArrowLeft', ...new Array(4).fill('ArrowRight'), 'Space');
    for (let row = 1; row < 8; row++) await press('ArrowDown', 'Space');
    await drawn(page);
    expect(await page.$eval('.drawpad [aria-live]', (e) => e.textContent)).toBe('Row 8, column 5, painted');
    // Cells are pixels: nothing is moved.
    const column = (rows: number) =>
      Array.from({ length: 64 }, (_, i) => (i % 8 === 4 && i < 8 * rows ? 16 : 0));
    expect(await last(page)).toEqual(column(8));
    await press('Space');
    await drawn(page);
    expect(await page.$$eval('.pad-cell', (cells) => cells.length)).toBe(7);
    expect(await last(page)).toEqual(column(7));
    await shoot(page, 'digits-keyboard');
  });
});

describe('examples and confusion', () => {
  it('have the wrong ones first, the surest of them foremost, and more when asked', async () => {
    const page = await open();
    const judged = await page.evaluate(() => window.judged);
    const wrong = judged
      .filter(({ truth, said }) => truth !== said)
      .sort((a, b) => b.confidence - a.confidence);
    expect(wrong.length).toBeGreaterThan(5);
    const captions = () =>
      page.$$eval('.example', (all) =>
        all.map((one) => ({
          isWrong: one.classList.contains('wrong'),
          text: one.querySelector('figcaption')!.textContent!,
        })),
      );
    const shown = await captions();
    expect(shown).toHaveLength(60);
    wrong.slice(0, 60).forEach(({ said, truth, confidence }, i) => {
      expect(shown[i].isWrong).toBe(true);
      expect(shown[i].text).toBe(`✗wrong: ${said} ${Math.round(100 * confidence)}% is ${truth}`);
    });
    expect(shown[wrong.length].text).toMatch(/^✓right/);
    await page.click('.examples > .button');
    expect(await captions()).toHaveLength(120);
  });

  it('counts every example once, with the recall of each class', async () => {
    const page = await open();
    const judged = await page.evaluate(() => window.judged);
    const cells = await page.$$eval('.confusion tbody tr', (rows) =>
      rows.map((row) => [...row.querySelectorAll('td')].map((cell) => cell.textContent!)),
    );
    const of = judged.filter(({ truth }) => truth === 8);
    const right = of.filter(({ said }) => said === 8).length;
    expect(cells[8][8]).toBe(String(right));
    expect(cells[8][10]).toBe(`${Math.round((100 * right) / of.length)}%`);
    expect(cells.flatMap((row) => row.slice(0, 10)).reduce((sum, text) => sum + Number(text), 0)).toBe(
      judged.length,
    );
    const scopes = await page.$$eval('.confusion th', (all) => all.map((th) => th.scope));
    expect(scopes).toEqual([...new Array(12).fill('col'), ...new Array(10).fill('row')]);
  });

  it('speaks Turkish', async () => {
    const page = await open();
    await page.evaluate(() => window.say('tr'));
    await draw(page, ...SEVEN);
    expect(await verdict(page)).toBe('Ağın cevabı: 7');
    expect(await page.$eval('.verdict-bars .winner .verdict-share', (e) => e.textContent)).toMatch(/^%\d+$/);
  });

  for (const dark of [false, true]) {
    for (const width of [360, 1280]) {
      it(`are sound at ${width} px, ${dark ? 'dark' : 'light'}`, async () => {
        const page = await open({ width, dark });
        await draw(page, ...SEVEN);
        expect(await findings(page)).toEqual([]);
        expect(await overflow(page)).toBeLessThanOrEqual(0);
        await shoot(page, `digits-${width}-${dark ? 'dark' : 'light'}-seven`);
      });
    }
  }
});
