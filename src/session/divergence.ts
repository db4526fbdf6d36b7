import type { PassReport } from '../lab/verify.ts';
import type { Model } from '../network/model.ts';
import type { Examples } from '../network/residentData.ts';
import type { RecordedStep, Trainer } from '../network/trainer.ts';
import type { Order, SubmitReport } from '../network/submits.ts';
import type { GpuChoice } from './choice.ts';
import type { Made } from './equipment.ts';
import type { Materials } from './setUp.ts';

/** Where numbers first went wrong. */
export interface Divergence {
  /** The step, from 0 since the network was made. */
  readonly step: number;
  /** Its pass: `backward/layer1/dw`. */
  readonly pass: string;
  /** The kernel that computed it. */
  readonly kernel: string;
  /** The tensor in which the first wrong element lies. */
  readonly tensor: string;
  /** From 1. */
  readonly row: number;
  /** From 1. */
  readonly column: number;
  /** What the device computed. */
  readonly got: number;
  /** What the oracle computes from the same inputs. */
  readonly want: number;
  /** Whether the oracle agrees: then the numbers left float32 (the learning rate, the data), else the GPU is wrong. */
  readonly oracleAgrees: boolean;
  /** All of it in a sentence. */
  readonly sentence: string;
}

/**
 * Goes back to before the submit in which training went wrong and makes its steps again, one by one,
 * each judged pass by pass by the oracle, until the first wrong element is found. Leaves the weights as
 * they were before that step: the last good ones.
 * @param make makes a trainer that stores every tensor
 * @returns undefined if the submit cannot be looked at again, or nothing is wrong this time
 */
async function findDivergence(
  model: Model,
  make: () => Promise<Trainer>,
  examples: Examples,
  { steps, goBack }: SubmitReport,
): Promise<Divergence | undefined> {
  if (!goBack) return undefined;
  goBack();
  const { judgeStep } = await import('../lab/verify.ts');
  const trainer = await make();
  try {
    for (const order of steps as readonly Order[]) {
      const before = model.steps;
      const recorded = await trainer.record(order, examples);
      for await (const report of judgeStep(recorded)) {
        const found = inspect(order.index, report, recorded);
        if (!found) continue;
        trainer.restore(recorded, before);
        return found;
      }
    }
    return undefined;
  } finally {
    trainer.dispose();
  }
}

/** Finds where the numbers of a training first went wrong; undefined if that cannot be found. */
export async function lookBack(
  model: Model,
  { examples, make }: Materials,
  { trainer, choice }: Made,
  sick: SubmitReport,
): Promise<Divergence | undefined> {
  if (!trainer) return undefined;
  const look = (by: GpuChoice) => findDivergence(model, () => make(by, true), examples, sick);
  // The textbook plan stores every number on the way; if nothing is wrong in it, its own plan is.
  return (await look({ plan: 'textbook' })) ?? (await look(choice as GpuChoice));
}

/** A bound of so much belongs to a sum whose terms leave float32. */
const OVERFLOW = 2 ** 127 * 2 ** -23;

function inspect(
  step: number,
  { label, kernel, tensor, fraction, worst }: PassReport,
  { after, shapes }: RecordedStep,
): Divergence | undefined {
  const values = after.get(tensor)!;
  const infinite = values.findIndex((value) => !Number.isFinite(value));
  if (fraction <= 1 && infinite < 0) return undefined;
  const shape = shapes.get(tensor) ?? [];
  const width = shape[shape.length - 1] ?? 1;
  const index = fraction <= 1 ? infinite : worst!.index;
  const got = values[index];
  const want = fraction <= 1 ? got : worst!.want;
  const overflows = fraction <= 1 || !Number.isFinite(Math.fround(want)) || !(worst!.bound < OVERFLOW);
  const oracleAgrees = !Number.isFinite(got) && overflows;
  const place = `${tensor} row ${Math.floor(index / width) + 1}, column ${(index % width) + 1}`;
  const reason = oracleAgrees
    ? 'the oracle agrees: the numbers leave float32, so take a smaller learning rate, or clip the gradient'
    : `the oracle has ${want}: the GPU computes wrongly here`;
  return {
    step,
    pass: label,
    kernel,
    tensor,
    row: Math.floor(index / width) + 1,
    column: (index % width) + 1,
    got,
    want,
    oracleAgrees,
    sentence: `Step ${step + 1}, ${label} (${kernel}): ${place} is ${got}; ${reason}`,
  };
}
