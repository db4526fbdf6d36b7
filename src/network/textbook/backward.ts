import type { Pass } from '../../gpu/kernel.ts';
import { type Architecture, lossFactors, sizesOf } from '../layers.ts';
import type { PlanOptions } from '../plan.ts';
import { FLAGS, drop, outputOf, product } from './layer.ts';

/** The six formulas, from the last layer to the first. */
export function backward(architecture: Architecture, options: PlanOptions): Pass[] {
  const { loss, huberDelta, weighted, m, avoid } = options;
  const { layers } = architecture;
  const sizes = sizesOf(architecture);
  const last = layers.length;
  const outputs = sizes[last];
  const { scale } = lossFactors(loss, m, outputs);
  // With its own loss, the slope of the output cancels: a - y is dz already.
  const cancels = loss === 'binaryCrossEntropy' || loss === 'softmaxCrossEntropy';

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
      kernel: product(sizes[l - 1], sizes[l], avoid),
      flags: ['TRANSPOSE_A'],
      params: { m: sizes[l - 1], k: m, n: sizes[l], scale },
      tensors: { a: outputOf(architecture, l - 1, true), b: `layer${l}.dz`, out: `layer${l}.dw` },
    },
    {
      label: `backward/layer${l}/db`,
      kernel: 'columnSums',
      flags: [],
      params: { m, n: sizes[l], scale },
      tensors: { a: `layer${l}.dz`, out: `layer${l}.db` },
    },
  ];
  const through = (l: number): Pass[] => {
    const { dropout } = layers[l - 2];
    const da = `layer${l - 1}.da`;
    const out = dropout ? `layer${l - 1}.ddropped` : da;
    const multiply: Pass = {
      label: `backward/layer${l - 1}/da`,
      kernel: product(m, sizes[l - 1], avoid),
      flags: ['TRANSPOSE_B'],
      params: { m, k: sizes[l], n: sizes[l - 1], scale: 1 },
      tensors: { a: `layer${l}.dz`, b: `layer${l}.w`, out },
    };
    return dropout ? [multiply, drop('backward', architecture, l - 1, m, out, da)] : [multiply];
  };

  const gradient = `layer${last}.${cancels ? 'dz' : 'da'}`;
  const passes: Pass[] = [
    {
      label: `backward/${gradient.replace('.', '/')}`,
      kernel: 'outputGrad',
      flags: [...(loss === 'huber' ? ['HUBER'] : []), ...(weighted ? ['WEIGHTED'] : [])],
      params: { m, n: outputs, delta: huberDelta },
      tensors: { a: `layer${last}.a`, y: 'y', out: gradient, ...(weighted && { weight: 'weight' }) },
    },
  ];
  if (!cancels) passes.push(derivative(last));
  for (let l = last; l >= 1; l--) {
    passes.push(...gradients(l));
    if (l > 1) passes.push(...through(l), derivative(l - 1));
  }
  return passes;
}
