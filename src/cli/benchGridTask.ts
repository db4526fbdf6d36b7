import { KatmanError, MismatchError } from '../errors.ts';
import { openGpu } from '../gpu/open.ts';
import { type Timing, measure } from '../lab/clock.ts';
import { DeviceClock, copyKernel } from '../lab/clock/device.ts';
import { load } from '../lab/clock/load.ts';
import { Model } from '../network/model.ts';
import { sgd } from '../network/optimizer.ts';
import type { Examples } from '../network/residentData.ts';
import { IN_FLIGHT, MOST_STEPS, type SubmitReport } from '../network/submits.ts';
import type { Trainer } from '../network/trainer.ts';
import { Random } from '../random.ts';
import { choiceName } from '../session/choice.ts';
import { type Run, decide, orderAt } from '../session/decide.ts';
import type { FitOptions } from '../session/options.ts';
import { firstChoice, makeVerified, setUp } from '../session/setUp.ts';
import { type Cell, type CostRow, type PlanTime, architectureOf, flopsOf } from './benchGrid.ts';

interface Context {
  emit(done: number): void;
  signal: AbortSignal;
}

/** Shortest sample, in ms: as much as `fit` sends at once, so that the wait for it is small beside it. */
const SPAN = 60;
const TIMEOUT = 60_000;
/** Steps of more operations are not judged by the oracle, which takes seconds for them on the CPU. */
const JUDGED_FLOPS = 1e7;

/** What a dispatch costs that does next to nothing: one workgroup copies a KiB. */
export async function dispatchTask(
  { seconds }: { seconds: number },
  { emit, signal }: Context,
): Promise<Omit<Timing, 'perRound'>> {
  const gpu = await openGpu();
  try {
    const clock = await DeviceClock.open(gpu);
    const inputs = { x: new Float32Array(256) };
    const made = await load(gpu, { kernel: copyKernel(1), flags: [], params: { count: 64 }, inputs });
    try {
      const { timings, dropped } = await measure([clock.contestant('dispatch', made.program)], {
        ...clock.options,
        ...{ budget: 1000 * seconds, signal, onProgress: emit },
      });
      if (!timings.length) throw new KatmanError(`A dispatch could not be timed: ${dropped[0]?.why}`);
      const { perRound: _, ...timing } = timings[0];
      return timing;
    } finally {
      made.dispose();
      clock.dispose();
    }
  } finally {
    gpu.dispose();
  }
}

/** Steps of one cell with each plan that can make them: judged by the oracle where that is quick, then timed. */
export async function cellTask(
  { cell, seconds }: { cell: Cell; seconds: number },
  { emit, signal }: Context,
): Promise<CostRow> {
  const gpu = await openGpu();
  try {
    const model = new Model(gpu, architectureOf(cell));
    const data = examplesOf(cell);
    const verify = flopsOf(cell) <= JUDGED_FLOPS ? 'always' : 'never';
    const options: FitOptions = {
      ...{ optimizer: sgd({ learningRate: 0.001 }), batchSize: cell.batch, seed: 1, verify },
    };
    const run = decide(model, data, options);
    const materials = setUp(model, data, run, options);
    const trainers = new Map<string, Trainer>();
    const plans: PlanTime[] = [];
    for (const plan of ['fused', 'resident'] as const) {
      const choice = firstChoice(model, { ...run, plan }, materials);
      const name = choiceName(choice);
      const note = materials.refusal(plan);
      if (note) plans.push({ plan, name, note });
      else
        try {
          const made = await makeVerified(model, run, options, materials, () => choice, { strictly: true });
          trainers.set(plan, made.trainer!);
          plans.push({ plan, name });
        } catch (error) {
          if (!(error instanceof MismatchError)) throw error;
          plans.push({ plan, name, wrong: error.message });
        }
    }
    const contestants = [...trainers].map(([name, trainer]) => ({
      name,
      run: (count: number) => timeSteps(trainer, count, model, run),
    }));
    const { timings, dropped } = await measure(contestants, {
      ...{ budget: 1000 * seconds * contestants.length, leastSpan: SPAN, timeout: TIMEOUT },
      ...{ leastRounds: 6, mostRounds: 24, precision: 0.05, signal, onProgress: emit },
    });
    gpu.check();
    const timed = plans.map((one): PlanTime => {
      const note = one.note ?? dropped.find(({ name }) => name === one.plan)?.why;
      const found = timings.find(({ name }) => name === one.plan);
      if (!found) return { ...one, note };
      const { perRound: _, ...timing } = found;
      return { ...one, timing };
    });
    const dispatches = trainers.get('fused')?.passes.length;
    return { ...cell, flops: flopsOf(cell), dispatches, plans: timed };
  } finally {
    gpu.dispose();
  }
}

/** One batch: uniform features, classes at random. */
function examplesOf({ batch, width }: Cell): Examples {
  const random = new Random(batch, width);
  const y = new Float32Array(10 * batch);
  for (let i = 0; i < batch; i++) y[10 * i + (random.integer() % 10)] = 1;
  return { rows: batch, x: Float32Array.from({ length: batch * width }, () => random.uniform()), y };
}

/** Makes so many steps, several submits on their way, as `fit` does. @returns ms */
async function timeSteps(trainer: Trainer, count: number, model: Model, run: Run): Promise<number> {
  const origin = model.steps;
  const started = performance.now();
  const pending: Promise<SubmitReport>[] = [];
  const settle = async () => {
    const { sick, steps } = await pending.shift()!;
    if (sick || !steps.every(({ loss }) => Number.isFinite(loss)))
      throw new KatmanError(`training diverged${sick ? ` in ${sick}` : ''}`);
  };
  try {
    for (let sent = 0; sent < count;) {
      // Three submits at least, where there are so many steps.
      const most = Math.min(MOST_STEPS, Math.max(1, Math.ceil(count / IN_FLIGHT)), count - sent);
      pending.push(trainer.run(Array.from({ length: most }, (_, i) => orderAt(origin, sent + i, run, 1))));
      sent += most;
      if (pending.length >= IN_FLIGHT) await settle();
    }
    while (pending.length) await settle();
  } finally {
    await Promise.allSettled(pending);
  }
  return performance.now() - started;
}
