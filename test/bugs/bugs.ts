import type { Golden } from '../../src/session/goldenFile.ts';
import type { Change } from '../planted.ts';

/** A fault put into one file, as people make it. */
export interface Bug extends Change {
  readonly name: string;
  /** The golden runs that must catch it; none: the kernel below must. */
  readonly concerns?: (golden: Golden) => boolean;
  readonly kernel?: string;
}

const update = 'shaders/lib/update.wgsl';
const activation = 'shaders/lib/activation.wgsl';
const optimizer = 'src/network/optimizer.ts';
const backward = 'src/network/textbook/backward.ts';
const golden = 'src/session/golden.ts';

const by =
  (...names: string[]) =>
  ({ optimizer: { name } }: Golden) =>
    names.includes(name);
const hidden =
  (...names: string[]) =>
  ({ activations }: Golden) =>
    activations.slice(0, -1).some((name) => names.includes(name));
const decays =
  (kind: string, appliesTo?: string) =>
  ({ weight_decay: { kind: its, lambda, applies_to } }: Golden) =>
    its === kind && lambda > 0 && (appliesTo === undefined || applies_to === appliesTo);
const all = () => true;
const widths = ({ schedule }: Golden) => new Set(schedule.map(([start, end]) => end - start));
const hasShortBatch = (one: Golden) => widths(one).size > 1;
const usesMomentum = ({ optimizer: { name, momentum } }: Golden) =>
  name === 'momentum' && Number(momentum) > 0;

/** The faults that golden/README of the references lists, each to be caught wherever it matters. */
export const bugs: readonly Bug[] = [
  {
    name: 'momentum with dampening (1 - mu) g',
    file: update,
    edits: [
      [
        'MOMENTUM\n  p.m = rule.momentum * p.m + g;',
        'MOMENTUM\n  p.m = rule.momentum * p.m + (1.0 - rule.momentum) * g;',
      ],
    ],
    concerns: usesMomentum,
  },
  {
    name: 'nesterov replaced by plain momentum',
    file: update,
    edits: [['p.w -= rate * (g + rule.momentum * p.m);', 'p.w -= rate * p.m;']],
    concerns: by('nesterov'),
  },
  {
    name: 'momentum ignored',
    file: update,
    edits: [['MOMENTUM\n  p.m = rule.momentum * p.m + g;', 'MOMENTUM\n  p.m = g;']],
    concerns: usesMomentum,
  },
  {
    name: 'adam without bias correction',
    file: optimizer,
    edits: [['{ m: 1 / (1 - beta1 ** t), v: 1 / (1 - beta2 ** t) }', '{ m: 1, v: 1 }']],
    concerns: by('adam', 'adamw'),
  },
  {
    name: "adam, Keras's epsilon-hat",
    file: update,
    edits: [
      [
        '/ (sqrt(p.v * correctionV) + rule.epsilon)',
        '/ (sqrt(p.v * correctionV) + rule.epsilon * sqrt(correctionV))',
      ],
    ],
    concerns: ({ optimizer: { name, eps } }) => name === 'adam' && Number(eps) > 1e-4,
  },
  {
    name: 'adam, epsilon inside the root',
    file: update,
    edits: [['/ (sqrt(p.v * correctionV) + rule.epsilon)', '/ sqrt(p.v * correctionV + rule.epsilon)']],
    concerns: ({ optimizer: { name, eps } }) => name === 'adam' && Number(eps) > 1e-4,
  },
  {
    name: 'adamw treated as adam with L2',
    file: update,
    edits: [
      ['dw + rule.l2 * p.w', 'dw + (rule.l2 + rule.decay) * p.w'],
      ['  p.w -= rate * rule.decay * p.w;\n', ''],
    ],
    concerns: decays('decoupled'),
  },
  {
    name: 'weight decay on biases too',
    file: optimizer,
    edits: [
      ["const decayed = parameter === 'w' || decays === 'all';", 'const decayed = !!parameter || !!decays;'],
    ],
    concerns: (one) => one.weight_decay.lambda > 0 && one.weight_decay.applies_to === 'weights',
  },
  {
    name: 'weight decay on weights only',
    file: optimizer,
    edits: [
      [
        "const decayed = parameter === 'w' || decays === 'all';",
        "const decayed = parameter === 'w' && !!decays;",
      ],
    ],
    concerns: (one) => one.weight_decay.lambda > 0 && one.weight_decay.applies_to === 'all',
  },
  {
    name: 'weight decay left out',
    file: optimizer,
    edits: [
      ['l2: decayed ? l2 : 0', 'l2: decayed ? 0 * l2 : 0'],
      ['decay: decayed ? weightDecay : 0', 'decay: decayed ? 0 * weightDecay : 0'],
    ],
    concerns: (one) => one.weight_decay.lambda > 0,
  },
  {
    name: 'decay doubled (lambda W^2 instead of lambda/2 W^2)',
    file: optimizer,
    edits: [['l2: decayed ? l2 : 0', 'l2: decayed ? 2 * l2 : 0']],
    concerns: decays('l2'),
  },
  {
    name: 'MSE convention swapped',
    file: golden,
    edits: [
      ["'mse mean_batch_outputs': 'mse'", "'mse mean_batch_outputs': 'halfMse'"],
      ["'mse half_mean_batch': 'halfMse'", "'mse half_mean_batch': 'mse'"],
    ],
    // With two outputs the conventions agree.
    concerns: ({ loss, sizes }) => loss.kind === 'mse' && sizes[sizes.length - 1] !== 2,
  },
  {
    name: 'leaky slope 0.02 instead of 0.01',
    file: activation,
    edits: [['const LEAK = 0.01;', 'const LEAK = 0.02;']],
    concerns: hidden('leaky_relu'),
  },
  {
    name: 'rmsprop epsilon inside the root (tfjs, Keras)',
    file: update,
    edits: [['g / (sqrt(p.v) + rule.epsilon)', 'g / sqrt(p.v + rule.epsilon)']],
    concerns: by('rmsprop'),
  },
  {
    name: 'rmsprop decay 0.9 instead of 0.99',
    file: optimizer,
    edits: [['epsilon: 1e-8, beta2: rho }', 'epsilon: 1e-8, beta2: rho && 0.9 }']],
    concerns: by('rmsprop'),
  },
  {
    name: 'last short batch divided by the nominal batch size',
    file: 'src/network/layers.ts',
    edits: [
      [
        '  switch (loss) {',
        '  m = (globalThis as any).most = Math.max((globalThis as any).most ?? 0, m);\n  switch (loss) {',
      ],
    ],
    concerns: hasShortBatch,
  },
  {
    name: 'last short batch dropped',
    file: golden,
    edits: [
      [
        'schedule[index % schedule.length];',
        'schedule.filter(([s, e]) => e - s === schedule[0][1] - schedule[0][0])[index % schedule.filter(([s, e]) => e - s === schedule[0][1] - schedule[0][0]).length];',
      ],
    ],
    concerns: hasShortBatch,
  },
  {
    name: 'loss reported after the update',
    file: 'src/network/plan.ts',
    edits: [
      [
        "['batch', 'forward', 'loss', 'backward', 'update', 'record'] as const",
        "['batch', 'forward', 'backward', 'update', 'forward', 'loss', 'record'] as unknown as readonly ['batch', 'forward', 'loss', 'backward', 'update', 'record']",
      ],
    ],
    concerns: all,
  },
  {
    name: 'db summed, not averaged',
    file: backward,
    edits: [['params: { m, n: sizes[l], scale }', 'params: { m, n: sizes[l], scale: scale * m }']],
    concerns: (one) => Math.max(...widths(one)) > 1,
  },
  {
    name: 'dW of the first layer transposed in storage',
    file: backward,
    edits: [
      [
        "flags: ['TRANSPOSE_A'],\n      params: { m: sizes[l - 1], k: m, n: sizes[l], scale },",
        "flags: ['TRANSPOSE_A'],\n      params: l === 1 ? { m: sizes[1], k: m, n: sizes[0], scale } : { m: sizes[l - 1], k: m, n: sizes[l], scale },",
      ],
      [
        'tensors: { a: outputOf(architecture, l - 1, true), b: `layer${l}.dz`, out: `layer${l}.dw` }',
        'tensors: l === 1 ? { a: `layer1.dz`, b: `x`, out: `layer1.dw` } : { a: outputOf(architecture, l - 1, true), b: `layer${l}.dz`, out: `layer${l}.dw` }',
      ],
    ],
    concerns: ({ sizes }) => sizes[0] > 1 && sizes[1] > 1,
  },
  {
    name: "tanh' = 1 - a",
    file: activation,
    edits: [['  return 4.0 * e / ((1.0 + e) * (1.0 + e));', '  return 1.0 - tanhStable(z) + 0.0 * e;']],
    concerns: hidden('tanh'),
  },
  {
    name: "sigmoid' = a",
    file: activation,
    edits: [['  return e / ((1.0 + e) * (1.0 + e));', '  return sigmoid(z) + 0.0 * e;']],
    concerns: hidden('sigmoid'),
  },
  {
    name: "relu' = 1 everywhere",
    file: activation,
    edits: [['return select(0.0, 1.0, z > 0.0);', 'return 1.0;']],
    concerns: hidden('relu'),
  },
  {
    name: "relu' of one unit wrong by 1%",
    file: 'shaders/activationGrad.wgsl',
    edits: [
      [
        'dz[i] = da[i] * slope(z[i]);',
        'dz[i] = da[i] * slope(z[i]) * select(1.0, 1.01, i % params.count == 2u);',
      ],
    ],
    kernel: 'activationGrad',
  },
  {
    name: 'naive log of a sigmoid, in float32',
    file: 'shaders/lib/loss.wgsl',
    edits: [
      [
        'return max(z, 0.0) - z * y + log1p(exp(-abs(z)));',
        'return -(y * log(1.0 / (1.0 + exp(-z))) + (1.0 - y) * log(1.0 - 1.0 / (1.0 + exp(-z))));',
      ],
    ],
    kernel: 'loss',
  },
  {
    name: 'softmax without the largest logit taken off, in float32',
    file: 'shaders/softmax.wgsl',
    edits: [['exp(z[start + j] - largest)', 'exp(z[start + j] - 0.0 * largest)']],
    kernel: 'softmax',
  },
  {
    name: 'activations stored as float16',
    file: 'shaders/activation.wgsl',
    edits: [
      ['a[i] = activate(z[i]);', 'a[i] = unpack2x16float(pack2x16float(vec2f(activate(z[i]), 0.0))).x;'],
    ],
    concerns: hidden('tanh', 'sigmoid', 'relu', 'leaky_relu', 'identity'),
  },
  {
    name: 'one NaN in the final parameters',
    file: golden,
    edits: [['({ W: [...w], b: [...b] })', '({ W: [NaN, ...w.subarray(1)], b: [...b] })']],
    concerns: all,
  },
  {
    name: 'one bias off by 0.1% of its movement',
    file: golden,
    edits: [
      ['({ W: [...w], b: [...b] })', '({ W: [...w], b: [...b].map((v, i) => (i ? v : v + 0.001 * v)) })'],
    ],
    // Where all biases start at 0 and end away from it.
    concerns: ({ init, params, tolerance }) =>
      tolerance.f32.params < 5e-4 &&
      params.some(({ b }, l) => {
        const moved = Math.max(...b.data.map((value, i) => Math.abs(value - init[l].b.data[i])));
        return Math.abs(b.data[0]) > 0.9 * moved && moved > 0.1;
      }),
  },
  {
    name: 'one layer missing',
    file: golden,
    edits: [['({ W: [...w], b: [...b] }));', '({ W: [...w], b: [...b] })).slice(1);']],
    concerns: all,
  },
];
