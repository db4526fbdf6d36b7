import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import puppeteer from 'puppeteer';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { openPage } from '../../src/cli/harness.ts';
import { ROOT } from '../../src/cli/server.ts';
import { type KernelName, kernels } from '../../src/kernels/index.ts';
import { type Mutant, mutantsOf } from './mutate.ts';
import type { Verdict } from './tasks.ts';

/**
 * Every shader that has cases of its own, changed in one place at a time: `npm run test:mutants`. The cases have to
 * notice.
 */

const AT_ONCE = 5;
const folder = path.join(ROOT, 'shaders');
const files = ['', 'lib/'].flatMap((sub) =>
  readdirSync(path.join(folder, sub))
    .filter((name) => name.endsWith('.wgsl') && !kernels[name.slice(0, -5) as KernelName]?.stands)
    .map((name) => sub + name),
);
const only = process.env.KATMAN_MUTANTS;
const mutants = files
  .filter((file) => !only || file.includes(only))
  .flatMap((file) => mutantsOf(file, readFileSync(path.join(folder, file), 'utf8')));
const explained = readFileSync(path.join(import.meta.dirname, 'survivors.md'), 'utf8');

/** As survivors.md lists it. */
const row = ({ file, from, to }: Mutant) => {
  const code = (text: string) => `\`${text.replaceAll('|', '\\|')}\``;
  return `| ${file} | ${code(from)} | ${to ? code(to) : 'nothing'} |`;
};

let judged: (Mutant & Verdict)[] = [];
beforeAll(async () => {
  const browser = await puppeteer.connect({ browserWSEndpoint: inject('browserWSEndpoint') });
  const page = await openPage(browser, inject('serverUrl'), { tasks: '/test/mutants/tasks.ts' });
  try {
    for (let at = 0; at < mutants.length; at += AT_ONCE) {
      const some = mutants.slice(at, at + AT_ONCE);
      const verdicts: Verdict[] = await page.run('mutants', {
        mutants: some.map(({ file, text }) => ({ file, text })),
      });
      judged.push(...some.map((mutant, i) => ({ ...mutant, ...verdicts[i] })));
    }
  } finally {
    await page.close();
    await browser.disconnect();
  }
  const report = judged.map(({ text: _text, ...rest }) => rest);
  if (process.env.KATMAN_MUTANTS_OUT)
    writeFileSync(process.env.KATMAN_MUTANTS_OUT, JSON.stringify(report, null, 1));
}, 3_600_000);

const of = (state: Verdict['state']) => judged.filter((mutant) => mutant.state === state);

describe('mutants of the shaders', () => {
  it('are at least 500, or what was asked for', () => {
    const tried = of('killed').length + of('survived').length;
    console.log(
      `${judged.length} made, ${of('invalid').length} do not compile, ${of('unused').length} in no kernel, ` +
        `${of('killed').length} killed, ${of('survived').length} survived, ` +
        `of which ${of('survived').filter(({ changes }) => changes).length} change a result`,
    );
    if (!only) expect(tried).toBeGreaterThanOrEqual(500);
  });

  it('are killed, at least 99 of 100 that change a result', () => {
    const missed = of('survived').filter(({ changes }) => changes).length;
    expect(of('killed').length / (of('killed').length + missed)).toBeGreaterThanOrEqual(0.99);
  });

  it('survive only for a reason that survivors.md gives', () => {
    const unexplained = of('survived').filter((mutant) => !explained.includes(row(mutant)));
    expect(
      unexplained.map((mutant) => `${mutant.line} ${row(mutant)} ${mutant.changes ?? 'same bits'}`),
    ).toEqual([]);
  });
});
