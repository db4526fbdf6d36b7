import puppeteer, { type Browser } from 'puppeteer';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type HarnessPage, openPage } from '../../src/cli/harness.ts';
import { type KernelName, kernels } from '../../src/kernels/index.ts';
import { type GpuChoice, choiceName } from '../../src/session/choice.ts';
import type { Races, StepInput } from './raceTasks.ts';
import { barriersOf } from './touches.ts';

let browser: Browser;
let page: HarnessPage;
beforeAll(async () => {
  browser = await puppeteer.connect({ browserWSEndpoint: inject('browserWSEndpoint') });
  page = await openPage(browser, inject('serverUrl'), { tasks: '/test/gpu/raceTasks.ts' });
});
afterAll(async () => {
  await page?.close();
  await browser?.disconnect();
});

const FUSED: GpuChoice = { plan: 'fused' };
const RESIDENT: GpuChoice = { plan: 'resident', tile: { rows: 1, columns: 1, workgroup: 8 } };
const steps = (
  [
    { choice: { plan: 'textbook' }, clip: 0.5 },
    { choice: FUSED, clip: 0.5 },
    { choice: RESIDENT },
    { choice: RESIDENT, clip: 0.5 },
  ] as StepInput[]
).map((one) => ({
  ...one,
  name: `${choiceName(one.choice)}${one.clip ? ', clipped' : ''}`,
}));

describe('nothing that two invocations touch is left unordered', () => {
  it.each(steps)('in a whole step: $name', async ({ name: _, ...step }) => {
    const found: Races = await page.run('watchStep', { ...step, among: 'invocations' });
    expect(found.found).toEqual([]);
    expect(found.watched).toBeGreaterThanOrEqual(found.passes);
  });

  it.each(['matmulShared', 'matmulTiled'] as const)('in %s', async (name) => {
    const found: Races = await page.run('watchKernel', { name, among: 'invocations' });
    expect(found.found).toEqual([]);
    expect(found.watched).toBeGreaterThan(0);
  });
});

describe('nothing that one workgroup writes is touched by another', () => {
  it.each(steps)('in a whole step: $name', async ({ name: _, ...step }) => {
    const found: Races = await page.run('watchStep', { ...step, among: 'workgroups' });
    expect(found.found).toEqual([]);
  });

  it.each(['matmulShared', 'matmulTiled'] as const)('in %s', async (name) => {
    expect((await page.run('watchKernel', { name, among: 'workgroups' })).found).toEqual([]);
  });
});

/** Every barrier of a text, to be left out. */
const left = (name: KernelName) =>
  Array.from({ length: barriersOf(kernels[name].source) }, (_, index) => ({ kernel: name, index }));

describe('a barrier that is missing is found', () => {
  it.each(left('matmulShared'))('in $kernel: $index', async (without) => {
    const { found } = await page.run('watchKernel', { name: 'matmulShared', among: 'invocations', without });
    expect(found.join()).toMatch(/\d+ races, the first on fours_[ab]/);
  });

  it.each([
    ...left('fusedOutput').map((without) => ({ without, choice: FUSED })),
    ...left('clipNorm').map((without) => ({ without, choice: FUSED, clip: 0.5 })),
    ...left('residentRows').map((without) => ({ without, choice: RESIDENT, clip: 0.5 })),
  ])('in $without.kernel: $without.index', async (step) => {
    const { found } = await page.run('watchStep', { ...step, among: 'invocations' });
    expect(found.join()).toMatch(/\d+ races, the first on \w+\[\d+\]/);
  });
});
