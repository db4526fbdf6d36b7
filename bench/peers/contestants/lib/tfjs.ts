/** TensorFlow.js on any backend: `tf.train.sgd().minimize` over variables, the batches cut up and uploaded once. */
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-core/dist/register_all_gradients.js';
import type { Contestant, Job, MatmulJob, MlpJob } from '../../jobs.ts';

export async function createTf(job: Job, backend: string): Promise<Contestant> {
  if (!(await tf.setBackend(backend))) throw new Error(`TensorFlow.js has no backend '${backend}' here`);
  await tf.ready();
  return job.kind === 'matmul' ? createProduct(job) : createTraining(job);
}

function createTraining({ layers, hidden, loss, examples, batch, lr }: MlpJob): Contestant {
  const batches = Math.floor(examples / batch);
  const sgd = tf.train.sgd(lr);
  let parameters: { w: tf.Variable<tf.Rank.R2>; b: tf.Variable }[];
  let xs: tf.Tensor2D[];
  let ys: tf.Tensor2D[];
  let at = 0;

  const lossOf = (x: tf.Tensor2D, y: tf.Tensor2D): tf.Scalar => {
    let h = x;
    parameters.forEach(({ w, b }, l) => {
      h = tf.add(tf.matMul(h, w), b);
      if (l < parameters.length - 1) h = hidden === 'relu' ? tf.relu(h) : tf.tanh(h);
    });
    const { sigmoidCrossEntropy, softmaxCrossEntropy } = tf.losses;
    return (loss === 'bce' ? sigmoidCrossEntropy(y, h) : softmaxCrossEntropy(y, h)) as tf.Scalar;
  };

  return {
    async init(weights, { x, y }) {
      parameters = weights.map(({ w, b }, l) => ({
        w: tf.variable(tf.tensor2d(w, [layers[l], layers[l + 1]])),
        b: tf.variable(tf.tensor1d(b)),
      }));
      const cut = (values: Float32Array, width: number) =>
        Array.from({ length: batches }, (_, i) =>
          tf.tensor2d(values.slice(i * batch * width, (i + 1) * batch * width), [batch, width]),
        );
      xs = cut(x, layers[0]);
      ys = cut(y, layers[layers.length - 1]);
    },
    async step(n) {
      for (let left = n - 1; ; left--) {
        const i = at++ % batches;
        const wanted = left === 0;
        const cost = tf.tidy(() => sgd.minimize(() => lossOf(xs[i], ys[i]), wanted)!);
        if (!wanted) continue;
        const [value] = await cost.data();
        cost.dispose();
        return value;
      }
    },
    dispose() {
      tf.disposeVariables();
      tf.dispose([xs, ys]);
    },
  };
}

function createProduct({ n }: MatmulJob): Contestant {
  let a: tf.Tensor2D;
  let b: tf.Tensor2D;
  return {
    async init(_weights, { x, y }) {
      a = tf.tensor2d(x, [n, n]);
      b = tf.tensor2d(y, [n, n]);
    },
    async step(times) {
      let c = tf.matMul(a, b);
      for (let i = 1; i < times; i++) {
        c.dispose();
        c = tf.matMul(a, b);
      }
      const last = tf.slice(c, [n - 1, n - 1], [1, 1]);
      const [value] = await last.data();
      tf.dispose([c, last]);
      return value;
    },
    dispose: () => tf.dispose([a, b]),
  };
}
