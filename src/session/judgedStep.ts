import type { Gpu } from '../gpu/gpu.ts';
import { describeMismatch, judgeStep } from '../lab/verify.ts';
import { ACTIVATIONS } from '../names.ts';
import { initialize } from '../network/initialize.ts';
import { type Activation, type Loss, dense, sizesOf } from '../network/layers.ts';
import { optimizers } from '../network/optimizer.ts';
import { Random } from '../random.ts';
import type { GpuChoice } from './choice.ts';
import { type Drawn, type Numbers, isPossible, makeStep } from './drawnStep.ts';

/** What judging whole steps of drawn networks showed. */
export interface JudgedSteps {
  readonly networks: number;
  /** Results compared: tensors that a textbook pass writes. */
  readonly results: number;
  /** The largest error as a fraction of its bound. */
  readonly worst: number;
  /** The first result that is wrong, in a sentence; undefined if none is. */
  readonly wrong: string | undefined;
}

const HIDDEN: readonly Activation[] = ACTIVATIONS.filter((name) => name !== 'softmax');
const WIDTHS = [1, 2, 3, 4, 5, 7, 8, 9, 13, 16, 17, 31, 64, 65];
const ROWS = [1, 2, 3, 7, 16, 33, 64];

/**
 * Makes one step of networks drawn at random, with every activation, loss, optimizer and option, on ordinary
 * numbers, and judges each result by its oracle within its rigorous bound.
 */
export async function judgedSteps(
  gpu: Gpu,
  { networks, seed, choice }: { networks: number; seed: number; choice: GpuChoice },
): Promise<JudgedSteps> {
  const random = new Random(seed, 0x7ed9e);
  let results = 0;
  let worst = 0;
  for (let made = 0; made < networks;) {
    const drawn = draw(random);
    if (!isPossible(choice, drawn)) continue;
    const step = await makeStep(gpu, choice, drawn, ordinaryNumbers(drawn, random), random);
    made++;
    for await (const report of judgeStep(step)) {
      results++;
      worst = Math.max(worst, report.fraction);
      if (report.fraction <= 1) continue;
      const wrong = `${describeMismatch(report)}, of the network ${sizesOf(drawn.architecture).join('-')}`;
      return { networks: made, results, worst, wrong };
    }
  }
  return { networks, results, worst, wrong: undefined };
}

function draw(random: Random): Drawn {
  const one = <T>(choices: readonly T[]): T => choices[random.integer() % choices.length];
  const loss: Loss = one(['mse', 'halfMse', 'huber', 'binaryCrossEntropy', 'softmaxCrossEntropy']);
  const output: Activation =
    loss === 'binaryCrossEntropy' ? 'sigmoid' : loss === 'softmaxCrossEntropy' ? 'softmax' : one(HIDDEN);
  const hidden = Array.from({ length: random.integer() % 4 }, () =>
    dense(one(WIDTHS), one(HIDDEN), { dropout: one([0, 0, 0.25]) }),
  );
  const penalties = { l1: one([0, 0.01]), l2: one([0, 0.1]), decays: one(['weights', 'all'] as const) };
  return {
    architecture: { inputs: one(WIDTHS), layers: [...hidden, dense(one(WIDTHS), output)] },
    method: {
      loss,
      huberDelta: one([0.5, 1]),
      optimizer: one(Object.values(optimizers))(penalties),
      clip: one([undefined, undefined, 0.5]),
      weighted: one([false, true]),
      accuracy: one([false, true]),
    },
    rows: one(ROWS),
    learningRate: 0.1,
  };
}

/** Normal inputs; targets that fit the loss. */
export function ordinaryNumbers({ architecture, method, rows }: Drawn, random: Random): Numbers {
  const sizes = sizesOf(architecture);
  const outputs = sizes[sizes.length - 1];
  const held = rows + (random.integer() % 5);
  const y = Float32Array.from({ length: held * outputs }, () =>
    method.loss === 'binaryCrossEntropy' ? random.integer() % 2 : random.normal(),
  );
  if (method.loss === 'softmaxCrossEntropy') {
    y.fill(0);
    for (let row = 0; row < held; row++) y[row * outputs + (random.integer() % outputs)] = 1;
  }
  return {
    examples: {
      rows: held,
      x: Float32Array.from({ length: held * sizes[0] }, () => random.normal()),
      y,
      weight: method.weighted ? Float32Array.from({ length: held }, () => random.integer() % 3) : undefined,
    },
    parameters: initialize(architecture, { kind: 'normal', scale: 0.5, seed: random.integer() }).map(
      ({ w, b }) => ({ w, b: b.map(() => random.normal()) }),
    ),
    moments: (length) => Float32Array.from({ length }, () => Math.abs(random.normal())),
  };
}
