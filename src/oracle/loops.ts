import { activations } from './activation.ts';
import { exampleLoss } from './loss.ts';
import { type LayerParameters, type Run, type RunResult, lossFactors } from './network.ts';

/**
 * The training of the notes before they vectorize it: a loop over the examples, inside it a loop over
 * the nodes of each layer, and sums for the gradients. Slow, and as plain as it can be.
 */
export function trainByLoops(run: Run): RunResult {
  const { sizes, learningRate, steps, batches } = run;
  const layers = sizes.length - 1;
  const outputs = sizes[layers];
  const parameters = run.init.map(({ w, b }) => ({ w: Float64Array.from(w), b: Float64Array.from(b) }));
  const losses: number[] = [];
  let firstGradients: LayerParameters[] = [];

  for (let step = 0; step < steps; step++) {
    const [start, end] = batches[step % batches.length];
    const { share, scale } = lossFactors(run.loss, end - start, outputs);
    const gradients = parameters.map(({ w, b }) => ({
      w: new Float64Array(w.length),
      b: new Float64Array(b.length),
    }));
    let total = 0;

    for (let i = start; i < end; i++) {
      const { z, a } = forwardExample(run, parameters, i);
      const y = Array.from({ length: outputs }, (_, j) => run.y[i * outputs + j]);
      const squared = run.loss === 'mse' || run.loss === 'halfMse';
      total += exampleLoss[squared ? 'squaredError' : run.loss](z[layers], a[layers], y);

      let dz = a[layers].map((value, j) => value - y[j]);
      if (squared)
        dz = dz.map((value, j) => value * activations[run.activations[layers - 1]].slope(z[layers][j]));
      for (let l = layers; l >= 1; l--) {
        for (let node = 0; node < sizes[l]; node++) {
          gradients[l - 1].b[node] += scale * dz[node];
          for (let input = 0; input < sizes[l - 1]; input++) {
            gradients[l - 1].w[input * sizes[l] + node] += scale * dz[node] * a[l - 1][input];
          }
        }
        if (l === 1) break;
        const { w } = parameters[l - 1];
        const next = dz;
        dz = Array.from({ length: sizes[l - 1] }, (_, node) => {
          let da = 0;
          for (let j = 0; j < sizes[l]; j++) da += w[node * sizes[l] + j] * next[j];
          return da * activations[run.activations[l - 2]].slope(z[l - 1][node]);
        });
      }
    }

    losses.push(share * total);
    if (step === 0) firstGradients = gradients;
    for (let l = 0; l < layers; l++) {
      for (let i = 0; i < parameters[l].w.length; i++) parameters[l].w[i] -= learningRate * gradients[l].w[i];
      for (let i = 0; i < parameters[l].b.length; i++) parameters[l].b[i] -= learningRate * gradients[l].b[i];
    }
  }
  return { losses, firstGradients, parameters };
}

/** z and a of one example, by layer; index 0 is the input. */
function forwardExample(run: Run, parameters: readonly LayerParameters[], example: number) {
  const { sizes } = run;
  const z: number[][] = [[]];
  const a: number[][] = [Array.from({ length: sizes[0] }, (_, j) => run.x[example * sizes[0] + j])];
  for (let l = 1; l < sizes.length; l++) {
    const { w, b } = parameters[l - 1];
    z.push([]);
    for (let node = 0; node < sizes[l]; node++) {
      let sum = b[node];
      for (let input = 0; input < sizes[l - 1]; input++) sum += w[input * sizes[l] + node] * a[l - 1][input];
      z[l].push(sum);
    }
    const name = run.activations[l - 1];
    if (name === 'softmax') {
      const largest = Math.max(...z[l]);
      const exps = z[l].map((value) => Math.exp(value - largest));
      const sum = exps.reduce((s, e) => s + e, 0);
      a.push(exps.map((e) => e / sum));
    } else a.push(z[l].map(activations[name].g));
  }
  return { z, a };
}
