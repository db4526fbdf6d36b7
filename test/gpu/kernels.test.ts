import { describe, expect, inject, it } from 'vitest';
import { type KernelName, kernels } from '../../src/kernels/index.ts';
import { MOST_COMPARED } from '../../src/lab/bounds.ts';
import { type ContractName, contracts } from '../../src/lab/cases.ts';
import { GPU_PLANS } from '../../src/network/plans.ts';
import { type GpuChoice, choiceName } from '../../src/session/choice.ts';
import type { KernelReport } from '../../src/lab/check.ts';
import type { SelfTest } from '../../src/lab/selfTest.ts';
import { usePage } from './page.ts';

const page = usePage();
const names = Object.keys(kernels) as KernelName[];
const judged = Object.keys(contracts) as ContractName[];
/** Every plan of the GPU, and tiles of every form. */
const choices: GpuChoice[] = [
  ...GPU_PLANS.map((plan) => ({ plan })),
  { plan: 'fused', tile: { rows: 2, columns: 1, workgroup: 4 } },
  { plan: 'resident', tile: { rows: 1, columns: 1, workgroup: 4 } },
  { plan: 'fused', tile: { rows: 1, columns: 1, workgroup: 8, quads: true } },
  { plan: 'fused', tile: { rows: 1, columns: 1, workgroup: 64, split: 3 } },
  { plan: 'fused', tile: { rows: 1, columns: 2, workgroup: 4, quads: true, split: 2 } },
];
/** A tile is tried on fewer networks than its plan. */
const named = choices.map((choice) => ({
  name: choiceName(choice),
  choice,
  networks: choice.tile ? 8 : 25,
}));
let compared = 0;

describe('every kernel', () => {
  it.each(judged)('%s agrees with its oracle on all its cases', async (name) => {
    const report: KernelReport = await page.run('checkKernel', { name });
    expect(report.cases).toBeGreaterThan(0);
    for (const [level, { fraction, where, worst }] of Object.entries(report.levels))
      expect(fraction, `${level}: ${where} ${JSON.stringify(worst)}`).toBeLessThanOrEqual(1);
    compared += report.levels.statistical?.elements ?? 0;
    // Software computes as IEEE 754 says: there the mirror has to apply, lest it be left out unseen.
    if (inject('adapter') === 'software' && contracts[name].mirror)
      expect(report.levels.mirror?.elements, report.noMirror).toBeGreaterThan(0);
  });

  it('is compared by the statistical bound no more often than its lambda allows for', () => {
    expect(compared).toBeGreaterThan(100_000);
    expect(compared).toBeLessThanOrEqual(MOST_COMPARED);
  });

  it.each(names)('%s compiles as it lies, and each variant without a warning', async (name) => {
    const { raw, variants } = await page.run('compile', { name });
    expect(raw.filter(({ type }: { type: string }) => type === 'error')).toEqual([]);
    for (const [variant, messages] of Object.entries(variants)) expect(messages, variant).toEqual([]);
  });
});

describe('whole steps on whole numbers', () => {
  it.each(named)("are the oracle's in every tensor, bit by bit: $name", async ({ choice, networks }) => {
    const report = await page.run('exactSteps', { networks, seed: 7, choice });
    expect(report.wrong).toBeUndefined();
    expect(report.networks).toBe(networks);
    expect(report.elements).toBeGreaterThan(100 * networks);
  });
});

describe('whole steps with every method', () => {
  it.each(named)('agree with the oracle in every result: $name', async ({ choice, networks }) => {
    const { results, wrong } = await page.run('judgedSteps', { networks, seed: 3, choice });
    expect(wrong).toBeUndefined();
    expect(results).toBeGreaterThan(8 * networks);
  });
});

describe('the self-test of a device', () => {
  it('says what holds here', async () => {
    const test: SelfTest = await page.run('selfTest', {});
    expect(['kept', 'flushed', 'mixed']).toContain(test.subnormals);
    const inexact = Object.values(test.ulp).some((error) => error > 0.5);
    expect(test.mirrored).toBe(!test.fused && !test.reordered && !inexact && test.subnormals !== 'mixed');
    expect(test.mirrored).toBe(test.why === '');
    if (inject('adapter') === 'software') expect(test.mirrored, test.why).toBe(true);
  });
});

describe('a dispatch of more than 65,535 workgroups', () => {
  it('is folded, and reaches every number', async () => {
    expect(await page.run('foldedDispatch', { count: 65_535 * 64 + 1000 })).toBe(-1);
  });
});

describe('a write behind the end of an output', () => {
  it('is an error', async () => {
    // Told of four columns where the buffer has room for three: the kernel's own guard cannot know.
    await expect(
      page.run('runKernel', {
        name: 'columnSums',
        flags: [],
        params: { m: 2, n: 4, scale: 1 },
        inputs: { a: new Float32Array(8), out: new Float32Array(3) },
      }),
    ).rejects.toThrow(/kernel 'columnSums' wrote 1 behind the end of 'out'/);
  });
});
