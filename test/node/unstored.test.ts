import { describe, expect, it } from 'vitest';
import type { Pass } from '../../src/gpu/kernel.ts';
import { type PassReport, describeMismatch, judgeStep } from '../../src/lab/verify.ts';
import { passesOf } from '../../src/network/plan.ts';
import { Random } from '../../src/random.ts';
import { carelessArithmetic } from './arithmetic.ts';
import { type Network, drawNetwork, recordOf, stepByMirror, stepOnCpu } from './unstored.ts';

async function judge(record: Parameters<typeof judgeStep>[0]) {
  const reports: PassReport[] = [];
  for await (const report of judgeStep(record)) reports.push(report);
  return { reports, wrong: reports.filter(({ fraction }) => !(fraction <= 1)) };
}

describe('a step whose z, a, da and dz no one stored', () => {
  it.each([true, false])('passes as the cpu plan makes it, gradients stored: %s', async (gradients) => {
    const random = new Random(1, 0x5709ed);
    let most = 0;
    for (let i = 0; i < 300; i++) {
      const network = drawNetwork(random);
      const { reports, wrong } = await judge(recordOf(network, stepOnCpu(network), gradients));
      if (wrong.length)
        expect.fail(describeMismatch(wrong[0]) + JSON.stringify([network.architecture, network.method]));
      expect(reports.length).toBeGreaterThanOrEqual(4);
      most = Math.max(most, ...reports.map(({ fraction }) => fraction));
    }
    // Nor are the bounds so wide that nothing comes near.
    expect(most).toBeGreaterThan(0.1);
  });

  it.each([true, false])(
    'passes on a device that rounds to either side, gradients stored: %s',
    async (gradients) => {
      const random = new Random(2, 0x5709ed);
      const arithmetic = carelessArithmetic(new Random(3));
      let most = 0;
      for (let i = 0; i < 300; i++) {
        const network = drawNetwork(random);
        const after = stepByMirror(network, arithmetic, passesOf(network.plan));
        const { reports, wrong } = await judge(recordOf(network, after, gradients));
        if (wrong.length)
          expect.fail(describeMismatch(wrong[0]) + JSON.stringify([network.architecture, network.method]));
        most = Math.max(most, ...reports.map(({ fraction }) => fraction));
      }
      expect(most).toBeGreaterThan(0.1);
    },
  );

  const some = (passes: readonly Pass[], kernel: RegExp, random: Random) => {
    const found = passes.filter((pass) => kernel.test(pass.kernel));
    return found[random.integer() % found.length];
  };
  const changed = (network: Network, of: Pass | undefined, change: (pass: Pass) => Pass) =>
    passesOf(network.plan).map((pass) => (pass.label === of?.label ? change(pass) : pass));
  const faults: Record<string, (network: Network, random: Random) => readonly Pass[] | undefined> = {
    'a gradient that is 1 % too large': (network, random) => {
      const of = some(
        passesOf(network.plan).filter(({ label }) => label.endsWith('dw')),
        /./,
        random,
      );
      return changed(network, of, (pass) => ({
        ...pass,
        params: { ...pass.params, scale: 1.01 * pass.params.scale },
      }));
    },
    'a bias left out': (network, random) => {
      const of = some(
        passesOf(network.plan).filter(({ flags }) => flags.includes('BIAS')),
        /./,
        random,
      );
      return changed(network, of, (pass) => ({ ...pass, flags: [] }));
    },
    'the slope of another activation': (network, random) => {
      const of = some(passesOf(network.plan), /^activationGrad$/, random);
      if (!of) return undefined;
      const flags = of.flags.includes('SIGMOID') ? ['TANH'] : ['SIGMOID'];
      return changed(network, of, (pass) => ({ ...pass, flags }));
    },
    'an activation left out': (network, random) => {
      const of = some(
        passesOf(network.plan).filter(({ flags }) => flags.length),
        /^activation$/,
        random,
      );
      return of && changed(network, of, (pass) => ({ ...pass, flags: [] }));
    },
    'the last row left out of a gradient': (network, random) => {
      if (network.order.rows === 1) return undefined;
      const of = some(passesOf(network.plan), /^columnSums$/, random);
      return changed(network, of, (pass) => ({ ...pass, params: { ...pass.params, m: pass.params.m - 1 } }));
    },
  };

  it.each(Object.keys(faults))('%s is seen', async (fault) => {
    const random = new Random(4, 0x5709ed);
    const seen = { made: 0, stored: 0, unstored: 0 };
    const arithmetic = {
      round: Math.fround,
      exp: (x: number) => Math.fround(Math.exp(x)),
      log: (x: number) => Math.fround(Math.log(x)),
    };
    while (seen.made < 200) {
      const network = drawNetwork(random);
      const passes = faults[fault](network, random);
      if (!passes) continue;
      const right = stepByMirror(network, arithmetic, passesOf(network.plan));
      const after = stepByMirror(network, arithmetic, passes);
      // A bias of 0, a slope of a gradient of 0: nothing went wrong.
      const names = [...after.keys()].filter((name) => /^layer\d+\.([wb]|d[wb])$/.test(name));
      if (names.every((name) => after.get(name)!.every((value, i) => value === right.get(name)![i])))
        continue;
      seen.made++;
      if ((await judge(recordOf(network, after))).wrong.length) seen.stored++;
      if ((await judge(recordOf(network, after, false))).wrong.length) seen.unstored++;
    }
    expect(seen.stored / seen.made).toBeGreaterThan(0.95);
    expect(seen.unstored / seen.made).toBeGreaterThan(0.9);
  });
});
