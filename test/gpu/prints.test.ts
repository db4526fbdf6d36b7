import { readFileSync } from 'node:fs';
import path from 'node:path';
import puppeteer, { type Browser } from 'puppeteer';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type HarnessPage, openPage } from '../../src/cli/harness.ts';
import { describePrint, type Prints } from '../../src/lab/workbench/print.ts';
import type { Attempt } from '../../src/lab/workbench/types.ts';

let browser: Browser;
let page: HarnessPage;
beforeAll(async () => {
  browser = await puppeteer.connect({ browserWSEndpoint: inject('browserWSEndpoint') });
  page = await openPage(browser, inject('serverUrl'), { tasks: '/test/gpu/printTasks.ts' });
});
afterAll(async () => {
  await page?.close();
  await browser?.disconnect();
});

const source = readFileSync(path.resolve(import.meta.dirname, '../../shaders/columnSums.wgsl'), 'utf8');
const AFTER = /( *)partial\[local\] = sum;\n/;
const lineOf = source.split('\n').findIndex((line) => line.includes('partial[local] = sum;')) + 2;
const attempt = (print: string): Attempt => {
  const edited = source.replace(AFTER, (line) => line + print);
  expect(edited).not.toBe(source);
  const params = { m: 64, n: 4, scale: 1 };
  return { kernel: 'columnSums', flags: [], constants: {}, params, source: edited };
};
const [m, n] = [5, 3];
const on = {
  params: { m, n, scale: 2 },
  inputs: { a: Float32Array.from({ length: m * n }, (_, i) => i + 0.5) },
};
const print = (text: string): Promise<Prints> => page.run('print', { attempt: attempt(text), on });

describe('print(...)', () => {
  it('shows line, invocation and values, as they were when they were printed', async () => {
    const { prints, lost } = await print('  if (sum != 0.0) { print("sum", sum, vec2u(local, 7u), -3); }\n');
    expect(lost).toBe(0);
    // Five rows: the first five invocations of each of the three columns have a number, and the others none.
    expect(prints).toHaveLength(m * n);
    expect(new Set(prints.map(({ line }) => line))).toEqual(new Set([lineOf]));
    const [first] = prints;
    expect(first).toEqual({
      ...{ line: lineOf, name: 'sum', invocation: [0, 0, 0] },
      values: [
        { text: 'sum', numbers: [0.5] },
        { text: 'vec2u(local, 7u)', numbers: [0, 7] },
        { text: '-3', numbers: [-3] },
      ],
    });
    expect(describePrint(first)).toBe(
      `${lineOf}: [0, 0, 0] sum: sum = 0.5; vec2u(local, 7u) = 0, 7; -3 = -3`,
    );
    const sum = prints.reduce((all, { values }) => all + values[0].numbers[0], 0);
    expect(sum).toBe(on.inputs.a.reduce((all, one) => all + one, 0));
    // In the order of the invocations.
    const ids = prints.map(({ invocation }) => invocation[0]);
    expect(ids).toEqual([...ids].sort((a, b) => a - b));
  });

  it('in a helper and in a loop, in the order of each invocation', async () => {
    const { prints } = await print(
      '  if (local == 0u) { for (var i = 0u; i < 3u; i++) { print(i, sum); } }\n',
    );
    expect(prints.map(({ values }) => values[0].numbers[0])).toEqual(Array(n).fill([0, 1, 2]).flat());
  });

  it('has room for so many, and counts those that are lost', async () => {
    const { prints, lost } = await print('  for (var i = 0u; i < 1000u; i++) { print(i); }\n');
    expect(prints.length).toBeGreaterThan(10_000);
    expect(prints.length + lost).toBe(64 * n * 1000);
  });

  it('leaves what is judged as it is: not a number differs', async () => {
    const judged = await page.run('judge', { attempt: attempt('  print(sum);\n'), on });
    const { kind, cases, elements, fraction } = await page.run('judge', { attempt: attempt('  \n'), on });
    expect(kind).toBe('right');
    expect(judged).toMatchObject({ kind, cases, elements, fraction });
  });

  it('what cannot be printed is refused on its line, in one sentence', async () => {
    const { kind, problems } = await page.run('judge', { attempt: attempt('  print(params);\n'), on });
    expect(kind).toBe('invalid');
    expect(problems).toEqual([
      { line: lineOf, column: 9, message: expect.stringMatching(/'params' is of type Params/) },
    ]);
  });

  it('a loop without end is cut short, and what it printed is there', async () => {
    const endless = attempt('  loop { if (sum > 1e30) { break; } print(sum); }\n');
    const { prints, lost } = await page.run('print', { attempt: endless, on, patience: 60_000 });
    expect(prints.length).toBeGreaterThan(1000);
    expect(lost).toBeGreaterThan(0);
  });
});
