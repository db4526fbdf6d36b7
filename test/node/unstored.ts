import { CpuTrainer } from '../../src/cpu/trainer.ts';
import type { Pass } from '../../src/gpu/kernel.ts';
import { kernels, type KernelName } from '../../src/kernels/index.ts';
import { type ContractName, contracts } from '../../src/lab/cases.ts';
import type { Case } from '../../src/lab/contract.ts';
import type { StepRecord } from '../../src/lab/verify.ts';
import { initialize } from '../../src/network/initialize.ts';
import { type Activation, type Loss, dense, sizesOf } from '../../src/network/layers.ts';
import { corrections, optimizers } from '../../src/network/optimizer.ts';
import { type Plan, momentTensors, passesOf, sizeOf } from '../../src/network/plan.ts';
import { packSchedule } from '../../src/network/schedule.ts';
import { textbook } from '../../src/network/textbook/index.ts';
import type { Arithmetic } from '../../src/oracle/mirror/index.ts';
import type { Random } from '../../src/random.ts';

type Content = Map<string, Float32Array | Uint32Array>;

const HIDDEN: readonly Activation[] = [
  ...(['sigmoid', 'tanh', 'relu', 'leakyRelu', 'identity'] as const),
  ...(['gelu', 'silu', 'elu', 'softplus'] as const),
];

/** A small random network in the middle of its training: every activation, loss, optimizer and option. */
export function drawNetwork(random: Random) {
  const one = <T>(choices: readonly T[]): T => choices[random.integer() % choices.length];
  const loss: Loss = one(['mse', 'halfMse', 'huber', 'binaryCrossEntropy', 'softmaxCrossEntropy']);
  const output: Activation =
    loss === 'binaryCrossEntropy' ? 'sigmoid' : loss === 'softmaxCrossEntropy' ? 'softmax' : one(HIDDEN);
  const hidden = Array.from({ length: random.integer() % 4 }, () =>
    dense(one([1, 2, 3, 5, 8, 13]), one(HIDDEN), { dropout: one([0, 0, 0, 0.25]) }),
  );
  const architecture = { inputs: one([1, 2, 4, 7]), layers: [...hidden, dense(one([1, 2, 3, 5]), output)] };
  const sizes = sizesOf(architecture);
  const [outputs, rows] = [sizes[sizes.length - 1], one([1, 3, 8, 32])];
  const penalties = { l1: one([0, 0.01]), l2: one([0, 0.1]), decays: one(['weights', 'all'] as const) };
  const method = {
    loss,
    huberDelta: one([0.5, 1]),
    optimizer: one(Object.values(optimizers))(penalties),
    clip: one([undefined, undefined, 0.5]),
    weighted: one([false, true]),
    accuracy: true,
  };
  const y = Float32Array.from({ length: rows * outputs }, () =>
    loss === 'binaryCrossEntropy' ? random.integer() % 2 : random.normal(),
  );
  if (loss === 'softmaxCrossEntropy') {
    y.fill(0);
    for (let row = 0; row < rows; row++) y[row * outputs + (random.integer() % outputs)] = 1;
  }
  // Rows of zeros, and biases of 0 as training starts: what is 0 has to stay it.
  const biased = random.integer() & 1;
  const x = Float32Array.from({ length: rows * sizes[0] }, () => random.normal());
  x.fill(0, 0, sizes[0]);
  const weight = method.weighted
    ? Float32Array.from({ length: rows }, () => random.integer() % 3)
    : undefined;
  const seed = random.integer();
  const parameters = initialize(architecture, { kind: one(['he', 'xavier']), seed }).map(({ w, b }) => ({
    w,
    b: b.map(() => (biased ? random.normal() : 0)),
  }));
  const made = one([0, 3]);
  const moments = new Map(
    momentTensors(architecture, method.optimizer).map((tensor) => [
      tensor.name,
      Float32Array.from({ length: made && sizeOf(tensor) }, () => 0.1 * random.normal()).map((value) =>
        tensor.name.endsWith('.v') ? value ** 2 : value,
      ),
    ]),
  );
  for (const tensor of momentTensors(architecture, method.optimizer))
    if (!made) moments.set(tensor.name, new Float32Array(sizeOf(tensor)));
  const order = {
    ...{ index: made, epoch: 0, first: 0, rows, shuffleKey: random.integer(), dropoutKey: random.integer() },
    learningRate: 0.1,
  };
  const plan = textbook(architecture, { ...method, m: rows, steps: 1, data: [{ start: 0, held: rows }] });
  return { architecture, method, examples: { rows, x, y, weight }, parameters, moments, made, order, plan };
}
export type Network = ReturnType<typeof drawNetwork>;

/** What a device holds before the step. */
export function contentOf({ examples, parameters, moments, made, method, order }: Network): Content {
  const { m, v } = corrections(method.optimizer, made + 1);
  const content: Content = new Map<string, Float32Array | Uint32Array>([
    ['data.x0', examples.x],
    ['data.y0', examples.y],
    ['schedule', packSchedule([{ ...order, correctionM: m, correctionV: v }])],
    ['clock', new Uint32Array(1)],
    ['history', new Float32Array(2)],
    ...moments,
  ]);
  if (examples.weight) content.set('data.weight0', examples.weight);
  parameters.forEach(({ w, b }, l) => content.set(`layer${l + 1}.w`, w).set(`layer${l + 1}.b`, b));
  return content;
}

/**
 * A step as a plan records it that stores no z, a, da and dz; without `gradients` no dw, db, loss and accuracy either,
 * but for the history.
 */
export function recordOf(network: Network, after: Content, gradients = true): StepRecord {
  const { plan } = network;
  const lasts = /^(data\.|schedule|clock|history|layer\d+\.[wb](\.[mv])?$)/;
  const results = /^(loss|accuracy|layer\d+\.d[wb])$/;
  return {
    passes: passesOf(plan),
    shapes: new Map(plan.tensors.map(({ name, shape }) => [name, shape])),
    before: contentOf(network),
    after: new Map([...after].filter(([name]) => lasts.test(name) || (gradients && results.test(name)))),
  };
}

/** The step as the cpu plan makes it. */
export function stepOnCpu(network: Network): Content {
  const { architecture, parameters, examples, method, order, moments, made } = network;
  const own = parameters.map(({ w, b }) => ({ w: w.slice(), b: b.slice() }));
  const trainer = new CpuTrainer(architecture, own, examples, method, order.rows, {
    moments: new Map([...moments].map(([name, values]) => [name, values.slice()])),
    steps: made,
  });
  const { loss, accuracy } = trainer.step(order);
  const after = contentOf(network);
  after.set('clock', Uint32Array.of(1)).set('history', Float32Array.of(loss, accuracy!));
  after.set('loss', Float32Array.of(loss)).set('accuracy', Float32Array.of(accuracy!));
  trainer.parameters.forEach(({ w, b }, l) => after.set(`layer${l + 1}.w`, w).set(`layer${l + 1}.b`, b));
  trainer.gradients.forEach(({ w, b }, l) => after.set(`layer${l + 1}.dw`, w).set(`layer${l + 1}.db`, b));
  for (const [name, values] of trainer.kept.moments) if (moments.has(name)) after.set(name, values);
  return after;
}

/** The step as a device with this arithmetic makes it, every pass by the mirror of its kernel. */
export function stepByMirror(network: Network, arithmetic: Arithmetic, passes: readonly Pass[]): Content {
  const content = contentOf(network);
  for (const { name, type, shape } of network.plan.tensors as Plan['tensors'])
    if (!content.has(name))
      content.set(name, new (type === 'u32' ? Uint32Array : Float32Array)(shape.reduce((a, b) => a * b)));
  for (const { kernel, flags, params, tensors } of passes) {
    const { mirror, oracle, bound } =
      contracts[(kernels[kernel as KernelName].contract ?? kernel) as ContractName];
    const inputs = Object.fromEntries(
      Object.entries(tensors).map(([binding, name]) => [binding, content.get(name)!]),
    );
    const mirrored = mirror?.(arithmetic, new Set(flags), params, inputs);
    const results = mirrored ?? oracle(new Set(flags), params, inputs);
    for (const [binding, values] of Object.entries(results)) {
      const own = bound({ flags, params, inputs } as Case, binding, values);
      const got = mirrored ? values : values.map((value, i) => (value === 0 ? 0 : value + 0.8 * own(i)));
      content.set(tensors[binding], values instanceof Uint32Array ? values : Float32Array.from(got));
    }
  }
  return content;
}
