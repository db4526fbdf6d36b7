import { describe, expect, it } from 'vitest';
import { activationBounds } from '../../src/lab/activationBounds.ts';
import { type ContractName, contracts } from '../../src/lab/cases.ts';
import type { Case } from '../../src/lab/contract.ts';
import { propagate } from '../../src/lab/propagate.ts';
import { nearby } from '../../src/lab/propagate/elements.ts';
import { Random } from '../../src/random.ts';
import { carelessArithmetic } from './arithmetic.ts';
import { type DrawnPart, ERRING, drawPart, moveInputs } from './parts.ts';

const names = Object.keys(ERRING) as ContractName[];
const caseOf = ({ part: { flags, params } }: DrawnPart, inputs: DrawnPart['inputs']) =>
  ({ flags, params, inputs }) as unknown as Case;

/** Calls `visit` with each result within the errors, how far it is off, and how far it may be. */
function everyResult(
  name: ContractName,
  trials: number,
  results: (drawn: DrawnPart, inputs: DrawnPart['inputs']) => Record<string, ArrayLike<number>> | undefined,
  visit: (off: number, allowed: number, where: () => string) => void,
): void {
  const random = new Random(7, names.indexOf(name));
  for (let trial = 0; trial < trials; trial++) {
    const drawn = drawPart(name, random);
    const propagated = propagate(drawn.part, drawn.inputs, drawn.errors);
    for (let move = 0; move < 8; move++) {
      const inputs = moveInputs(drawn, random);
      for (const [output, got] of Object.entries(results(drawn, inputs) ?? {})) {
        const { values, bound } = propagated[output];
        for (let i = 0; i < got.length; i++) {
          // float64 rounds, too.
          const off = Math.max(0, Math.abs(got[i] - values[i]) - 1e-13 * Math.abs(values[i]));
          visit(
            off,
            bound(i),
            () => `${name} [${drawn.part.flags}] ${output} ${i} of ${JSON.stringify(drawn)}`,
          );
        }
      }
    }
  }
}

describe('the bound of a result whose inputs have errors', () => {
  it.each(names)(
    '%s: holds for every input within the errors, each operation rounded to either side',
    (name) => {
      const arithmetic = carelessArithmetic(new Random(5));
      const { mirror } = contracts[name];
      const run = ({ part }: DrawnPart, inputs: DrawnPart['inputs']) =>
        mirror?.(arithmetic, new Set(part.flags), part.params, inputs);
      everyResult(name, 600, run, (off, allowed, where) => {
        if (!(off <= allowed)) expect.fail(`off ${off}, allowed ${allowed}: ${where()}`);
      });
    },
  );

  it.each(names)('%s: covers the bound of the kernel at every such input, and not much more', (name) => {
    let tightest = Infinity;
    for (const side of [-1, 1]) {
      const run = (drawn: DrawnPart, inputs: DrawnPart['inputs']) => {
        const { oracle, bound } = contracts[name];
        const results = Object.entries(oracle(new Set(drawn.part.flags), drawn.part.params, inputs));
        const worst = results.map(([output, values]) => {
          const own = bound(caseOf(drawn, inputs), output, values);
          return [output, Float64Array.from(values, (value, i) => (value === 0 ? 0 : value + side * own(i)))];
        });
        return Object.fromEntries(worst) as Record<string, Float64Array>;
      };
      everyResult(name, 400, run, (off, allowed, where) => {
        // Where the kernel's own bound ends, that of the quotient's size goes on.
        if (name === 'update' && off > 1) return;
        if (!(off <= allowed * (1 + 1e-9) + 1e-30)) expect.fail(`off ${off}, allowed ${allowed}: ${where()}`);
        if (off > 1e-12) tightest = Math.min(tightest, allowed / off);
      });
    }
    expect(tightest).toBeLessThan(1.1);
  });

  it.each(names)('%s: is the bound of the kernel where no input has an error', (name) => {
    const random = new Random(8, names.indexOf(name));
    for (let trial = 0; trial < 300; trial++) {
      const drawn = drawPart(name, random);
      for (const [output, { values, bound }] of Object.entries(propagate(drawn.part, drawn.inputs))) {
        const own = contracts[name].bound(caseOf(drawn, drawn.inputs), output, values);
        // Zeros that no rounding can touch are exact.
        values.forEach((value, i) => {
          if (value !== 0 || bound(i) !== 0) expect(bound(i) / own(i) || 1).toBeCloseTo(1, 9);
        });
      }
    }
  });

  it('of an activation covers every z near by', () => {
    for (const [flag, { g, slope }] of Object.entries(activationBounds))
      for (const bound of [g, slope])
        for (let z = -30; z < 30; z += 0.0637)
          for (const error of [1e-6, 0.01, 0.3]) {
            const most = nearby(bound, z, error);
            for (const at of [-1, -0.6, 0, 0.6, 1])
              if (!(bound(z + at * error) <= most)) expect.fail(`${flag} at ${z + at * error}`);
          }
  });

  it('is none where a number may leave float32', () => {
    const drawn = {
      label: '',
      kernel: 'matmul',
      flags: [],
      params: { m: 1, k: 1, n: 1, scale: 1 },
      tensors: {},
    };
    const square = (size: number) =>
      propagate(drawn, { a: Float64Array.of(size), b: Float64Array.of(size) }).out.bound(0);
    expect(square(1e20)).toBe(Infinity);
    expect(square(1e18)).toBeLessThan(1e36);
  });

  it('refuses errors that it has no rule for', () => {
    const { part, inputs } = drawPart('update', new Random(1));
    expect(() => propagate(part, inputs, { w: inputs.w.map(() => 1e-7) as Float64Array })).toThrow(
      /no rule for errors of its w/,
    );
  });
});
