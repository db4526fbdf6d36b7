import type { Page } from 'puppeteer';
import { describe, expect, it } from 'vitest';
import { findings } from './axe.ts';
import { frame, number, step, steps, visits } from './visit.ts';

const start = visits();

/** Opens it by the button that is there at every width, and waits for its numbers. */
async function open(page: Page): Promise<void> {
  await steps(page, 5);
  await page.click('[popovertarget=device]');
  await page.click('#device .button');
  await page.waitForSelector('.flame button');
  await frame(page);
}

const said = (page: Page) => page.$eval('.times-of-step .pass-now', (element) => element.textContent!);

describe('where the time goes', () => {
  it('shows each pass of what makes the steps, and of the textbook plan, while training goes on', async () => {
    const page = await start();
    await open(page);
    const plans = await page.$$eval('.times-of-step', (all) =>
      all.map((one) => one.getAttribute('data-plan')!),
    );
    expect(plans).toHaveLength(2);
    expect(plans[1]).toBe('textbook');
    const labels = await page.$$eval('[data-plan=textbook] .flame button', (all) =>
      all.map((one) => one.getAttribute('data-pass')!),
    );
    for (const label of [
      'batch/x0',
      'forward/layer1/z',
      'loss/losses',
      'backward/layer1/dw',
      'update/layer1/w',
    ])
      expect(labels).toContain(label);
    const widths = await page.$$eval('[data-plan=textbook] .flame button', (all) =>
      all.map((one) => one.getBoundingClientRect().width),
    );
    expect(widths.every((width) => width >= 2)).toBe(true);
    expect(await page.$eval('#time .help', (element) => element.textContent!)).toMatch(
      /timestamps of the GPU|estimates by the page’s own clock/,
    );
    await steps(page, (await step(page)) + 20);
    expect(await number(page, 'step-count')).toBeGreaterThan(20);
  });

  it('goes from pass to pass by keyboard and pointer, in both languages', async () => {
    const page = await start();
    await open(page);
    const at = () => page.evaluate(() => document.activeElement!.getAttribute('data-pass'));
    await page.focus('[data-plan=textbook] .flame button[tabindex="0"]');
    await page.keyboard.press('Home');
    expect(await at()).toBe('batch/x0');
    await page.keyboard.press('ArrowRight');
    expect(await at()).toBe('batch/y0');
    await page.keyboard.press('End');
    expect(await at()).toBe('record');
    await page.hover('.times-of-step:last-of-type .flame button:first-child');
    await page.hover('.times-of-step:first-of-type .flame button:first-child');
    expect(await said(page)).toMatch(/\d.*(µs|ms).*% of all passes/);
    await page.evaluate(() => document.querySelector<HTMLElement>('.top button[lang=tr]')!.click());
    await frame(page);
    expect(await said(page)).toMatch(/bütün geçişlerin %/);
  });

  it.each([
    [360, true],
    [1280, false],
  ])('has no serious finding at %d px, dark: %s', async (width, dark) => {
    const page = await start({ width, height: 900, dark });
    await open(page);
    expect(await findings(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
  });
});
