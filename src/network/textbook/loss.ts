import type { Pass } from '../../gpu/kernel.ts';
import { type Architecture, type Loss, lossFactors } from '../layers.ts';
import type { PlanOptions } from '../plan.ts';

/** The flag of a loss in the kernels. */
export const LOSS_FLAGS: Record<Loss, readonly string[]> = {
  binaryCrossEntropy: ['BINARY_CROSS_ENTROPY'],
  softmaxCrossEntropy: ['SOFTMAX_CROSS_ENTROPY'],
  huber: ['HUBER'],
  mse: [],
  halfMse: [],
};

type LossOptions = Pick<PlanOptions, 'loss' | 'huberDelta' | 'weighted' | 'm'>;

/** The loss of every row. */
export function loss({ layers }: Architecture, { loss, huberDelta, weighted, m }: LossOptions): Pass[] {
  const output = `layer${layers.length}`;
  const n = layers[layers.length - 1].units;
  return [
    {
      label: 'loss/losses',
      kernel: 'loss',
      flags: [...LOSS_FLAGS[loss], ...(weighted ? ['WEIGHTED'] : [])],
      params: { m, n, factor: lossFactors(loss, m, n).share, delta: huberDelta },
      tensors: {
        z: `${output}.z`,
        a: `${output}.a`,
        y: 'y',
        losses: 'losses',
        ...(weighted && { weight: 'weight' }),
      },
    },
  ];
}

/** Loss and accuracy of the batch. */
export function means({ layers }: Architecture, { loss, m, accuracy }: PlanOptions): Pass[] {
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
