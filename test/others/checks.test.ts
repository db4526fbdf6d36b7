import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { type ContractName, contracts } from '../../src/lab/cases.ts';
import { GPU_PLANS } from '../../src/network/plans.ts';
import type { KernelReport } from '../../src/lab/check.ts';
import type { GoldenResult } from '../../src/session/golden.ts';
import { goldenErrors } from '../../src/session/goldenErrors.ts';
import { type Golden, readGolden } from '../../src/session/goldenFile.ts';
import { OTHERS, useTarget } from './target.ts';

const folder = path.resolve(import.meta.dirname, '../../golden');
const files = readdirSync(folder).filter((name) => /^\d\d-/.test(name));

describe.each(OTHERS)('in %s', (name) => {
  const target = useTarget(name);

  it.each(Object.keys(contracts) as ContractName[])(
    '%s agrees with its oracle on all its cases',
    async (name) => {
      const report: KernelReport = await target().page.run('checkKernel', { name });
      expect(report.cases).toBeGreaterThan(0);
      expect(report.fraction, `${report.where} ${JSON.stringify(report.worst)}`).toBeLessThanOrEqual(1);
    },
  );

  it.each(GPU_PLANS)('whole steps of the %s plan agree with the oracle', async (plan) => {
    const input = { networks: 8, seed: 5, choice: { plan } };
    const exact = await target().page.run('exactSteps', input);
    expect(exact.wrong).toBeUndefined();
    expect(exact.networks).toBe(8);
    const judged = await target().page.run('judgedSteps', input);
    expect(judged.wrong).toBeUndefined();
    expect(judged.networks).toBe(8);
  });

  describe.each(GPU_PLANS)('with the %s plan', (plan) => {
    it.each(files)('%s is within its own tolerance', async (file) => {
      const golden: Golden = readGolden(readFileSync(path.join(folder, file), 'utf8'), file)!;
      const result: GoldenResult = await target().page.run('golden', { file: golden, choice: { plan } });
      for (const { quantity, error, tolerance } of goldenErrors(result, golden)) {
        expect(error, quantity).toBeLessThanOrEqual(tolerance);
      }
    });
  });

  it('has the errors of a task, and goes on', async () => {
    const { page } = target();
    await expect(page.run('nonsense', {})).rejects.toThrow("there is no task 'nonsense'");
    await expect(page.run('checkKernel', { name: 'mean' })).resolves.toMatchObject({ kernel: 'mean' });
  });
});
