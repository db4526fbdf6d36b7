import { expect, it } from 'vitest';
import { number, phase, steps, text } from '../page/visit.ts';
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
  await page.goto(`${server.url}/index.html#data=flower&stop=1000`);
  await phase(page, 'playing');
  await steps(page, 20);
  await page.focus('#speed');
  await page.keyboard.press('End');
  await phase(page, 'ended');
  expect(await text(page, 'step-count')).toBe('1,000');
  expect(await number(page, 'score')).toBeGreaterThan(80);
  expect(await text(page, 'adapter')).not.toBe('–');
  expect(complaints).toEqual([]);
});
