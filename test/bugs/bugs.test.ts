import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import puppeteer, { type Browser } from 'puppeteer';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { openPage } from '../../src/cli/harness.ts';
import { ROOT, startServer } from '../../src/cli/server.ts';
import { goldenErrors } from '../../src/session/goldenErrors.ts';
import { type Golden, readGolden } from '../../src/session/goldenFile.ts';
import { planted } from '../planted.ts';
import { bugs } from './bugs.ts';

/** Faults planted on purpose, each in a copy of one file as it is served: `npm run test:bugs`. */

const folder = path.join(ROOT, 'golden');
const goldens = readdirSync(folder)
  .filter((name) => /^\d\d-/.test(name))
  .map((name) => readGolden(readFileSync(path.join(folder, name), 'utf8'), name)!);

let browser: Browser;
beforeAll(async () => {
  browser = await puppeteer.connect({ browserWSEndpoint: inject('browserWSEndpoint') });
});
afterAll(() => browser.disconnect());

describe('a planted bug is caught', () => {
  it.each(bugs.map((bug) => [bug.name, bug] as const))('%s', async (_name, bug) => {
    const server = await startServer([planted(bug)]);
    try {
      /** A page of its own for each run: some faults keep a memory. */
      const caught = async (golden: Golden): Promise<boolean> => {
        const page = await openPage(browser, server);
        try {
          const errors = goldenErrors(
            await page.run('golden', { file: golden, choice: { plan: 'textbook' } }),
            golden,
          );
          return errors.some(({ error, tolerance }) => !(error <= tolerance));
        } finally {
          await page.close();
        }
      };
      if (bug.kernel) {
        const page = await openPage(browser, server);
        const { fraction } = await page.run('checkKernel', { name: bug.kernel });
        await page.close();
        expect(fraction).toBeGreaterThan(1);
        return;
      }
      const concerned = goldens.filter(bug.concerns!);
      expect(concerned.length).toBeGreaterThan(0);
      const missed: string[] = [];
      for (const golden of concerned) if (!(await caught(golden))) missed.push(golden.id);
      expect(missed).toEqual([]);
    } finally {
      await server.close();
    }
  });
});
