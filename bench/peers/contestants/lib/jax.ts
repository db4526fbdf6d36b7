/** jax-js on any device: loss, gradients and update of a step are one `jit`. */
import {
  type Device,
  blockUntilReady,
  defaultDevice,
  init,
  jit,
  nn,
  numpy as np,
  tree,
  valueAndGrad,
} from '@jax-js/jax';
import type { Contestant, Job, MatmulJob, MlpJob } from '../../jobs.ts';

type Parameters = { w: np.Array; b: np.Array }[];

/** Steps between two waits: it is lazy, and kernels that nobody waits for pile up. */
const EVERY = Number(new URLSearchParams(location.search).get('every') ?? 10);

export async function createJax(job: Job, device: Device): Promise<Contestant> {
  if (!(await init(device)).includes(device)) throw new Error(`jax-js has no device '${device}' here`);
  defaultDevice(device);
  return job.kind === 'matmul' ? createProduct(job) : createTraining(job);
}

function createTraining({ layers, hidden, loss, examples, batch, lr }: MlpJob): Contestant {
  const batches = Math.floor(examples / batch);
  let parameters: Parameters;
  let xs: np.Array[];
  let ys: np.Array[];
  let at = 0;

  const lossOf = (params: Parameters, x: np.Array, y: np.Array): np.Array => {
    let h = x;
    params.forEach(({ w, b }, l) => {
      h = np.dot(h, w).add(b);
      if (l < params.length - 1) h = hidden === 'relu' ? nn.relu(h) : np.tanh(h);
    });
    if (loss === 'softmax')
      return nn
        .logSoftmax(h)
        .mul(y)
        .sum()
        .mul(-1 / batch);
    // softplus(z) - z y is the cross-entropy of sigmoid(z).
    return nn.softplus(h.ref).sub(h.mul(y)).mean();
  };
  const train = jit((params: Parameters, x: np.Array, y: np.Array): [Parameters, np.Array] => {
    const [value, grads] = valueAndGrad(lossOf)(tree.ref(params), x, y) as unknown as [np.Array, Parameters];
    const descend = (p: np.Array, dp: np.Array) => p.sub(dp.mul(lr));
    return [params.map(({ w, b }, l) => ({ w: descend(w, grads[l].w), b: descend(b, grads[l].b) })), value];
  });

  return {
    async init(weights, { x, y }) {
      parameters = weights.map(({ w, b }, l) => ({
        w: np.array(w).reshape([layers[l], layers[l + 1]]),
        b: np.array(b),
      }));
      const cut = (values: Float32Array, width: number) =>
        Array.from({ length: batches }, (_, i) =>
          np.array(values.slice(i * batch * width, (i + 1) * batch * width)).reshape([batch, width]),
        );
      xs = cut(x, layers[0]);
      ys = cut(y, layers[layers.length - 1]);
    },
    async step(n) {
      for (let left = n - 1; ; left--) {
        const i = at++ % batches;
        const [next, value] = train(parameters, xs[i].ref, ys[i].ref);
        parameters = next;
        if (left === 0) {
          await blockUntilReady(parameters);
          return (await value.data())[0];
        }
        value.dispose();
        if (left % EVERY === 0) await blockUntilReady(parameters);
      }
    },
    dispose: () => tree.dispose([parameters, xs, ys]),
  };
}

function createProduct({ n }: MatmulJob): Contestant {
  const product = jit((a: np.Array, b: np.Array) => np.matmul(a, b));
  let a: np.Array;
  let b: np.Array;
  return {
    async init(_weights, { x, y }) {
      a = np.array(x).reshape([n, n]);
      b = np.array(y).reshape([n, n]);
    },
    async step(times) {
      // An array that is dropped unread is never computed: each is waited for.
      const all = Array.from({ length: times }, () => product(a.ref, b.ref));
      await blockUntilReady(all);
      const [value] = await all
        .pop()!
        .slice(n - 1, n - 1)
        .data();
      tree.dispose(all);
      return value;
    },
    dispose: () => tree.dispose([a, b]),
  };
}
