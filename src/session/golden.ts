import { DataError } from '../errors.ts';
import type { Gpu } from '../gpu/gpu.ts';
import { readBuffer } from '../gpu/readback.ts';
import { Evaluator } from '../network/evaluator.ts';
import { type Activation, type Loss, dense } from '../network/layers.ts';
import { Model } from '../network/model.ts';
import { ResidentData } from '../network/resident.ts';
import { type StepReport, MOST_STEPS, Trainer } from '../network/trainer.ts';

export interface GoldenTensor {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}
export interface GoldenLayer {
  readonly W: GoldenTensor;
  readonly b: GoldenTensor;
}

/** A training run computed elsewhere in float64: format nn-golden/1, as far as it is read here. */
export interface Golden {
  readonly format: string;
  readonly id: string;
  readonly sizes: readonly number[];
  readonly activations: readonly string[];
  readonly loss: { readonly kind: string; readonly reduction: string };
  readonly optimizer: { readonly name: string; readonly lr: number };
  readonly steps: number;
  readonly schedule: readonly (readonly [number, number])[];
  readonly X: GoldenTensor;
  readonly Y: GoldenTensor;
  readonly init: readonly GoldenLayer[];
  /** What to compare with. */
  readonly losses?: readonly number[];
  readonly grads1?: readonly GoldenLayer[];
  readonly params?: readonly GoldenLayer[];
  readonly outputs_init?: GoldenTensor;
  readonly outputs_final?: GoldenTensor;
  readonly tolerance?: { readonly f32: Readonly<Record<'losses' | 'grads1' | 'params', number>> };
}

/** The same quantities, computed here. */
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
  softmax: 'softmax',
};
const LOSS: Readonly<Record<string, Loss>> = {
  'binary_cross_entropy mean_batch_outputs': 'binaryCrossEntropy',
  'softmax_cross_entropy mean_batch': 'softmaxCrossEntropy',
  'mse mean_batch_outputs': 'mse',
  'mse half_mean_batch': 'halfMse',
};

function named<T>(table: Readonly<Record<string, T>>, name: string, field: string, id: string): T {
  if (Object.hasOwn(table, name)) return table[name];
  throw new DataError(`${id}: ${field} '${name}' is unknown; known are ${Object.keys(table).join(', ')}`, {
    file: id,
  });
}

/** Trains on the GPU exactly what a golden file describes. */
export async function runGolden(gpu: Gpu, golden: Golden): Promise<GoldenResult> {
  const { id, sizes, steps, schedule } = golden;
  const layers = sizes
    .slice(1)
    .map((units, l) => dense(units, named(ACTIVATION, golden.activations[l], 'activation', id)));
  const loss = named(LOSS, `${golden.loss.kind} ${golden.loss.reduction}`, 'loss', id);
  if (golden.optimizer.name !== 'sgd')
    throw new DataError(`${id}: optimizer '${golden.optimizer.name}' is not here yet`, { file: id });
  const rows = golden.X.shape[0];
  const x = Float32Array.from(golden.X.data);
  const y = Float32Array.from(golden.Y.data);

  const model = new Model(gpu, { inputs: sizes[0], layers });
  const data = new ResidentData(gpu, model.architecture, { rows, x, y });
  const evaluator = await Evaluator.create(model, rows);
  const batchRows = [...new Set(schedule.map(([start, end]) => end - start))];
  const trainer = await Trainer.create(model, data, { loss, accuracy: false, batchRows });
  try {
    model.write(golden.init.map(({ W, b }) => ({ w: W.data, b: b.data })));
    const outputs = async () => [...(await evaluator.run({ x })).outputs];
    const outputs_init = await outputs();
    const all = Array.from({ length: steps }, (_, index) => {
      const [first, end] = schedule[index % schedule.length];
      return { index, epoch: 0, first, rows: end - first, shuffleKey: 0, learningRate: golden.optimizer.lr };
    });
    const reports: StepReport[] = await trainer.run(all.slice(0, 1));
    const read = async (name: string) => [
      ...new Float32Array(await readBuffer(gpu, trainer.buffers.get(name)!)),
    ];
    const grads1: { W: number[]; b: number[] }[] = [];
    for (let l = 1; l <= layers.length; l++)
      grads1.push({ W: await read(`layer${l}.dw`), b: await read(`layer${l}.db`) });
    for (let from = 1; from < steps; from += MOST_STEPS) {
      reports.push(...(await trainer.run(all.slice(from, from + MOST_STEPS))));
    }
    const params = (await model.read()).map(({ w, b }) => ({ W: [...w], b: [...b] }));
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
