import { kernels } from '../../src/kernels/index.ts';
import type { ContractName } from '../../src/lab/cases.ts';
import { schedule } from '../../src/lab/inputs.ts';
import type { Pass } from '../../src/gpu/kernel.ts';
import type { Random } from '../../src/random.ts';

type Floats = Record<string, Float64Array>;

/** A textbook pass, the float64 values of its inputs, and how far those of a device may be off. */
export interface DrawnPart {
  readonly part: Pass;
  readonly inputs: Record<string, Float64Array | Uint32Array>;
  readonly errors: Floats;
}

/** The contracts that rules are for, and the inputs that may have errors. */
export const ERRING: Partial<Record<ContractName, readonly string[]>> = {
  activation: ['z'],
  activationGrad: ['z', 'da'],
  clipFactor: ['squares'],
  columnSums: ['a'],
  dropout: ['x'],
  hits: ['a'],
  loss: ['z', 'a'],
  matmul: ['a', 'b', 'bias'],
  mean: ['x'],
  outputGrad: ['a'],
  record: ['loss', 'accuracy'],
  softmax: ['z'],
  squares: ['x', 'out'],
  update: ['dw', 'factor'],
};

/** A pass of random variant, shape, numbers and errors: small ones and large, some exact, z near its kinks. */
export function drawPart(name: ContractName, random: Random): DrawnPart {
  const one = <T>(choices: readonly T[]): T => choices[random.integer() % choices.length];
  const flags = one(kernels[name].variants);
  const has = (flag: string) => flags.includes(flag);
  const [m, k, n] = [1, 1, 1].map(() => 1 + (random.integer() % 6));
  const count = m * n;
  const spread = 10 ** random.uniform(-9, -0.5);
  const values = (length: number, size = one([0.1, 1, 10])) =>
    Float64Array.from({ length }, () => Math.fround(one([0, 1, 1, 1, 1]) * size * random.normal()));
  const levels = (length: number) => Float64Array.from({ length }, () => one([0, 0.25, 0.5, 0.5, 1]));
  const positive = (length: number) => values(length).map(Math.abs);
  const few = () => (random.integer() & 1 ? levels(count) : values(count));
  const targets = () => (has('SOFTMAX_CROSS_ENTROPY') ? levels(count) : few());
  const weight = has('WEIGHTED') && { weight: positive(m) };
  const epsilon = one([1e-8, 1e-3]);
  const rule = { momentum: 0.9, beta1: 0.9, oneMinusBeta1: 1 - 0.9, beta2: 0.99, oneMinusBeta2: 1 - 0.99 };
  const penalties = one([
    { l1: 0, l2: 0, decay: 0 },
    { l1: 0.01, l2: 0.1, decay: 0.1 },
  ]);
  const due = schedule({
    learningRate: 0.1,
    correctionM: 10,
    correctionV: 100,
    dropoutKey: random.integer(),
  });
  const fresh = random.integer() & 1;
  const drawn: Partial<Record<ContractName, [params: Record<string, number>, inputs: DrawnPart['inputs']]>> =
    {
      activation: [{ count }, { z: values(count) }],
      activationGrad: [{ count }, { z: values(count), da: values(count) }],
      clipFactor: [{ count, limit: one([0.01, 1, 100]) }, { squares: positive(count) }],
      columnSums: [{ m, n, scale: 0.3 }, { a: values(count) }],
      dropout: [
        { count, layer: 1, threshold: 2 ** 30, scale: 4 / 3 },
        { x: values(count), ...due },
      ],
      hits: [
        { m, n },
        { a: few(), y: few() },
      ],
      loss: [
        { m, n, factor: 0.7, delta: one([0.1, 1]) },
        { z: values(count), a: values(count), y: targets(), ...weight },
      ],
      matmul: [
        { m, k, n, scale: 0.3 },
        { a: values(m * k), b: values(k * n), bias: values(n) },
      ],
      mean: [{ count }, { x: values(count) }],
      outputGrad: [
        { m, n, delta: one([0.1, 1]) },
        { a: values(count), y: few(), ...weight },
      ],
      record: [
        {},
        {
          loss: values(1),
          accuracy: values(1),
          history: values(6),
          clock: Uint32Array.of(random.integer() % 3),
        },
      ],
      softmax: [{ m, n }, { z: values(count) }],
      squares: [
        { count, slot: 1 },
        { x: values(count), out: positive(3) },
      ],
      update: [
        { count, ...penalties, ...rule, epsilon },
        {
          dw: values(count),
          w: values(count),
          m: values(count, fresh ? 0 : 1),
          v: positive(count).map((v) => (fresh ? 0 : v)),
          factor: Float64Array.of(Math.fround(random.uniform(0.1, 1))),
          ...due,
        },
      ],
    };
  const [params, given] = drawn[name]!;
  const optional = { KEEPS_M: 'm', KEEPS_V: 'v', CLIP: 'factor', BIAS: 'bias', ACCURACY: 'accuracy' };
  const inputs = { ...given };
  for (const [flag, binding] of Object.entries(optional))
    if (kernels[name].flags.includes(flag) && !has(flag)) delete inputs[binding];
  const errors: Floats = {};
  for (const binding of ERRING[name]!) {
    if (!inputs[binding] || random.integer() % 8 === 0) continue;
    errors[binding] = Float64Array.from(inputs[binding], () => one([0, 1, 1, 1]) * spread * random.uniform());
  }
  // Where a kink, a tie or a threshold lies within the errors.
  for (const binding of ['z', 'a', 'dw'])
    if (errors[binding] && random.integer() & 1)
      inputs[binding] = Float64Array.from(inputs[binding], (value, i) => {
        if (random.integer() & 1) return value;
        return Math.fround((name === 'hits' ? 0.5 : 0) + errors[binding][i] * random.uniform(-1.5, 1.5));
      });
  return { part: { label: name, kernel: name, flags, params, tensors: {} }, inputs, errors };
}

/** Float32 inputs that lie within the errors: at their ends, or between. */
export function moveInputs({ part, inputs, errors }: DrawnPart, random: Random): DrawnPart['inputs'] {
  const signs = [() => 1, () => -1, () => (random.integer() & 1 ? 1 : -1), () => random.uniform(-1, 1)];
  const sign = signs[random.integer() % signs.length];
  const still = random.integer() & 1;
  const moved = { ...inputs };
  for (const [binding, error] of Object.entries(errors))
    moved[binding] = Float64Array.from(inputs[binding], (value, i) => {
      const to = Math.fround(value + sign() * error[i]);
      const outside = Math.abs(to - value) > error[i] || (part.kernel === 'clipFactor' && to < 0);
      return outside || (still && random.integer() % 3 === 0) ? value : to;
    });
  return moved;
}
