import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { site } from './site.ts';
import { phase, step, steps, visits } from './visit.ts';

const start = visits();
const built = site();
const below = () => `${built.url()}/some/where/`;

it('a page that is frozen and comes back goes on, and tells no speed that there never was', async () => {
  const page = await start({ url: below() });
  await page.focus('#speed');
  await page.keyboard.press('End');
  await steps(page, 500);
  await new Promise((resolve) => setTimeout(resolve, 2000));
  const rate = () => page.$eval('#rate', (element) => parseFloat(element.textContent!.replaceAll(',', '')));
  const before = await rate();
  const session = await page.createCDPSession();
  await session.send('Page.setWebLifecycleState', { state: 'frozen' });
  await new Promise((resolve) => setTimeout(resolve, 4000));
  await session.send('Page.setWebLifecycleState', { state: 'active' });
  const at = await step(page);
  const rates: number[] = [];
  for (let i = 0; i < 10; i++) {
    await new Promise((resolve) => setTimeout(resolve, 200));
    rates.push(await rate());
  }
  await steps(page, at + 500);
  // What a span of four seconds without a step would show.
  for (const one of rates) expect(one).toBeGreaterThan(before / 20);
});

it('the built page works below any path, and once loaded without a network', async () => {
  const page = await start({ url: below(), alone: true });
  await steps(page, 5);
  await page.evaluate(async () => {
    const { active, installing, waiting } = await navigator.serviceWorker.ready;
    const worker = (active ?? waiting ?? installing)!;
    if (worker.state !== 'activated')
      await new Promise((done) => worker.addEventListener('statechange', done));
  });
  await built.close();
  await page.setOfflineMode(true);
  await page.goto(`${below()}#data=wine`);
  await page.reload();
  await phase(page, 'playing', 'paused');
  await steps(page, 5);
  await page.click('[data-set=digits]');
  await steps(page, 3);
});

it('its policy lets no inline script and no eval through', async () => {
  const policy = /http-equiv="Content-Security-Policy"\s+content="([^"]+)"/.exec(
    readFileSync(path.join(built.folder, 'index.html'), 'utf8'),
  )![1];
  expect(policy).toContain("default-src 'none'");
  expect(policy).not.toMatch(/unsafe/);
  const page = await start({ complains: true });
  await steps(page, 1);
  const found = await page.evaluate(async () => {
    const script = document.createElement('script');
    script.textContent = 'window.inline = 1';
    document.body.append(script);
    const violations: string[] = [];
    document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) =>
      violations.push(effectiveDirective),
    );
    const other = document.createElement('script');
    other.textContent = 'window.inline = 1';
    document.body.append(other);
    document.body.insertAdjacentHTML('beforeend', '<button id="evil" onclick="window.inline = 1">x</button>');
    document.getElementById('evil')!.click();
    await new Promise((done) => setTimeout(done, 200));
    return { inline: 'inline' in window, violations };
  });
  expect(found.inline).toBe(false);
  expect(found.violations.join()).toMatch(/script-src/);
});
