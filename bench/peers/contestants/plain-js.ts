/**
 * A trainer in plain JavaScript, one thread, typed arrays: what needs no GPU and no library. In float64
 * (run.mjs, in Node) it is the reference of all others.
 */
import type { Contestant, FloatArray, Job, MatmulJob, MlpJob } from '../jobs.ts';

type Floats = Float32ArrayConstructor | Float64ArrayConstructor;

export async function create(job: Job, floats: Floats = Float32Array): Promise<Contestant> {
  return job.kind === 'matmul' ? createProduct(job, floats) : createTraining(job, floats);
}

function createProduct({ n }: MatmulJob, floats: Floats): Contestant {
  let a: FloatArray;
  let b: FloatArray;
  const c = new floats(n * n);
  return {
    async init(_weights, { x, y }) {
      a = floats.from(x);
      b = floats.from(y);
    },
    async step(times) {
      for (let i = 0; i < times; i++) {
        c.fill(0);
        addProduct(a, b, c, n, n, n);
      }
      return c[n * n - 1];
    },
    dispose() {},
  };
}

function createTraining({ layers, hidden, loss, examples, batch, lr }: MlpJob, floats: Floats): Contestant {
  const last = layers.length - 1;
  const batches = Math.floor(examples / batch);
  /** Activations of each layer (first the batch itself), and dz. */
  const a = layers.map((units) => new floats(batch * units) as FloatArray);
  const dz = layers.map((units) => new floats(batch * units) as FloatArray);
  let x: FloatArray;
  let y: FloatArray;
  let parameters: { w: FloatArray; b: FloatArray }[];
  let at = 0;

  const forward = () => {
    parameters.forEach(({ w, b }, l) => {
      const out = a[l + 1];
      for (let i = 0; i < batch; i++) out.set(b, i * layers[l + 1]);
      addProduct(a[l], w, out, batch, layers[l], layers[l + 1]);
      if (l + 1 === last) return;
      if (hidden === 'relu') for (let i = 0; i < out.length; i++) out[i] = out[i] > 0 ? out[i] : 0;
      else for (let i = 0; i < out.length; i++) out[i] = Math.tanh(out[i]);
    });
  };
  const backward = () => {
    for (let l = last - 1; l >= 0; l--) {
      const { w, b } = parameters[l];
      const [inputs, units] = [layers[l], layers[l + 1]];
      if (l > 0) {
        const [out, g] = [a[l], dz[l]];
        productTransposed(dz[l + 1], w, g, batch, units, inputs);
        if (hidden === 'relu') for (let i = 0; i < g.length; i++) g[i] = out[i] > 0 ? g[i] : 0;
        else for (let i = 0; i < g.length; i++) g[i] *= 1 - out[i] * out[i];
      }
      subtractGradient(w, a[l], dz[l + 1], batch, inputs, units, lr);
      for (let i = 0; i < batch; i++) for (let j = 0; j < units; j++) b[j] -= lr * dz[l + 1][i * units + j];
    }
  };
  const train = (): number => {
    const row = (at++ % batches) * batch;
    const [inputs, outputs] = [layers[0], layers[last]];
    a[0] = x.subarray(row * inputs, (row + batch) * inputs);
    const target = y.subarray(row * outputs, (row + batch) * outputs);
    forward();
    const entropy = loss === 'bce' ? binary : softmax;
    const value = entropy(a[last], target, dz[last], batch, outputs);
    backward();
    return value;
  };

  return {
    async init(weights, data) {
      x = floats.from(data.x);
      y = floats.from(data.y);
      parameters = weights.map(({ w, b }) => ({ w: floats.from(w), b: floats.from(b) }));
    },
    async step(n) {
      let value = NaN;
      for (let i = 0; i < n; i++) value = train();
      return value;
    },
    dispose() {},
  };
}

/** Cross-entropy of sigmoid(z), mean over all; writes its gradient. */
function binary(z: FloatArray, y: FloatArray, dz: FloatArray): number {
  let sum = 0;
  for (let i = 0; i < z.length; i++) {
    sum += Math.max(z[i], 0) - z[i] * y[i] + Math.log1p(Math.exp(-Math.abs(z[i])));
    dz[i] = (1 / (1 + Math.exp(-z[i])) - y[i]) / z.length;
  }
  return sum / z.length;
}

/** Cross-entropy of softmax(z), mean over the rows; writes its gradient. */
function softmax(z: FloatArray, y: FloatArray, dz: FloatArray, m: number, n: number): number {
  let loss = 0;
  for (let row = 0; row < m * n; row += n) {
    let max = -Infinity;
    for (let j = row; j < row + n; j++) max = Math.max(max, z[j]);
    let sum = 0;
    for (let j = row; j < row + n; j++) sum += Math.exp(z[j] - max);
    const shift = max + Math.log(sum);
    for (let j = row; j < row + n; j++) {
      loss -= y[j] * (z[j] - shift);
      dz[j] = (Math.exp(z[j] - shift) - y[j]) / m;
    }
  }
  return loss / m;
}

/** c [m, n] += a [m, k] b [k, n]: along the rows of b, four at a time. */
function addProduct(a: FloatArray, b: FloatArray, c: FloatArray, m: number, k: number, n: number): void {
  for (let i = 0; i < m; i++) {
    const out = i * n;
    let p = 0;
    for (; p + 3 < k; p += 4) {
      const at = i * k + p;
      const [b0, b1, b2, b3] = [p * n, (p + 1) * n, (p + 2) * n, (p + 3) * n];
      const [a0, a1, a2, a3] = [a[at], a[at + 1], a[at + 2], a[at + 3]];
      for (let j = 0; j < n; j++)
        c[out + j] += a0 * b[b0 + j] + a1 * b[b1 + j] + a2 * b[b2 + j] + a3 * b[b3 + j];
    }
    for (; p < k; p++) for (let j = 0; j < n; j++) c[out + j] += a[i * k + p] * b[p * n + j];
  }
}

/** c [m, k] = d [m, n] w^T, w [k, n]: four columns at a time. */
function productTransposed(
  d: FloatArray,
  w: FloatArray,
  c: FloatArray,
  m: number,
  n: number,
  k: number,
): void {
  for (let i = 0; i < m; i++) {
    let p = 0;
    for (; p + 3 < k; p += 4) {
      const [w0, w1, w2, w3] = [p * n, (p + 1) * n, (p + 2) * n, (p + 3) * n];
      let [s0, s1, s2, s3] = [0, 0, 0, 0];
      for (let j = 0; j < n; j++) {
        const value = d[i * n + j];
        s0 += value * w[w0 + j];
        s1 += value * w[w1 + j];
        s2 += value * w[w2 + j];
        s3 += value * w[w3 + j];
      }
      c[i * k + p] = s0;
      c[i * k + p + 1] = s1;
      c[i * k + p + 2] = s2;
      c[i * k + p + 3] = s3;
    }
    for (; p < k; p++) {
      let sum = 0;
      for (let j = 0; j < n; j++) sum += d[i * n + j] * w[p * n + j];
      c[i * k + p] = sum;
    }
  }
}

/** w [k, n] -= lr a^T d, a [m, k], d [m, n]: four examples at a time. */
function subtractGradient(
  w: FloatArray,
  a: FloatArray,
  d: FloatArray,
  m: number,
  k: number,
  n: number,
  lr: number,
): void {
  for (let p = 0; p < k; p++) {
    const out = p * n;
    let i = 0;
    for (; i + 3 < m; i += 4) {
      const at = i * k + p;
      const [d0, d1, d2, d3] = [i * n, (i + 1) * n, (i + 2) * n, (i + 3) * n];
      const [a0, a1, a2, a3] = [lr * a[at], lr * a[at + k], lr * a[at + 2 * k], lr * a[at + 3 * k]];
      for (let j = 0; j < n; j++)
        w[out + j] -= a0 * d[d0 + j] + a1 * d[d1 + j] + a2 * d[d2 + j] + a3 * d[d3 + j];
    }
    for (; i < m; i++) for (let j = 0; j < n; j++) w[out + j] -= lr * a[i * k + p] * d[i * n + j];
  }
}
