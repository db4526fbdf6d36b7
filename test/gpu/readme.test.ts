import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import puppeteer from 'puppeteer';
import { afterAll, expect, inject, it } from 'vitest';
import { openPage } from '../../src/cli/harness.ts';
import { ROOT } from '../../src/cli/server.ts';

/** The example, as a module that the server can serve; not committed. */
const EXAMPLE = 'test/gpu/readme.generated.ts';
afterAll(() => rmSync(path.join(ROOT, EXAMPLE), { force: true }));

it('the example of the README runs as it stands', async () => {
  const [, code] = /```ts\n([\s\S]*?)```/.exec(readFileSync(path.join(ROOT, 'README.md'), 'utf8'))!;
  const body = code.replace("'./src/index.ts'", "'/src/index.ts'").replace('console.log(', 'said.push(');
  const [imports, ...rest] = body.split('\n\n');
  const module = `${imports}\nexport const tasks = { async readme() { const said: unknown[] = [];\n${rest.join('\n\n')}\nreturn { said, outputs: outputs.length }; } };\n`;
  writeFileSync(path.join(ROOT, EXAMPLE), module);
  const browser = await puppeteer.connect({ browserWSEndpoint: inject('browserWSEndpoint') });
  const page = await openPage(browser, inject('serverUrl'), { tasks: `/${EXAMPLE}` });
  const { said, outputs } = await page.run('readme', {});
  await page.close();
  await browser.disconnect();
  expect(said[0]).toBe('done');
  expect(said[1]).toBeGreaterThan(0.9);
  expect(outputs).toBe(80);
});
