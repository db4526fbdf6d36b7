import { describe, expect, it } from 'vitest';
import { magnitudes } from '../../src/lab/bounds.ts';
import { type ContractName, contracts } from '../../src/lab/cases.ts';
import type { Case } from '../../src/lab/contract.ts';
import type { Numbers } from '../../src/oracle/index.ts';

const names = Object.keys(contracts) as ContractName[];
const exactOf = (name: ContractName) => contracts[name].cases().filter(({ kind }) => kind === 'exact');
const never = () => {
  throw new Error('exact cases need no exp or log');
};

/** Rounds nothing: refuses what would have to be rounded. */
const exactly = (value: number) => {
  if (Math.fround(value) !== value) throw new Error(`${value} would be rounded`);
  return value;
};

/** Without the sign of zeros. */
const unsigned = (values: Numbers) => Float64Array.from(values, (value) => value + 0);

/** The same case on absolute values: its results are the largest sums that can occur, in any order. */
const absolute = ({ inputs }: Case) =>
  Object.fromEntries(Object.entries(inputs).map(([name, values]) => [name, magnitudes(values)]));

describe('the exact cases', () => {
  const mirrored = names.filter((name) => contracts[name].mirror && exactOf(name).length);

  it.each(mirrored)('%s: no operation rounds, and the mirror is the oracle', (name) => {
    const { mirror, oracle } = contracts[name];
    for (const { flags, params, inputs } of exactOf(name)) {
      const on = new Set(flags);
      const arithmetic = { round: exactly, exp: never, log: never };
      const values = mirror!(arithmetic, on, params, inputs)!;
      for (const [output, want] of Object.entries(oracle(on, params, inputs)))
        expect(unsigned(values[output])).toEqual(unsigned(want));
    }
  });

  it.each(['matmul', 'columnSums'] as const)('%s: no order of summation leaves 24 bits', (name) => {
    for (const one of exactOf(name)) {
      const { out } = contracts[name].oracle(new Set(one.flags), one.params, absolute(one));
      expect(Math.max(...out) / one.params.scale).toBeLessThan(2 ** 24);
    }
  });

  it('are there for every kernel that can be exact', () => {
    const without = names.filter((name) => !exactOf(name).length);
    expect(without).toEqual(['clipFactor', 'softmax']);
  });
});
