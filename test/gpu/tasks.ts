import type { Task } from '../../src/cli/tasks.ts';
import { loadBuiltin } from '../../src/data/builtin.ts';
import type { Dataset } from '../../src/data/dataset.ts';
import { datasets } from '../../src/data/generators.ts';
import { KatmanError } from '../../src/errors.ts';
import { variantName } from '../../src/gpu/kernel.ts';
import { openGpu } from '../../src/gpu/open.ts';
import { kernelText } from '../../src/gpu/pipelines.ts';
import { runKernel } from '../../src/gpu/run.ts';
import { type KernelName, kernels } from '../../src/kernels/index.ts';
import { library } from '../../src/kernels/library.ts';
import { schedule } from '../../src/lab/inputs.ts';
import { selfTest } from '../../src/lab/selfTest.ts';
import type { Initializer } from '../../src/network/initialize.ts';
import { dense } from '../../src/network/layers.ts';
import { adam, corrections, sgd, updateFlags, updateParams } from '../../src/network/optimizer.ts';
import { optimizerOf } from '../../src/session/golden.ts';
import { Network, type NetworkOptions } from '../../src/session/network.ts';
import type { EpochReport, FitOptions, History } from '../../src/session/options.ts';
import { type Prepared, lossFor, outputLayer, prepare, targetsFor } from '../../src/session/prepare.ts';
import type { RunReport } from '../../src/session/training.ts';
import { Random } from '../../src/random.ts';
import { disposeTasks } from './disposeTasks.ts';
import { planTasks } from './planTasks.ts';

export interface TrainInput {
  network: NetworkOptions;
  data: { rows: number; x: Float32Array; y: Float32Array };
  fit: FitOptions;
  parameters?: { w: number[]; b: number[] }[];
  /** How often `fit` is called; once if left out. */
  times?: number;
  /** The plans of several calls of `fit`, one after the other. */
  plans?: FitOptions['plan'][];
}

/** Opens a GPU and a network, and frees both whatever happens. */
async function withNetwork<T>(
  { network: options, parameters }: Pick<TrainInput, 'network' | 'parameters'>,
  work: (network: Network, gpu: Awaited<ReturnType<typeof openGpu>>) => Promise<T>,
): Promise<T> {
  const gpu = await openGpu();
  const network = await Network.create(gpu, options);
  try {
    if (parameters) network.setParameters(parameters);
    return await work(network, gpu);
  } finally {
    network.dispose();
    gpu.dispose();
  }
}

interface BuiltinInput {
  name: string;
  /** Units and activation of each hidden layer. */
  hidden: [number, 'relu' | 'tanh'][];
  fit: FitOptions & { seed: number };
  init?: Initializer;
  standardize?: boolean;
}

/** Trains on one part and judges both. */
async function trainParts(
  data: Dataset,
  { train, test }: Prepared,
  { hidden, fit, init }: Pick<BuiltinInput, 'hidden' | 'fit' | 'init'>,
) {
  const loss = lossFor(data);
  const examples = (part: Dataset) => ({ rows: part.rows, x: part.x, y: targetsFor(part, loss) });
  const layers = [...hidden.map(([units, activation]) => dense(units, activation)), outputLayer(data, loss)];
  const network = { inputs: data.features.length, layers, init: { seed: fit.seed, ...init } };
  return withNetwork({ network }, async (network) => {
    const history = await network.fit(examples(train), { ...fit, loss });
    return {
      stopped: history.stopped,
      loss: history.loss,
      train: await network.evaluate(examples(train), { loss }),
      test: test && (await network.evaluate(examples(test), { loss })),
    };
  });
}

export const tasks: Record<string, Task> = {
  ...disposeTasks,
  ...planTasks,
  /** Every message of the compiler about the raw text and about each variant of a kernel. */
  async compile({ name }: { name: KernelName }) {
    const gpu = await openGpu();
    const kernel = kernels[name];
    const messages = async (code: string) => {
      const { messages } = await gpu.device.createShaderModule({ code }).getCompilationInfo();
      return messages.map(({ type, lineNum, message }) => ({ type, lineNum, message }));
    };
    try {
      const variants: Record<string, Awaited<ReturnType<typeof messages>>> = {};
      for (const on of kernel.variants)
        variants[variantName(name, on)] = await messages(kernelText(kernel, on, library));
      // The file as it lies, with what it includes pasted: directives are comments to the compiler.
      const paste = (text: string, seen: Set<string>): string =>
        text.replace(/^\/\/#include (\w+)$/gm, (_line, file: string) => {
          if (seen.has(file)) return '';
          seen.add(file);
          return paste(library[file], seen);
        });
      return { raw: await messages(paste(kernel.source, new Set())), variants };
    } finally {
      gpu.dispose();
    }
  },

  /** How this device computes. */
  async selfTest() {
    const gpu = await openGpu();
    try {
      return await selfTest(gpu);
    } finally {
      gpu.dispose();
    }
  },

  async runKernel({ name, flags, params, inputs }) {
    const gpu = await openGpu();
    try {
      return await runKernel(gpu, kernels[name as KernelName], { flags, params, inputs, library });
    } finally {
      gpu.dispose();
    }
  },

  /** The same element-wise kernel over more numbers than 65,535 workgroups reach: the first wrong index, or -1. */
  async foldedDispatch({ count }: { count: number }) {
    const gpu = await openGpu();
    try {
      const a = Float32Array.from({ length: count }, (_, i) => i % 1009);
      const y = Float32Array.from({ length: count }, (_, i) => i % 13);
      const { out } = await runKernel(gpu, kernels.outputGrad, {
        params: { m: count, n: 1, delta: 1 },
        inputs: { a, y },
        library,
      });
      return out.findIndex((value, i) => value !== (i % 1009) - (i % 13));
    } finally {
      gpu.dispose();
    }
  },

  /** The parameters after each step of an update rule with given gradients. */
  async optimizer({ p0, grads, run }) {
    const optimizer = optimizerOf({ id: 'optimizers.json', ...run });
    const flags = updateFlags(optimizer);
    const count = p0.length;
    const gpu = await openGpu();
    let state: Record<string, Float32Array> = {
      w: Float32Array.from(p0),
      ...(flags.includes('KEEPS_M') && { m: new Float32Array(count) }),
      ...(flags.includes('KEEPS_V') && { v: new Float32Array(count) }),
    };
    const path: number[] = [];
    try {
      for (let t = 1; t <= grads.length / count; t++) {
        const { m, v } = corrections(optimizer, t);
        state = (await runKernel(gpu, kernels.update, {
          flags,
          params: { count, ...updateParams(optimizer, 'w') },
          inputs: {
            dw: Float32Array.from(grads.slice((t - 1) * count, t * count)),
            ...schedule({ learningRate: optimizer.learningRate, correctionM: m, correctionV: v }),
            ...state,
          },
          library,
        })) as Record<string, Float32Array>;
        path.push(...state.w);
      }
      return path;
    } finally {
      gpu.dispose();
    }
  },

  /** Trains (several times, if told to), and answers history, parameters and predictions. */
  async fit(input: TrainInput, { emit, signal }) {
    return withNetwork(input, async (network) => {
      let history: History | undefined;
      const plans = input.plans ?? Array.from({ length: input.times ?? 1 }, () => input.fit.plan);
      for (const plan of plans)
        history = await network.fit(input.data, { ...input.fit, plan, signal, onProgress: emit });
      return {
        history,
        parameters: await network.parameters(),
        outputs: await network.predict(input.data.x),
        metrics: await network.evaluate(input.data, { loss: input.fit.loss }),
      };
    });
  },

  /** Trains on a built-in set as the command line does, and answers the metrics of its parts. */
  async trainBuiltin({ name, hidden, fit, init, standardize }: BuiltinInput) {
    const { data, testRows } = await loadBuiltin(name);
    return trainParts(data, prepare(data, { testRows, standardize }), { hidden, fit, init });
  },

  /** The accuracy over all rows, each predicted by the network of the fold that kept it out. */
  async crossValidate({ name, hidden, fit, init }: BuiltinInput) {
    const { data, folds } = await loadBuiltin(name);
    let right = 0;
    for (const testRows of folds!) {
      const { test } = await trainParts(data, prepare(data, { testRows }), { hidden, fit, init });
      right += test!.accuracy! * testRows.length;
    }
    return right / data.rows;
  },

  /** Epochs, history and what is left at the end: moons so noisy that a large network learns its rows by heart. */
  async earlyStopping({ patience, schedule }) {
    const { train, test } = datasets.moons({ examples: 60, noise: 0.5 }).split(0.5);
    const epochs: EpochReport[] = [];
    return withNetwork(
      { network: { inputs: 2, layers: [dense(64, 'relu'), dense(1, 'sigmoid')] } },
      async (network) => {
        const history = await network.fit(train, {
          optimizer: adam({ learningRate: 0.05 }),
          epochs: 60,
          batchSize: 30,
          schedule,
          validation: test,
          earlyStopping: patience && { patience },
          onEpochEnd: (report) => void epochs.push(report),
        });
        return { history, epochs, metrics: await network.evaluate(test) };
      },
    );
  },

  /** 60,000 rows of 784 features, which WebGPU's guaranteed limits do not allow in one binding. */
  async manyParts() {
    const gpu = await openGpu({ limits: 'default' });
    const [rows, inputs] = [60_000, 784];
    const random = new Random(1);
    const labels = Uint8Array.from({ length: rows }, () => random.integer() % 10);
    const x = new Float32Array(rows * inputs);
    // A bright bar whose place is the class, on noise.
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < inputs; j += 7) x[i * inputs + j] = random.uniform(0, 0.5);
      x.fill(1, i * inputs + 78 * labels[i], i * inputs + 78 * labels[i] + 40);
    }
    const y = new Float32Array(rows * 10);
    labels.forEach((label, i) => (y[10 * i + label] = 1));
    const network = await Network.create(gpu, { inputs, layers: [dense(10, 'softmax')] });
    try {
      const before = gpu.counts.buffers;
      const history = await network.fit(
        { rows, x, y },
        { steps: 30, batchSize: 128, optimizer: sgd({ learningRate: 0.05 }) },
      );
      const limit = gpu.limits.maxStorageBufferBindingSize;
      return {
        loss: history.loss,
        parts: Math.ceil(x.byteLength / limit),
        buffers: gpu.counts.buffers - before,
      };
    } finally {
      network.dispose();
      gpu.dispose();
    }
  },

  /** What ten thousand steps make on the device after the first, and what is left when all is disposed of. */
  async memory({ steps }: { steps: number }) {
    const gpu = await openGpu();
    const data = datasets.flower({ examples: 400 });
    const network = await Network.create(gpu, { inputs: 2, layers: [dense(4, 'tanh'), dense(1, 'sigmoid')] });
    const seen: (typeof gpu.counts)[] = [];
    const history = await network.fit(data, {
      steps,
      batchSize: 400,
      optimizer: sgd({ learningRate: 1.2 }),
      onProgress: () => void seen.push({ ...gpu.counts }),
    });
    network.dispose();
    const after = { ...gpu.counts };
    gpu.dispose();
    return { steps: history.steps, first: seen[0], last: seen[seen.length - 1], after };
  },

  /** A training driven by runs of so many steps: what each reported and made on the device, and what is left at the end. */
  async drive({ network: options, data, fit, runs }: TrainInput & { runs: (number | 'rest')[] }) {
    return withNetwork({ network: options }, async (network, gpu) => {
      const free = gpu.counts.bytes;
      const progress: number[] = [];
      const training = await network.train(data, {
        ...fit,
        onProgress: ({ step }) => void progress.push(step),
      });
      const made = { ...gpu.counts };
      const reports: RunReport[] = [];
      const counts: (typeof gpu.counts)[] = [];
      for (const steps of runs) {
        reports.push(await training.run(steps === 'rest' ? undefined : steps));
        counts.push({ ...gpu.counts });
      }
      const { history } = training;
      const outputs = await network.predict(data.x);
      training.dispose();
      const parameters = await network.parameters();
      return { reports, made, counts, history, outputs, parameters, progress, left: gpu.counts.bytes - free };
    });
  },

  /** The loss before the first step of a network of zeros, on whole targets 0 to 3, and with one of them more by 2. */
  async firstLosses({ plan, rows, changed }: { plan: FitOptions['plan']; rows: number; changed: number }) {
    const y = Float32Array.from({ length: rows }, (_, i) => i % 4);
    const data = { rows, x: new Float32Array(rows), y };
    const losses: number[] = [];
    for (const more of [0, 2]) {
      y[changed] += more;
      const network = { inputs: 1, layers: [dense(1, 'identity')], init: { kind: 'zeros' as const } };
      await withNetwork({ network }, async (network) => {
        const fit = { loss: 'mse', batchSize: rows, steps: 1, plan, verify: 'never' } as const;
        losses.push((await network.fit(data, fit)).loss[0]);
      });
    }
    return losses;
  },

  /** What a training answers that is misused, and whether the network is free again in the end. */
  async driveWrongly() {
    const gpu = await openGpu();
    const network = await Network.create(gpu, { inputs: 2, layers: [dense(3, 'tanh'), dense(1, 'sigmoid')] });
    const data = datasets.xor();
    const said = (work: Promise<unknown>) =>
      work.then(
        () => 'nothing was thrown',
        (error: Error) => error.message,
      );
    try {
      const training = await network.train(data, { steps: 1000 });
      const none = await said(training.run(0));
      const running = training.run(500);
      const errors: Record<string, string> = {
        none,
        twice: await said(training.run(1)),
        fit: await said(network.fit(data)),
      };
      training.dispose();
      const { stopped, steps } = await running;
      errors.disposed = await said(training.run(1));
      const failing = await network.train(data, {
        onProgress: () => {
          throw new TypeError('from the callback');
        },
      });
      errors.callback = await said(failing.run(5));
      errors.failed = await said(failing.run(5));
      failing.dispose();
      errors.options = await said(network.train(data, { epochs: 0 }));
      const again = await network.fit(data, { steps: 3 });
      return { errors, stopped, steps, again: again.steps };
    } finally {
      network.dispose();
      gpu.dispose();
    }
  },

  /** What each callback heard, with a validation set, and a signal that aborts after some epochs. */
  async callbacks({ abortAfter }: { abortAfter?: number }) {
    const gpu = await openGpu();
    const { train, test } = datasets.moons({ examples: 150 }).split(0.8);
    const network = await Network.create(gpu, { inputs: 2, layers: [dense(8, 'tanh'), dense(1, 'sigmoid')] });
    const abort = new AbortController();
    const epochs: unknown[] = [];
    try {
      const first = await network.fit(train, {
        epochs: 6,
        batchSize: 50,
        validation: test,
        signal: abort.signal,
        onEpochEnd: (report) => {
          epochs.push(report);
          if (report.epoch === abortAfter) abort.abort();
        },
      });
      const again = await network.fit(train, { epochs: 2, batchSize: 50 });
      const aborted = await network.fit(train, { signal: AbortSignal.abort() });
      return { first, again, aborted, epochs, steps: network.steps };
    } finally {
      network.dispose();
      gpu.dispose();
    }
  },

  /** The error that each misuse ends in: its class and message. */
  async misuse() {
    const gpu = await openGpu();
    const network = await Network.create(gpu, { inputs: 2, layers: [dense(3, 'relu'), dense(1, 'sigmoid')] });
    const data = { rows: 4, x: new Float32Array(8), y: new Float32Array(4) };
    const attempts: Record<string, () => Promise<unknown>> = {
      x: () => network.fit({ ...data, x: new Float32Array(7) }),
      y: () => network.fit({ ...data, y: new Float32Array(8) }),
      epochs: () => network.fit(data, { epochs: 0 }),
      batch: () => network.fit(data, { batchSize: -1 }),
      steps: () => network.fit(data, { steps: 1.5 }),
      rate: async () => network.fit(data, { optimizer: sgd({ learningRate: NaN }) }),
      loss: () => network.fit(data, { loss: 'softmaxCrossEntropy' }),
      plan: () => network.fit(data, { plan: 'magic' as never }),
      predict: () => network.predict(new Float32Array(3)),
      parameters: async () => network.setParameters([{ w: [1], b: [1] }]),
      tooLarge: () => Network.create(gpu, { inputs: 65536, layers: [dense(65536, 'relu')] }),
      twice: async () => {
        const first = network.fit(data, { epochs: 1 });
        return network.fit(data, { epochs: 1 }).finally(() => first);
      },
      callback: () =>
        network.fit(data, {
          onEpochEnd: () => {
            throw new TypeError('from the callback');
          },
        }),
    };
    const errors: Record<string, { name: string; message: string; known: boolean }> = {};
    for (const [name, attempt] of Object.entries(attempts)) {
      const error = await attempt().then(
        () => new Error('nothing was thrown'),
        (thrown: Error) => thrown,
      );
      errors[name] = { name: error.name, message: error.message, known: error instanceof KatmanError };
    }
    const batch = await network.fit(data, { batchSize: 100, epochs: 1 });
    const bytesBefore = gpu.counts.bytes;
    network.dispose();
    const bytes = gpu.counts.bytes;
    gpu.dispose();
    return { errors, notes: batch.notes, bytesBefore, bytes };
  },

  /** A device that is destroyed in the middle of a fit. */
  async lostDevice() {
    const gpu = await openGpu();
    const network = await Network.create(gpu, { inputs: 2, layers: [dense(4, 'tanh'), dense(1, 'sigmoid')] });
    let steps = 0;
    try {
      await network.fit(datasets.flower(), {
        steps: 100_000,
        batchSize: 400,
        onProgress: ({ step }) => {
          steps = step;
          if (step > 20) gpu.device.destroy();
        },
      });
      return { error: 'none', steps, counted: network.steps };
    } catch (error) {
      return { error: (error as Error).name, steps, counted: network.steps };
    }
  },
};
