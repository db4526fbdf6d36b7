import puppeteer, { type Browser } from 'puppeteer';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type HarnessPage, openPage } from '../../src/cli/harness.ts';
import { kernels } from '../../src/kernels/index.ts';
import { dense } from '../../src/network/layers.ts';
import { adam } from '../../src/network/optimizer.ts';
import { hashOf } from '../../src/session/hash.ts';

let browser: Browser;
let page: HarnessPage;
beforeAll(async () => {
  browser = await puppeteer.connect({ browserWSEndpoint: inject('browserWSEndpoint') });
  page = await openPage(browser, inject('serverUrl'), { tasks: '/test/gpu/swapTasks.ts' });
});
afterAll(async () => {
  await page?.close();
  await browser?.disconnect();
});

const rows = 45;
const input = {
  network: { inputs: 5, layers: [dense(7, 'tanh'), dense(3, 'softmax')] },
  data: {
    rows,
    x: Float32Array.from({ length: rows * 5 }, (_, i) => Math.sin(3 * i)),
    y: Float32Array.from({ length: rows * 3 }, (_, i) => Number(i % 3 === Math.floor(i / 3) % 3)),
  },
  options: {
    ...{ optimizer: adam({ learningRate: 0.01 }), batchSize: 19, steps: 20, plan: 'textbook' as const },
    schedule: { kind: 'cosine' as const, minimum: 0.001, warmup: 4 },
  },
};
const source = kernels.matmul.source;
const edit = (from: string, to: string) => {
  const edited = source.replace(from, to);
  expect(edited).not.toBe(source);
  return edited;
};
const LOOP = 'for (var i = 0u; i < params.k; i++) {';
const backwards = edit(LOOP, 'for (var j = 0u; j < params.k; j++) {\n    let i = params.k - 1u - j;');
const train = (swaps: object[], options: object = {}) =>
  page.run('swap', { ...input, options: { ...input.options, ...options }, swaps });

const flat = (layers: { w: Float32Array; b: Float32Array }[]) => layers.flatMap(({ w, b }) => [...w, ...b]);

describe('a kernel of one’s own while a network trains', () => {
  it('the same text gives the same bits, is named in the history, and can be taken out again', async () => {
    const plain = await train([]);
    const swapped = await train([{ at: 5, swap: { kernel: 'matmul', source } }, { at: 12 }]);
    expect(swapped.refused).toEqual([]);
    expect(swapped.parameters).toEqual(plain.parameters);
    expect(swapped.loss).toEqual(plain.loss);
    const { adapter } = plain.segments[0];
    expect(swapped.segments).toEqual([
      { step: 0, plan: 'textbook', adapter },
      { step: 5, plan: 'textbook', adapter, kernels: { matmul: await hashOf(source) } },
      { step: 12, plan: 'textbook', adapter },
    ]);
  });

  it('a right one with another order of summation changes numbers within the bounds only', async () => {
    const plain = await train([]);
    const swapped = await train([{ at: 5, swap: { kernel: 'matmul', source: backwards } }]);
    expect(swapped.refused).toEqual([]);
    const [got, want] = [flat(swapped.parameters), flat(plain.parameters)];
    expect(got).not.toEqual(want);
    expect(swapped.loss.slice(0, 6)).toEqual(plain.loss.slice(0, 6));
    // Each step was within its bound; fifteen of them let that grow, and yet it stays small.
    got.forEach((value, i) => expect(Math.abs(value - want[i])).toBeLessThan(1e-5));
  });

  it('takes the place of what the fused plan did, and gives it back', async () => {
    const { segments, refused } = await train(
      [{ at: 4, swap: { kernel: 'matmul', source, flags: ['BIAS'] } }, { at: 9 }],
      { plan: 'fused' },
    );
    expect(refused).toEqual([]);
    expect(segments.map(({ step, plan }: { step: number; plan: string }) => [step, plan])).toEqual([
      [0, 'fused'],
      [4, 'textbook'],
      [9, 'fused'],
    ]);
  });

  it('a wrong one is refused with its place, and not a bit of the training differs', async () => {
    const plain = await train([]);
    const wrong = edit('var result = params.scale * sum;', 'var result = 1.001 * params.scale * sum;');
    // Right in all cases, and wrong in this training: it has batches of 19 rows, of which the next is none.
    const hidden = edit(
      'var result = params.scale * sum;',
      'var result = params.scale * sum;\n  if abs(params.scale * 19.0 - 1.0) < 0.001 { result *= 1.001; }',
    );
    const swapped = await train([
      { at: 5, swap: { kernel: 'matmul', source: wrong } },
      { at: 5, swap: { kernel: 'matmul', source: hidden } },
      { at: 5, swap: { kernel: 'matmul', source: source.replace('var sum = 0.0;', 'var sum = nothing;') } },
      { at: 5, swap: { kernel: 'matmulTiled', source } },
    ]);
    const [byCases, byStep, byCompiler, unused] = swapped.refused;
    expect(swapped.refused.every(({ same }: { same: boolean }) => same)).toBe(true);
    expect(byCases.name).toBe('MismatchError');
    expect(byCases.message).toMatch(/'matmul' was refused, and training goes on without it: out\[\d+\] is/);
    expect(byStep.message).toMatch(/wrong in backward\/layer\d\/dw: layer\d\.dw row \d+, column \d+ is/);
    expect(byStep.name).toBe('MismatchError');
    expect(byCompiler.name).toBe('ShaderError');
    expect(byCompiler.message).toMatch(/line \d+: .*nothing/);
    expect(unused.message).toMatch(
      /No pass of this training uses the kernel 'matmulTiled'.*it uses .*matmul/,
    );
    expect(swapped.parameters).toEqual(plain.parameters);
    expect(swapped.loss).toEqual(plain.loss);
    expect(swapped.segments).toHaveLength(1);
  });

  it('the second takes the place of the first', async () => {
    const { segments, refused } = await train([
      { at: 3, swap: { kernel: 'matmul', source } },
      { at: 6, swap: { kernel: 'activation', source: kernels.activation.source } },
      { at: 9 },
      { at: 9 },
    ]);
    expect(refused).toEqual([]);
    expect(segments.map(({ kernels = {} }: { kernels?: object }) => Object.keys(kernels))).toEqual([
      [],
      ['matmul'],
      ['activation'],
      [],
    ]);
  });

  it('a checkpoint names it, and what goes on from there says that the shipped one makes the steps', async () => {
    const found = await page.run('resumeSwapped', {
      ...input,
      swaps: [{ at: 5, swap: { kernel: 'matmul', source } }],
    });
    const { adapter } = found.segments[0];
    expect(found.segments).toEqual([
      { step: 0, plan: 'textbook', adapter },
      { step: 5, plan: 'textbook', adapter, kernels: { matmul: await hashOf(source) } },
      { step: 7, plan: 'textbook', adapter },
    ]);
    expect(found.notes.join()).toMatch(
      /made by the plan textbook with own matmul on .*, and those from here/,
    );
    // The text was the same.
    expect(found.resumed).toEqual(found.straight);
  });
});
