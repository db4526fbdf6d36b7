/** Katman, with any plan. */
import { openGpu } from '../../../../src/gpu/open.ts';
import { Program } from '../../../../src/gpu/program.ts';
import { Readback } from '../../../../src/gpu/readback.ts';
import { loadKernels } from '../../../../src/kernels/load.ts';
import { productFor } from '../../../../src/kernels/product.ts';
import { dense } from '../../../../src/network/layers.ts';
import { sgd } from '../../../../src/network/optimizer.ts';
import { Network } from '../../../../src/session/network.ts';
import type { FitOptions } from '../../../../src/session/options.ts';
import type { Training } from '../../../../src/session/training.ts';
import type { Contestant, Job, MatmulJob, MlpJob } from '../../jobs.ts';

export function createKatman(job: Job, options: Pick<FitOptions, 'plan' | 'gpuOnly'>): Promise<Contestant> {
  return job.kind === 'matmul' ? createProduct(job) : createTraining(job, options);
}

async function createTraining(
  job: MlpJob,
  options: Pick<FitOptions, 'plan' | 'gpuOnly'>,
): Promise<Contestant> {
  const { layers: sizes, hidden, loss, batch, examples, lr } = job;
  const last = sizes.length - 1;
  const layers = sizes
    .slice(1)
    .map((units, l) => dense(units, l + 1 < last ? hidden : loss === 'bce' ? 'sigmoid' : 'softmax'));
  const gpu = await openGpu();
  const network = await Network.create(gpu, { inputs: sizes[0], layers });
  // Every batch is full: the rows that are left over would make a short one.
  const rows = Math.floor(examples / batch) * batch;
  let training: Training;
  return {
    async init(weights, { x, y }) {
      network.setParameters(weights);
      const data = { rows, x: x.subarray(0, rows * sizes[0]), y: y.subarray(0, rows * sizes[last]) };
      const optimizer = sgd({ learningRate: lr });
      training = await network.train(data, { ...options, optimizer, batchSize: batch, shuffle: false });
    },
    async step(n) {
      return (await training.run(n)).loss;
    },
    dispose() {
      training.dispose();
      network.dispose();
      gpu.dispose();
    },
  };
}

/** Products of one submit. */
const AT_ONCE = 16;

async function createProduct({ n }: MatmulJob): Promise<Contestant> {
  const gpu = await openGpu();
  const last = new Readback(gpu, 'last', 4);
  const out = gpu.buffer('out', 4 * n * n);
  let program: Program;
  return {
    async init(_weights, { x, y }) {
      const buffers = new Map([
        ['a', gpu.upload('a', x)],
        ['b', gpu.upload('b', y)],
        ['out', out],
      ]);
      const tensors = { a: 'a', b: 'b', out: 'out' };
      const params = { m: n, k: n, n, scale: 1 };
      const pass = { label: 'product', ...productFor(gpu.adapter, n, n, n), flags: [], params, tensors };
      program = await Program.create(gpu, 'product', await loadKernels([pass]), [pass], buffers);
    },
    async step(times) {
      for (let done = 0; done < times; done += AT_ONCE)
        gpu.submit('products', (encoder) => {
          const pass = encoder.beginComputePass({ label: 'products' });
          for (let i = done; i < Math.min(times, done + AT_ONCE); i++) program.encode(pass);
          pass.end();
          if (done + AT_ONCE >= times) last.copyFrom(encoder, out, 4, 4 * (n * n - 1));
        });
      return new Float32Array(await last.read())[0];
    },
    dispose: () => gpu.dispose(),
  };
}
