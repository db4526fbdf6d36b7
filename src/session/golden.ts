import { CpuTrainer } from '../cpu/trainer.ts';
import { DataError } from '../errors.ts';
import type { Gpu } from '../gpu/gpu.ts';
import { readBuffer } from '../gpu/readback.ts';
import { Evaluator } from '../network/evaluator.ts';
import type { LayerParameters } from '../network/initialize.ts';
import { type Activation, type Loss, dense } from '../network/layers.ts';
import { Model } from '../network/model.ts';
import { type Optimizer, optimizers } from '../network/optimizer.ts';
import { refusalOf } from '../network/plans.ts';
import { ResidentData } from '../network/residentData.ts';
import { MOST_STEPS, type Order, type StepReport } from '../network/submits.ts';
import { Trainer } from '../network/trainer.ts';
import { type GpuChoice, choicesFor } from './choice.ts';
import type { Golden } from './goldenFile.ts';
import type { PlanName } from './options.ts';

/** The quantities of a golden file, computed here. */
export interface GoldenResult {
  readonly losses: number[];
  readonly grads1: { W: number[]; b: number[] }[];
  readonly params: { W: number[]; b: number[] }[];
  readonly outputs_init: number[];
  readonly outputs_final: number[];
}

/** Names of the golden files and ours. */
const ACTIVATION: Readonly<Record<string, Activation>> = {
  sigmoid: 'sigmoid',
  tanh: 'tanh',
  relu: 'relu',
  leaky_relu: 'leakyRelu',
  identity: 'identity',
  gelu: 'gelu',
  silu: 'silu',
  elu: 'elu',
  softplus: 'softplus',
  softmax: 'softmax',
};
const LOSS: Readonly<Record<string, Loss>> = {
  'binary_cross_entropy mean_batch_outputs': 'binaryCrossEntropy',
  'softmax_cross_entropy mean_batch': 'softmaxCrossEntropy',
  'mse mean_batch_outputs': 'mse',
  'mse half_mean_batch': 'halfMse',
  'huber mean_batch_outputs': 'huber',
};
const OPTION: Readonly<Record<string, string>> = {
  lr: 'learningRate',
  eps: 'epsilon',
  momentum: 'momentum',
  beta1: 'beta1',
  beta2: 'beta2',
  rho: 'rho',
};

function named<T>(table: Readonly<Record<string, T>>, name: string, field: string, id: string): T {
  if (Object.hasOwn(table, name)) return table[name];
  throw new DataError(`'${id}': ${field} '${name}' is unknown; known are ${Object.keys(table).join(', ')}`, {
    file: id,
    column: field,
  });
}

/** The optimizer of a golden file. */
export function optimizerOf({
  id,
  optimizer,
  weight_decay: decay,
}: Pick<Golden, 'id' | 'optimizer' | 'weight_decay'>): Optimizer {
  const { name, ...numbers } = optimizer;
  const make = named(optimizers, name, 'optimizer', id) as (options: object) => Optimizer;
  const options = Object.entries(numbers).map(([option, value]) => [
    named(OPTION, option, 'optimizer', id),
    value,
  ]);
  return make({
    ...Object.fromEntries(options),
    l2: decay.kind === 'l2' ? decay.lambda : 0,
    weightDecay: decay.kind === 'decoupled' ? decay.lambda : 0,
    decays: decay.applies_to === 'all' ? 'all' : 'weights',
  });
}

/** What a golden file describes, in our words. @throws DataError for what is not known here */
export function describeGolden(golden: Golden) {
  const { id, sizes, activations, loss } = golden;
  return {
    layers: sizes
      .slice(1)
      .map((units, l) => dense(units, named(ACTIVATION, activations[l], 'activations', id))),
    loss: named(LOSS, `${loss.kind} ${loss.reduction}`, 'loss', id),
    optimizer: optimizerOf(golden),
  };
}

/** The steps that a golden file describes. */
function ordersOf({ steps, schedule }: Golden, { learningRate }: Optimizer): Order[] {
  return Array.from({ length: steps }, (_, index) => {
    const [first, end] = schedule[index % schedule.length];
    return { index, epoch: 0, first, rows: end - first, shuffleKey: 0, dropoutKey: 0, learningRate };
  });
}

const copyOf = (layers: readonly LayerParameters[]) => layers.map(({ w, b }) => ({ W: [...w], b: [...b] }));

/** Trains with the `cpu` plan exactly what a golden file describes. */
export function runGoldenOnCpu(golden: Golden): GoldenResult {
  const { layers, loss, optimizer } = describeGolden(golden);
  const trainer = new CpuTrainer(
    { inputs: golden.sizes[0], layers },
    golden.init.map(({ W, b }) => ({ w: Float32Array.from(W.data), b: Float32Array.from(b.data) })),
    {
      rows: golden.X.shape[0],
      x: Float32Array.from(golden.X.data),
      y: Float32Array.from(golden.Y.data),
    },
    { loss, huberDelta: 1, optimizer, clip: undefined, weighted: false, accuracy: false },
    golden.X.shape[0],
  );
  const outputs_init = [...trainer.predict()];
  let grads1: GoldenResult['grads1'] = [];
  const losses = ordersOf(golden, optimizer).map((order, i) => {
    const { loss } = trainer.step(order);
    if (i === 0) grads1 = copyOf(trainer.gradients);
    return loss;
  });
  return {
    losses,
    grads1,
    params: copyOf(trainer.parameters),
    outputs_init,
    outputs_final: [...trainer.predict()],
  };
}

/** Why a plan of the GPU cannot hold what a golden file describes; undefined if it can, as the CPU always can. */
export function unsupportedBy(plan: PlanName, golden: Golden): string | undefined {
  if (plan === 'cpu' || plan === 'auto') return undefined;
  const { layers, loss, optimizer } = describeGolden(golden);
  const method = { loss, huberDelta: 1, optimizer, clip: undefined, weighted: false, accuracy: false };
  const rows = golden.X.shape[0];
  const data = [{ start: 0, held: rows }];
  return refusalOf(plan, { inputs: golden.sizes[0], layers }, { ...method, m: rows, steps: 1, data });
}

/**
 * Trains on the GPU exactly what a golden file describes.
 * @param wanted what makes the steps; `auto`: what a training would begin with
 */
export async function runGolden(
  gpu: Gpu,
  golden: Golden,
  wanted: GpuChoice | { readonly plan: 'auto' },
): Promise<GoldenResult> {
  const { sizes, steps, schedule } = golden;
  const { layers, loss, optimizer } = describeGolden(golden);
  const rows = golden.X.shape[0];
  const x = Float32Array.from(golden.X.data);
  const y = Float32Array.from(golden.Y.data);
  const method = { loss, huberDelta: 1, optimizer, clip: undefined, weighted: false, accuracy: false };

  const model = new Model(gpu, { inputs: sizes[0], layers });
  const choice =
    wanted.plan === 'auto' ? choicesFor(gpu, model.architecture, rows)[0] : (wanted as GpuChoice);
  const data = new ResidentData(gpu, model.architecture, { rows, x, y });
  const evaluator = await Evaluator.create(model, rows);
  const batchRows = [...new Set(schedule.map(([start, end]) => end - start))];
  const trainer = await Trainer.create(model, data, { ...method, batchRows, ...choice, keep: true });
  try {
    model.write(golden.init.map(({ W, b }) => ({ w: W.data, b: b.data })));
    const outputs = async () => [...(await evaluator.run({ x })).outputs];
    const outputs_init = await outputs();
    const all = ordersOf(golden, optimizer);
    const reports: StepReport[] = [...(await trainer.run(all.slice(0, 1))).steps];
    const read = async (name: string) => [
      ...new Float32Array(await readBuffer(gpu, trainer.buffers.get(name)!)),
    ];
    const grads1: { W: number[]; b: number[] }[] = [];
    for (let l = 1; l <= layers.length; l++)
      grads1.push({ W: await read(`layer${l}.dw`), b: await read(`layer${l}.db`) });
    for (let from = 1; from < steps; from += MOST_STEPS) {
      reports.push(...(await trainer.run(all.slice(from, from + MOST_STEPS))).steps);
    }
    const params = copyOf(await model.read());
    return {
      losses: reports.map(({ loss }) => loss),
      grads1,
      params,
      outputs_init,
      outputs_final: await outputs(),
    };
  } finally {
    trainer.dispose();
    evaluator.dispose();
    data.dispose();
    model.dispose();
  }
}
