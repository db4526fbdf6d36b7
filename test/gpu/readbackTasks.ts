import type { Task } from '../../src/cli/tasks.ts';
import { KatmanError } from '../../src/errors.ts';
import type { Gpu } from '../../src/gpu/gpu.ts';
import { openGpu } from '../../src/gpu/open.ts';
import { Program } from '../../src/gpu/program.ts';
import { Readback } from '../../src/gpu/readback.ts';
import { kernels } from '../../src/kernels/index.ts';
import { library } from '../../src/kernels/library.ts';
import { dense } from '../../src/network/layers.ts';
import { Random } from '../../src/random.ts';
import { Network } from '../../src/session/network.ts';
import type { Training } from '../../src/session/training.ts';

/** Numbers in a buffer that is read back. */
const NUMBERS = 64;
const RING = 3;

/** Works on a GPU, and says what nobody waited for: rejections of promises, and errors of the GPU. */
async function watched<T>(work: (gpu: Gpu) => Promise<T>): Promise<T & { unheard: string[]; bytes: number }> {
  const unheard: string[] = [];
  const onRejection = ({ reason }: PromiseRejectionEvent) => void unheard.push(`rejected: ${reason}`);
  globalThis.addEventListener('unhandledrejection', onRejection);
  const gpu = await openGpu();
  gpu.device.addEventListener('uncapturederror', ({ error }) => void unheard.push(error.message));
  try {
    const found = await work(gpu);
    await gpu.device.queue.onSubmittedWorkDone();
    await turn();
    return { ...found, unheard, bytes: gpu.counts.bytes };
  } finally {
    gpu.dispose();
    globalThis.removeEventListener('unhandledrejection', onRejection);
  }
}

const turn = () => new Promise<void>((resolve) => setTimeout(resolve));

/** The class and the message of what a work ends with; undefined if it ends well. */
const failure = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: Error) =>
      `${error instanceof KatmanError ? error.name : `${error.name} of the engine`}: ${error.message}`,
  );

/** A number of `parts` in turn, by name. */
function pick<K extends string>(random: Random, weights: Readonly<Record<K, number>>): K {
  const names = Object.keys(weights) as K[];
  let left = random.uniform(
    0,
    Object.values<number>(weights).reduce((sum, weight) => sum + weight),
  );
  return names.find((name) => (left -= weights[name]) < 0) ?? names[0];
}

export const tasks: Record<string, Task> = {
  /** Copies, reads, second reads and disposals in any order: what came back, and what was refused. */
  readbacks: ({ actions, seed }: { actions: number; seed: number }) =>
    watched(async (gpu) => {
      const random = new Random(seed);
      const source = gpu.upload('source', new Uint32Array(NUMBERS));
      const ring = Array.from({ length: RING }, (_, i) => new Readback(gpu, `ring${i}`, 4 * NUMBERS));
      const reading = new Map<number, Promise<void>>();
      const counts: Record<string, number> = { right: 0, wrong: 0 };
      const refused: Record<string, number> = {};
      const refuse = (message: string) => (refused[message] = (refused[message] ?? 0) + 1);
      const copy = (slot: number) => gpu.submit('copy', (encoder) => ring[slot].copyFrom(encoder, source));
      for (let i = 1; i <= actions; i++) {
        const slot = random.integer() % RING;
        const action = pick(random, { run: 10, again: 2, dispose: 1, wait: 3, turn: 1 });
        counts[action] = (counts[action] ?? 0) + 1;
        if (action === 'run' && !reading.has(slot)) {
          gpu.write(source, new Uint32Array(NUMBERS).fill(i));
          copy(slot);
          const mine = ring[slot].read().then(
            (bytes) => {
              const numbers = new Uint32Array(bytes);
              const right = numbers.length === NUMBERS && numbers.every((number) => number === i);
              counts[right ? 'right' : 'wrong']++;
            },
            (error: Error) => void refuse(`${error.name}: ${error.message}`),
          );
          reading.set(slot, mine);
          void mine.then(() => reading.get(slot) === mine && reading.delete(slot));
        } else if (action === 'again' && reading.has(slot)) {
          const said = await failure(ring[slot].read());
          if (said) refuse(said);
          // While the first is still on its way.
          if (reading.has(slot)) {
            const copied = await failure((async () => copy(slot))());
            if (copied) refuse(copied);
          }
        } else if (action === 'dispose') {
          ring[slot].dispose();
          await reading.get(slot);
          ring[slot] = new Readback(gpu, `ring${slot}`, 4 * NUMBERS);
        } else if (action === 'wait') await reading.get(slot);
        else if (action === 'turn') await turn();
      }
      await Promise.all(reading.values());
      for (const thing of [...ring, { dispose: () => source.destroy() }]) thing.dispose();
      return { counts, refused };
    }),

  /** Trainings, predictions, read-backs of weights and disposals on one device in any order. */
  networks: ({ actions, seed }: { actions: number; seed: number }) =>
    watched(async (gpu) => {
      const random = new Random(seed);
      const rows = 40;
      const x = Float32Array.from({ length: 3 * rows }, () => random.normal());
      const data = { rows, x, y: Float32Array.from({ length: rows }, (_, i) => i % 2) };
      const create = (seed: number) =>
        Network.create(gpu, { inputs: 3, layers: [dense(5, 'tanh'), dense(1, 'sigmoid')], init: { seed } });
      const still = await create(1);
      const wanted = await still.predict(x);
      const weights = JSON.stringify(await still.parameters());
      let moving = await create(2);
      let training: Training | undefined;
      const pending = new Set<Promise<unknown>>();
      const counts: Record<string, number> = { wrong: 0 };
      const refused: Record<string, number> = {};
      const follow = (work: Promise<unknown>) => {
        const mine: Promise<unknown> = failure(work).then((said) => {
          if (said) refused[said] = (refused[said] ?? 0) + 1;
          pending.delete(mine);
        });
        pending.add(mine);
        return mine;
      };
      const check = (right: boolean) => {
        if (!right) counts.wrong++;
      };
      for (let i = 0; i < actions; i++) {
        const action = pick(random, {
          train: 3,
          run: 6,
          predict: 6,
          ask: 4,
          weights: 4,
          close: 3,
          renew: 1,
          turn: 4,
          wait: 1,
        });
        counts[action] = (counts[action] ?? 0) + 1;
        if (action === 'train' && !training)
          training = await moving.train(data, { batchSize: 16, plan: 'textbook', verify: 'never' });
        else if (action === 'run' && training) void follow(training.run(1 + (random.integer() % 20)));
        else if (action === 'predict')
          void follow(still.predict(x).then((got) => check(got.every((value, j) => value === wanted[j]))));
        else if (action === 'ask')
          void follow(moving.predict(x).then((got) => check(got.every((value) => value > 0 && value < 1))));
        else if (action === 'weights')
          void follow(still.parameters().then((got) => check(JSON.stringify(got) === weights)));
        else if (action === 'close') {
          training?.dispose();
          training = undefined;
          // A run that is on its way ends at its next step, and only then the network takes another training.
          await Promise.all(pending);
        } else if (action === 'renew' && !training) {
          await Promise.all(pending);
          moving.dispose();
          moving = await create(i);
        } else if (action === 'turn') await turn();
        else if (action === 'wait') await Promise.all(pending);
      }
      training?.dispose();
      await Promise.all(pending);
      moving.dispose();
      still.dispose();
      return { counts, refused };
    }),

  /** A read-back of what a long work writes, beside that of nothing, which comes before: how often it was all there. */
  async order({ times }: { times: number }) {
    return watched(async (gpu) => {
      const [m, k] = [64, 512];
      const random = new Random(3);
      const whole = (length: number) => Float32Array.from({ length }, () => (random.integer() % 9) - 4);
      const inputs = { a: whole(m * k), b: whole(k * m) };
      const buffers = new Map([
        ['a', gpu.upload('a', inputs.a)],
        ['b', gpu.upload('b', inputs.b)],
        ['out', gpu.buffer('out', 4 * m * m)],
        ['idle', gpu.buffer('idle', 4)],
      ]);
      const pass = {
        ...{ label: 'product', kernel: 'matmul', flags: [], params: { m, k, n: m, scale: 1 } },
        tensors: { a: 'a', b: 'b', out: 'out' },
      };
      const program = await Program.create(gpu, 'product', { kernels, library }, [pass], buffers);
      const [result, idle] = ['out', 'idle'].map((name) => new Readback(gpu, name, buffers.get(name)!.bytes));
      let wanted: string | undefined;
      const found = { right: 0, before: 0 };
      const clear = new Float32Array(m * m).fill(NaN);
      for (let i = 0; i < times; i++) {
        gpu.write(buffers.get('out')!, clear);
        gpu.submit('nothing', (encoder) => idle.copyFrom(encoder, buffers.get('idle')!));
        let isIdleRead = false;
        const reading = idle.read().then(() => (isIdleRead = true));
        gpu.submit('work', (encoder) => {
          const encoded = encoder.beginComputePass({ label: 'work' });
          for (let round = 0; round < 8; round++) program.encode(encoded);
          encoded.end();
          result.copyFrom(encoder, buffers.get('out')!);
        });
        const got = new Float32Array(await result.read());
        if (isIdleRead) found.before++;
        wanted ??= String(product(inputs.a, inputs.b, m, k));
        if (String(got) === wanted) found.right++;
        await reading;
      }
      for (const thing of [program, result, idle]) thing.dispose();
      for (const buffer of buffers.values()) buffer.destroy();
      return found;
    });
  },
};

function product(a: Float32Array, b: Float32Array, m: number, k: number): Float32Array {
  return Float32Array.from({ length: m * m }, (_, index) => {
    let sum = 0;
    for (let i = 0; i < k; i++) sum += a[Math.floor(index / m) * k + i] * b[i * m + (index % m)];
    return sum;
  });
}
