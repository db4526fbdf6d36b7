import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import puppeteer from 'puppeteer';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { openPage } from '../../src/cli/harness.ts';
import { ROOT } from '../../src/cli/server.ts';
import { Random } from '../../src/random.ts';
import { type Mutant, mutantsOf } from './mutate.ts';
import type { Verdict } from './tasks.ts';

/**
 * Every shader, changed in one place at a time: `npm run test:mutants`. Its cases have to notice, or whole steps of
 * the networks in networks.ts where it does several passes at once.
 */

const AT_ONCE = 5;
/** A page keeps each pipeline that it has compiled. */
const PER_PAGE = 250;
const folder = path.join(ROOT, 'shaders');
const files = ['', 'lib/'].flatMap((sub) =>
  readdirSync(path.join(folder, sub))
    .filter((name) => name.endsWith('.wgsl'))
    .map((name) => sub + name),
);
/** Parts of `file:line`, with commas between them. */
const only = process.env.KATMAN_MUTANTS?.split(',');
/** So many of them, drawn by a seed; all if left out. */
const sample = Number(process.env.KATMAN_MUTANTS_SAMPLE ?? Infinity);
const random = new Random(1);
const mutants = files
  .flatMap((file) => mutantsOf(file, readFileSync(path.join(folder, file), 'utf8')))
  .filter(({ file, line }) => !only || only.some((part) => `${file}:${line}`.includes(part)))
  .map((mutant) => ({ mutant, place: random.uniform() }))
  .sort((a, b) => (sample === Infinity ? 0 : a.place - b.place))
  .slice(0, sample)
  .map(({ mutant }) => mutant);
const some = only || sample < Infinity;
const explained = readFileSync(path.join(import.meta.dirname, 'survivors.md'), 'utf8');

/** As survivors.md lists it. */
const row = ({ file, from, to }: Mutant) => {
  const code = (text: string) => `\`${text.replaceAll('|', '\\|')}\``;
  return `| ${file} | ${code(from)} | ${to ? code(to) : 'nothing'} |`;
};

const judged: (Mutant & Verdict)[] = [];
beforeAll(async () => {
  const browser = await puppeteer.connect({ browserWSEndpoint: inject('browserWSEndpoint') });
  const open = () => openPage(browser, inject('serverUrl'), { tasks: '/test/mutants/tasks.ts' });
  let page = await open();
  try {
    for (let at = 0; at < mutants.length; at += AT_ONCE) {
      if (at && at % PER_PAGE === 0) {
        await page.close();
        page = await open();
      }
      const next = mutants.slice(at, at + AT_ONCE);
      const verdicts: Verdict[] = await page.run('mutants', {
        mutants: next.map(({ file, text }) => ({ file, text })),
      });
      judged.push(...next.map((mutant, i) => ({ ...mutant, ...verdicts[i] })));
      const report = judged.map(({ text: _text, ...rest }) => rest);
      if (process.env.KATMAN_MUTANTS_OUT)
        writeFileSync(process.env.KATMAN_MUTANTS_OUT, JSON.stringify(report, null, 1));
    }
  } finally {
    await page.close();
    await browser.disconnect();
  }
}, 4 * 3_600_000);

const of = (state: Verdict['state']) => judged.filter((mutant) => mutant.state === state);

describe('mutants of the shaders', () => {
  it('are at least 500, or what was asked for', () => {
    const tried = of('killed').length + of('survived').length;
    console.log(
      `${judged.length} made, ${of('invalid').length} do not compile, ${of('unused').length} in no kernel, ` +
        `${of('killed').length} killed, ${of('survived').length} survived, ` +
        `of which ${of('survived').filter(({ changes }) => changes).length} change a result`,
    );
    if (!some) expect(tried).toBeGreaterThanOrEqual(500);
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
