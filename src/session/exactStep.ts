import type { Gpu } from '../gpu/gpu.ts';
import { compareExactly, largestSums } from '../lab/exactStep.ts';
import { dense, lossFactors, sizesOf } from '../network/layers.ts';
import { momentum, nesterov, sgd } from '../network/optimizer.ts';
import type { StepRecord } from '../lab/verify.ts';
import { Random } from '../random.ts';
import type { GpuChoice } from './choice.ts';
import { type Drawn, type Numbers, isPossible, makeStep } from './drawnStep.ts';

/** What training whole steps on whole numbers showed. */
export interface ExactSteps {
  /** Networks of which one step was made and judged. */
  readonly networks: number;
  /** Numbers compared, all of them equal. */
  readonly elements: number;
  /** The first number that is not the oracle's; undefined if all are. */
  readonly wrong: string | undefined;
}

const WIDTHS = [1, 2, 3, 4, 5, 7, 8, 9, 13, 16, 17, 31, 64, 65];
const ROWS = [1, 2, 4, 8, 16, 64];
const RATE = 1 / 8;

/**
 * Makes one step (forward, backward, update) of networks drawn at random, on numbers so chosen that no
 * operation can round: whole weights, inputs and targets, ReLU, squared errors, and powers of two for
 * everything that divides. Every tensor is then the oracle's on every device, in any order of summation.
 */
export async function exactSteps(
  gpu: Gpu,
  { networks, seed, choice }: { networks: number; seed: number; choice: GpuChoice },
): Promise<ExactSteps> {
  const random = new Random(seed, 0xe4ac7);
  let elements = 0;
  for (let made = 0; made < networks;) {
    const drawn = draw(random);
    if (!isPossible(choice, drawn)) continue;
    const step = await makeStep(gpu, choice, drawn, wholeNumbers(drawn, random), random);
    if (!staysExact(step, drawn)) continue;
    made++;
    const compared = compareExactly(step);
    elements += compared.elements;
    if (compared.wrong) {
      const { tensor, index, got, want } = compared.wrong;
      const sizes = [drawn.architecture.inputs, ...drawn.architecture.layers.map(({ units }) => units)];
      const wrong = `${tensor}[${index}] of the network ${sizes.join('-')} is ${got}, and is to be ${want}`;
      return { networks: made, elements, wrong };
    }
  }
  return { networks, elements, wrong: undefined };
}

function draw(random: Random): Drawn {
  const one = <T>(choices: readonly T[]): T => choices[random.integer() % choices.length];
  const loss = one(['mse', 'halfMse'] as const);
  const outputs = one(loss === 'mse' ? [1, 2, 4, 8] : WIDTHS);
  const hidden = Array.from({ length: random.integer() % 3 }, () =>
    dense(one(WIDTHS), one(['relu', 'identity'] as const), { dropout: one([0, 0, 0.5]) }),
  );
  const options = { learningRate: RATE, l2: one([0, 1 / 4]), l1: one([0, 1]) };
  return {
    architecture: { inputs: one(WIDTHS), layers: [...hidden, dense(outputs, one(['relu', 'identity']))] },
    method: {
      loss,
      huberDelta: 1,
      optimizer: one([
        sgd(options),
        momentum({ ...options, momentum: 1 / 2 }),
        nesterov({ ...options, momentum: 1 / 2 }),
      ]),
      clip: undefined,
      weighted: one([false, true]),
      accuracy: true,
    },
    rows: one(ROWS),
    learningRate: RATE,
  };
}

/** Whole numbers as data, parameters and moments. */
export function wholeNumbers({ architecture, method, rows }: Drawn, random: Random): Numbers {
  const whole = (length: number, most: number) =>
    Float32Array.from({ length }, () => (random.integer() % (2 * most + 1)) - most);
  const sizes = sizesOf(architecture);
  const held = rows + (random.integer() % 5);
  return {
    examples: {
      rows: held,
      x: whole(held * sizes[0], 2),
      y: whole(held * sizes[sizes.length - 1], 3),
      weight: method.weighted ? whole(held, 1).map((x) => x + 1) : undefined,
    },
    parameters: architecture.layers.map(({ units }, l) => ({
      w: whole(sizes[l] * units, 1),
      b: whole(units, 2),
    })),
    moments: (length) => whole(length, 2),
  };
}

/** Whether every sum stays below 2^24 of the quanta of which all its terms are multiples. */
export function staysExact(
  { passes, before }: Pick<StepRecord, 'passes' | 'before'>,
  { architecture, method, rows }: Drawn,
): boolean {
  const outputs = architecture.layers[architecture.layers.length - 1].units;
  const { share, scale } = lossFactors(method.loss, rows, outputs);
  const quantum = (name: string): number => {
    if (name === 'loss' || name === 'history') return share / rows;
    if (name === 'losses') return share;
    if (/\.d[wb]$/.test(name)) return scale;
    // Momentum and the penalties divide by 4 at most, the rate by 8.
    return /\.[wb](\.m)?$/.test(name) ? (Math.min(scale, 1) * RATE) / 4 : 1;
  };
  return [...largestSums(passes, before)].every(([name, most]) =>
    /^(schedule|clock|health|accuracy|hits)$/.test(name) ? true : most < 2 ** 24 * quantum(name),
  );
}
