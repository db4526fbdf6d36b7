import { activations } from './activation.ts';
import { exampleLoss } from './loss.ts';

/** A matrix, row-major. */
export interface Matrix {
  rows: number;
  columns: number;
  data: Float64Array;
}

/** The parameters of a layer: w [in, out], b [out]. */
export interface LayerParameters {
  w: Float64Array;
  b: Float64Array;
}

export interface Run {
  /** [inputs, units of layer 1, ..., units of layer L] */
  sizes: readonly number[];
  /** One name per layer; 'softmax' for the last only. */
  activations: readonly string[];
  loss: 'binaryCrossEntropy' | 'softmaxCrossEntropy' | 'mse' | 'halfMse';
  learningRate: number;
  steps: number;
  /** The rows [start, end) of step s are `batches[s % batches.length]`. */
  batches: readonly (readonly [number, number])[];
  /** [n, inputs] and [n, outputs], row-major. */
  x: ArrayLike<number>;
  y: ArrayLike<number>;
  init: readonly { w: ArrayLike<number>; b: ArrayLike<number> }[];
}

export interface RunResult {
  /** The loss of each step's batch, before its update. */
  losses: number[];
  /** The gradient of the first step. */
  firstGradients: LayerParameters[];
  parameters: LayerParameters[];
}

/** The loss of a batch is `share` * the sum over its examples; dz of the last layer carries `scale`. */
export function lossFactors(kind: Run['loss'], m: number, outputs: number): { share: number; scale: number } {
  switch (kind) {
    case 'softmaxCrossEntropy':
      return { share: 1 / m, scale: 1 / m };
    case 'binaryCrossEntropy':
      return { share: 1 / (m * outputs), scale: 1 / (m * outputs) };
    case 'mse':
      return { share: 1 / (m * outputs), scale: 2 / (m * outputs) };
    case 'halfMse':
      return { share: 1 / (2 * m), scale: 1 / m };
  }
}

function matrix(rows: number, columns: number, at: (row: number, column: number) => number): Matrix {
  const data = new Float64Array(rows * columns);
  for (let r = 0; r < rows; r++) for (let c = 0; c < columns; c++) data[r * columns + c] = at(r, c);
  return { rows, columns, data };
}

function dot(a: Matrix, b: Matrix): Matrix {
  return matrix(a.rows, b.columns, (r, c) => {
    let sum = 0;
    for (let i = 0; i < a.columns; i++) sum += a.data[r * a.columns + i] * b.data[i * b.columns + c];
    return sum;
  });
}

const transpose = (a: Matrix) => matrix(a.columns, a.rows, (r, c) => a.data[c * a.columns + r]);
const map = (a: Matrix, f: (value: number, index: number) => number): Matrix => ({
  ...a,
  data: a.data.map(f),
});

function activate(name: string, z: Matrix): Matrix {
  if (name !== 'softmax') return map(z, activations[name].g);
  return matrix(z.rows, z.columns, (r, c) => {
    const row = z.data.subarray(r * z.columns, (r + 1) * z.columns);
    const largest = Math.max(...row);
    return Math.exp(row[c] - largest) / row.reduce((sum, v) => sum + Math.exp(v - largest), 0);
  });
}

/** Z and A of every layer, all examples at once. a[0] = x. */
export function forward(run: Pick<Run, 'activations'>, parameters: readonly LayerParameters[], x: Matrix) {
  const z: Matrix[] = [];
  const a: Matrix[] = [x];
  parameters.forEach(({ w, b }, l) => {
    const product = dot(a[l], { rows: a[l].columns, columns: b.length, data: w });
    z.push(map(product, (value, i) => value + b[i % b.length]));
    a.push(activate(run.activations[l], z[l]));
  });
  return { z, a };
}

/** The training of the notes, vectorized: whole matrices, the six formulas of back-propagation, update. */
export function train(run: Run): RunResult {
  const { sizes, loss, learningRate, steps, batches } = run;
  const outputs = sizes[sizes.length - 1];
  const parameters = run.init.map(({ w, b }) => ({ w: Float64Array.from(w), b: Float64Array.from(b) }));
  const rowsOf = (t: ArrayLike<number>, width: number, [start, end]: readonly [number, number]) =>
    matrix(end - start, width, (r, c) => t[(start + r) * width + c]);
  const losses: number[] = [];
  let firstGradients: LayerParameters[] = [];

  for (let step = 0; step < steps; step++) {
    const rows = batches[step % batches.length];
    const y = rowsOf(run.y, outputs, rows);
    const m = y.rows;
    const { z, a } = forward(run, parameters, rowsOf(run.x, sizes[0], rows));
    const last = parameters.length;
    const { share, scale } = lossFactors(loss, m, outputs);
    const kind = loss === 'mse' || loss === 'halfMse' ? 'squaredError' : loss;
    const rowOf = (t: Matrix, r: number) => t.data.subarray(r * outputs, (r + 1) * outputs);
    let total = 0;
    for (let r = 0; r < m; r++)
      total += exampleLoss[kind](rowOf(z[last - 1], r), rowOf(a[last], r), rowOf(y, r));
    losses.push(share * total);

    const difference = map(a[last], (value, i) => value - y.data[i]);
    const slopes = (l: number) => z[l].data.map(activations[run.activations[l]].slope);
    const times = (d: Matrix, by: Float64Array) => map(d, (value, i) => value * by[i]);
    let dz = kind === 'squaredError' ? times(difference, slopes(last - 1)) : difference;
    const gradients: LayerParameters[] = [];
    for (let l = last - 1; l >= 0; l--) {
      const dw = map(dot(transpose(a[l]), dz), (value) => scale * value);
      const db = new Float64Array(dz.columns);
      dz.data.forEach((value, i) => (db[i % dz.columns] += scale * value));
      gradients.unshift({ w: dw.data, b: db });
      if (l > 0) {
        const w: Matrix = { rows: sizes[l], columns: sizes[l + 1], data: parameters[l].w };
        dz = times(dot(dz, transpose(w)), slopes(l - 1));
      }
    }
    if (step === 0) firstGradients = gradients;
    parameters.forEach((layer, l) => {
      layer.w.forEach((_, i) => (layer.w[i] -= learningRate * gradients[l].w[i]));
      layer.b.forEach((_, i) => (layer.b[i] -= learningRate * gradients[l].b[i]));
    });
  }
  return { losses, firstGradients, parameters };
}
