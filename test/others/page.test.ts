import { expect, it } from 'vitest';
import { number, phase, ready, text } from '../page/visit.ts';
import { useTarget } from './target.ts';

const target = useTarget('firefox');

it('the page trains the flower in Firefox', async () => {
  const { launched, server } = target();
  const page = await launched.browser!.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(`page: ${(error as Error).message ?? error}`));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(`console: ${message.text()}`);
  });
  page.setDefaultTimeout(150_000);
  await page.goto(`${server.url}/index.html`);
  await ready(page);
  await page.click('#primary');
  await phase(page, 'ended');
  expect(await text(page, 'step')).toBe('5,000');
  expect(await number(page, 'train-score')).toBeGreaterThan(80);
  expect(await text(page, 'adapter')).toMatch(/unnamed/);
  expect(complaints).toEqual([]);
});
