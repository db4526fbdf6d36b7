import { describe, expect, it } from 'vitest';
import { PATIENCE, phase, ready, set, text, visits } from './visit.ts';

const start = visits();

describe('the page tells what the GPU is worth', () => {
  it('verifies it on demand, and before the first step of a network that it has not seen', async () => {
    const page = await start();
    await ready(page);
    const said = (pattern: string) =>
      page.waitForFunction(
        (source) => new RegExp(source).test(document.getElementById('verified')!.textContent!),
        { timeout: PATIENCE },
        pattern,
      );
    expect(await text(page, 'verified')).toBe('not verified yet');
    await page.focus('#verify');
    await page.keyboard.press('Enter');
    await said('^✓ Verified (\\d+) of \\1 results agree with the oracle$');
    expect(await text(page, 'status')).toBe('This GPU computes a step of this network as the oracle does.');
    expect(await text(page, 'step')).toBe('0');

    await set(page, { hidden: '5', epochs: '20' });
    await said('^not verified yet$');
    await ready(page);
    await page.click('#primary');
    await said('^✓ Verified');
    await phase(page, 'ended');
  });

  it('shows what holds on this device', async () => {
    const page = await start();
    await ready(page);
    await page.click('[popovertarget=device]');
    await page.waitForFunction(() => document.querySelectorAll('#certificate li').length > 8, {
      timeout: PATIENCE,
    });
    const lines = await page.$$eval('#certificate li', (items) => items.map((item) => item.textContent!));
    expect(lines[0]).toMatch(/^a \* b \+ c is rounded (once|twice)/);
    expect(lines.join('\n')).toMatch(/exp: off by up to \d/);
    await page.keyboard.press('Escape');
    expect(await page.$eval('#device', (element) => element.matches(':popover-open'))).toBe(false);
  });
});
