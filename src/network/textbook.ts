import type { Pass } from '../gpu/kernel.ts';
import { type Activation, type Architecture, lossFactors, sizesOf } from './layers.ts';
import {
  type Plan,
  type PlanOptions,
  STEP_WIDTH,
  type Tensor,
  dataTensors,
  parameterTensors,
} from './plan.ts';

const FLAGS: Record<Activation, readonly string[]> = {
  sigmoid: ['SIGMOID'],
  tanh: ['TANH'],
  relu: ['RELU'],
  leakyRelu: ['LEAKY_RELU'],
  identity: [],
  softmax: [],
};

/**
 * The textbook plan: every formula of the notes is a dispatch of its own, and every intermediate (z,
 * a, da, dz, dw, db) a tensor that can be looked at.
 */
export function textbook(architecture: Architecture, options: PlanOptions): Plan {
  return {
    name: 'textbook',
    tensors: [
      ...dataTensors(architecture, options.data),
      ...parameterTensors(architecture),
      ...tensors(architecture, options),
    ],
    passes: {
      batch: batch(architecture, options),
      forward: forward(architecture, options.m),
      loss: [...loss(architecture, options), ...means(architecture, options)],
      backward: backward(architecture, options),
      update: update(architecture),
      record: [record(options)],
    },
  };
}

function tensors({ inputs, layers }: Architecture, { m, steps }: PlanOptions): Tensor[] {
  const f32 = (name: string, role: Tensor['role'], ...shape: number[]): Tensor => ({
    name,
    role,
    shape,
    type: 'f32',
  });
  const outputs = layers[layers.length - 1].units;
  return [
    f32('x', 'forward', m, inputs),
    f32('y', 'forward', m, outputs),
    ...layers.flatMap(({ units }, l) => [
      f32(`layer${l + 1}.z`, 'forward', m, units),
      f32(`layer${l + 1}.a`, 'forward', m, units),
      f32(`layer${l + 1}.da`, 'backward', m, units),
      f32(`layer${l + 1}.dz`, 'backward', m, units),
      f32(`layer${l + 1}.dw`, 'backward', l ? layers[l - 1].units : inputs, units),
      f32(`layer${l + 1}.db`, 'backward', units),
    ]),
    f32('losses', 'forward', m),
    f32('hits', 'forward', m),
    f32('loss', 'forward', 1),
    f32('accuracy', 'forward', 1),
    f32('history', 'control', steps, 2),
    { name: 'schedule', role: 'control', shape: [steps, STEP_WIDTH], type: 'u32' },
    { name: 'clock', role: 'control', shape: [1], type: 'u32' },
  ];
}

/** Which matmul: small products have too few tiles to keep a GPU busy. */
function product(m: number, n: number): 'matmul' | 'matmulTiled' {
  return m * n < 4096 ? 'matmul' : 'matmulTiled';
}

/** z = aPrev . w + b, a = g(z), layer by layer, for m rows. */
export function forward(architecture: Architecture, m: number): Pass[] {
  const sizes = sizesOf(architecture);
  return architecture.layers.flatMap(({ units, activation }, l): Pass[] => {
    const layer = `layer${l + 1}`;
    const z = `${layer}.z`;
    const a = `${layer}.a`;
    return [
      {
        label: `forward/${layer}/z`,
        kernel: product(m, units),
        flags: ['BIAS'],
        params: { m, k: sizes[l], n: units, scale: 1 },
        tensors: { a: l ? `layer${l}.a` : 'x', b: `${layer}.w`, out: z, bias: `${layer}.b` },
      },
      activation === 'softmax'
        ? {
            label: `forward/${layer}/a`,
            kernel: 'softmax',
            flags: [],
            params: { m, n: units },
            tensors: { z, a },
          }
        : {
            label: `forward/${layer}/a`,
            kernel: 'activation',
            flags: FLAGS[activation],
            params: { count: m * units },
            tensors: { z, a },
          },
    ];
  });
}

/** The loss of every row. */
export function loss({ layers }: Architecture, { loss, m }: Pick<PlanOptions, 'loss' | 'm'>): Pass[] {
  const output = `layer${layers.length}`;
  const n = layers[layers.length - 1].units;
  const flags = {
    binaryCrossEntropy: ['BINARY_CROSS_ENTROPY'],
    softmaxCrossEntropy: ['SOFTMAX_CROSS_ENTROPY'],
    mse: [],
    halfMse: [],
  };
  return [
    {
      label: 'loss/losses',
      kernel: 'loss',
      flags: flags[loss],
      params: { m, n, factor: lossFactors(loss, m, n).share },
      tensors: { z: `${output}.z`, a: `${output}.a`, y: 'y', losses: 'losses' },
    },
  ];
}

function means({ layers }: Architecture, { loss, m, accuracy }: PlanOptions): Pass[] {
  const mean = (x: string, out: string): Pass => ({
    label: `loss/${out}`,
    kernel: 'mean',
    flags: [],
    params: { count: m },
    tensors: { x, out },
  });
  if (!accuracy) return [mean('losses', 'loss')];
  const n = layers[layers.length - 1].units;
  const hits: Pass = {
    label: 'loss/hits',
    kernel: 'hits',
    flags: n === 1 || loss === 'binaryCrossEntropy' ? ['BINARY'] : [],
    params: { m, n },
    tensors: { a: `layer${layers.length}.a`, y: 'y', hits: 'hits' },
  };
  return [mean('losses', 'loss'), hits, mean('hits', 'accuracy')];
}

function batch({ inputs, layers }: Architecture, { m, data }: PlanOptions): Pass[] {
  const total = data.reduce((sum, { held }) => sum + held, 0);
  const widths = { x: inputs, y: layers[layers.length - 1].units };
  return data.flatMap(({ start, held }, i) =>
    (['x', 'y'] as const).map((name) => ({
      label: `batch/${name}${i}`,
      kernel: 'batch',
      flags: [],
      params: { m, width: widths[name], total, start, held },
      tensors: { data: `data.${name}${i}`, schedule: 'schedule', clock: 'clock', out: name },
    })),
  );
}

/** The six formulas, from the last layer to the first. */
function backward(architecture: Architecture, { loss, m }: PlanOptions): Pass[] {
  const { layers } = architecture;
  const sizes = sizesOf(architecture);
  const last = layers.length;
  const outputs = sizes[last];
  const { scale } = lossFactors(loss, m, outputs);
  const squared = loss === 'mse' || loss === 'halfMse';

  const derivative = (l: number): Pass => ({
    label: `backward/layer${l}/dz`,
    kernel: 'activationGrad',
    flags: FLAGS[layers[l - 1].activation],
    params: { count: m * sizes[l] },
    tensors: { da: `layer${l}.da`, z: `layer${l}.z`, dz: `layer${l}.dz` },
  });
  const gradients = (l: number): Pass[] => [
    {
      label: `backward/layer${l}/dw`,
      kernel: product(sizes[l - 1], sizes[l]),
      flags: ['TRANSPOSE_A'],
      params: { m: sizes[l - 1], k: m, n: sizes[l], scale },
      tensors: { a: l > 1 ? `layer${l - 1}.a` : 'x', b: `layer${l}.dz`, out: `layer${l}.dw` },
    },
    {
      label: `backward/layer${l}/db`,
      kernel: 'columnSums',
      flags: [],
      params: { m, n: sizes[l], scale },
      tensors: { a: `layer${l}.dz`, out: `layer${l}.db` },
    },
  ];
  const through = (l: number): Pass => ({
    label: `backward/layer${l - 1}/da`,
    kernel: product(m, sizes[l - 1]),
    flags: ['TRANSPOSE_B'],
    params: { m, k: sizes[l], n: sizes[l - 1], scale: 1 },
    tensors: { a: `layer${l}.dz`, b: `layer${l}.w`, out: `layer${l - 1}.da` },
  });

  const passes: Pass[] = [
    {
      label: `backward/layer${last}/${squared ? 'da' : 'dz'}`,
      kernel: 'outputGrad',
      flags: [],
      params: { count: m * outputs },
      tensors: { a: `layer${last}.a`, y: 'y', out: `layer${last}.${squared ? 'da' : 'dz'}` },
    },
  ];
  if (squared) passes.push(derivative(last));
  for (let l = last; l >= 1; l--) {
    passes.push(...gradients(l));
    if (l > 1) passes.push(through(l), derivative(l - 1));
  }
  return passes;
}

function update(architecture: Architecture): Pass[] {
  return parameterTensors(architecture).map(({ name, shape }) => {
    const [layer, parameter] = name.split('.');
    return {
      label: `update/${layer}/${parameter}`,
      kernel: 'update',
      flags: [],
      params: { count: shape.reduce((product, size) => product * size, 1) },
      tensors: { dw: `${layer}.d${parameter}`, schedule: 'schedule', clock: 'clock', w: name },
    };
  });
}

function record({ accuracy }: PlanOptions): Pass {
  return {
    label: 'record',
    kernel: 'record',
    flags: accuracy ? ['ACCURACY'] : [],
    params: {},
    tensors: { loss: 'loss', history: 'history', clock: 'clock', ...(accuracy && { accuracy: 'accuracy' }) },
  };
}
