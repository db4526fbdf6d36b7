import { UsageError } from '../errors.ts';
import type { Pass, Params } from '../gpu/kernel.ts';
import { compare } from '../lab/compare.ts';
import { contractOf, standards } from '../lab/standards.ts';
import { type Architecture, sizesOf } from '../network/layers.ts';
import type { Model } from '../network/model.ts';
import type { Method } from '../network/plan.ts';
import type { Examples } from '../network/residentData.ts';
import type { RecordedStep } from '../network/trainer.ts';
import { decide, orderAt } from './decide.ts';
import { type FitOptions, defaultBatchSize } from './options.ts';
import { CONTROL, recordStep, writtenBy } from './recordStep.ts';

/** Rows of the batch, inputs, and units of each layer that a step to be looked at has at most. */
export const MOST_SHOWN = 8;

/** A tensor as a pass found it. */
export interface TensorLook {
  /** `layer1.w` */
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** What one pass made of one tensor: on the GPU, and by the oracle from the GPU's own inputs. */
export interface PassLook {
  /** `forward/layer1/z` */
  readonly label: string;
  /** `matmul` */
  readonly kernel: string;
  readonly flags: readonly string[];
  /** The uniform of the dispatch: sizes, `scale`, `l2` and the like. */
  readonly params: Params;
  /** What the pass read, by binding, before it wrote; without the data set, of which it takes a batch. */
  readonly inputs: Readonly<Record<string, TensorLook>>;
  /** The binding of the tensor that it wrote. */
  readonly binding: string;
  /** `layer1.z` */
  readonly tensor: string;
  /** Row-major; a vector has one number. */
  readonly shape: readonly number[];
  readonly gpu: Float32Array;
  readonly oracle: Float64Array;
  /** How far each number of the GPU may be from the oracle's. */
  readonly bound: Float64Array;
  /** The largest difference in units of its bound: right up to 1. */
  readonly fraction: number;
}

/** One training step of a small network, pass by pass: plain data, which can be sent from a worker. */
export interface StepLook {
  readonly architecture: Architecture;
  readonly method: Method;
  /** Rows of the batch. */
  readonly rows: number;
  /** Steps that the network had made before. */
  readonly index: number;
  readonly learningRate: number;
  /** What corrects Adam's moments; 1 for the others. */
  readonly correctionM: number;
  readonly correctionV: number;
  readonly loss: number;
  /** In the order of the passes. */
  readonly passes: readonly PassLook[];
}

/**
 * Makes the step that a training with these options would begin with, by the textbook plan, reads every tensor of it,
 * and makes the step undone. A batch that is larger than `MOST_SHOWN` rows is cut.
 * @throws UsageError for a network that is too wide to be looked at; what `Network.fit` throws
 */
export async function lookAtStep(model: Model, data: Examples, options: FitOptions = {}): Promise<StepLook> {
  const widest = Math.max(...sizesOf(model.architecture));
  if (widest > MOST_SHOWN)
    throw new UsageError(
      `A step is shown of networks with at most ${MOST_SHOWN} inputs and units in each layer, not ${widest}`,
    );
  const batchSize = Math.min(options.batchSize ?? defaultBatchSize(data.rows), MOST_SHOWN);
  const run = decide(model, data, { ...options, batchSize });
  const order = orderAt(model.steps, 0, run, 1);
  const step = await recordStep(model, data, run, options, { choice: { plan: 'textbook' }, order });
  const { rows, index, learningRate, correctionM, correctionV, loss } = step.report;
  const { architecture } = model;
  const { method } = run;
  const passes = looks(step);
  return { architecture, method, rows, index, learningRate, correctionM, correctionV, loss, passes };
}

/** Every pass that makes numbers of the training; the record is book-keeping. */
function looks(step: RecordedStep): PassLook[] {
  const passes = step.passes.filter(({ kernel }) => kernel !== 'record');
  const writers = new Map<string, number>();
  for (const pass of passes)
    for (const [, tensor] of writtenBy(pass)) writers.set(tensor, (writers.get(tensor) ?? 0) + 1);
  const now = new Map(step.before);
  return passes.flatMap((pass) => {
    // Several passes write parts of one tensor: what the others write is taken as the GPU has it in the end.
    for (const [, tensor] of writtenBy(pass))
      if (writers.get(tensor)! > 1) now.set(tensor, step.after.get(tensor)!);
    const shown = lookAt(pass, now, step);
    for (const { tensor } of shown) now.set(tensor, step.after.get(tensor)!);
    return shown;
  });
}

function lookAt(
  { label, kernel, flags, params, tensors }: Pass,
  now: ReadonlyMap<string, Float32Array | Uint32Array>,
  { after, shapes }: RecordedStep,
): PassLook[] {
  const contract = { label, kernel, flags, params, tensors };
  const { oracle, bound } = standards[contractOf(contract)];
  const content = Object.fromEntries(
    Object.entries(tensors).map(([binding, name]) => [binding, now.get(name)!]),
  );
  const inputs = Object.fromEntries(
    Object.entries(tensors)
      .filter(([, name]) => !CONTROL.has(name) && !name.startsWith('data.'))
      .map(([binding, name]) => [binding, tensorLook(name, shapes.get(name)!, content[binding])]),
  );
  const results = oracle(new Set(flags), params, content);
  // Moments before the parameter that follows them.
  const ordered = Object.entries(results).sort(([a], [b]) => Number(a === 'w') - Number(b === 'w'));
  return ordered.map(([binding, wanted]) => {
    const tensor = tensors[binding];
    const gpu = Float32Array.from(after.get(tensor)!.subarray(0, wanted.length));
    const boundOf = bound({ flags, params, inputs: content }, binding, wanted);
    const { fraction } = compare(gpu, wanted, boundOf);
    const shape = shapes.get(tensor)!;
    const numbers = {
      gpu,
      oracle: Float64Array.from(wanted),
      bound: Float64Array.from(wanted, (_, i) => boundOf(i)),
    };
    return { label, kernel, flags, params, inputs, binding, tensor, shape, ...numbers, fraction };
  });
}

const tensorLook = (name: string, shape: readonly number[], values: ArrayLike<number>): TensorLook => ({
  name,
  shape,
  values: Float32Array.from(values),
});
