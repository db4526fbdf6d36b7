import { DeviceLostError, GpuUnavailableError, ShapeError, UsageError } from '../errors.ts';
import type { Gpu } from '../gpu/gpu.ts';
import { openGpu } from '../gpu/open.ts';
import { type Contestant, measure } from '../lab/clock.ts';
import { sgd } from '../network/optimizer.ts';
import type { Examples } from '../network/residentData.ts';
import { Random } from '../random.ts';
import { Network } from '../session/network.ts';
import type { FitOptions, History, PlanName } from '../session/options.ts';
import { type BenchNetwork, stepFlops } from './benchPlan.ts';
import type { CallRow, StepRow } from './benchReceipt.ts';
import { standings } from './benchStandings.ts';

export interface StepRequest {
  readonly network: BenchNetwork;
  readonly plans: readonly PlanName[];
  /** For each plan. */
  readonly seconds: number;
}

/** Steps whose losses have to be the same, but for rounding, whatever the plan. */
const COMPARED = 5;
const CLOSE = 1e-3;
/** Shortest sample, in ms: `fit` has to find its pace in it. */
const SPAN = 300;
/** How far apart the arrivals of two read-backs may be told, in ms. */
const GRID = 1;
const MOST_STEPS = 2 ** 20;
const TIMEOUT = 120_000;

/** A trial of one plan on one network: what kept it from being measured, if anything did. */
type Trial = Pick<StepRow, 'wrong' | 'note'> & { readonly loss?: Float32Array };

/** Steps of training: each plan is judged by the oracle and by the others, then all are timed together. */
export async function stepsTask(
  { network, plans, seconds }: StepRequest,
  { emit, signal }: { emit(done: number): void; signal: AbortSignal },
): Promise<{ rows: StepRow[]; notes: readonly string[] }> {
  const gpu = await openGpu();
  const data = examplesOf(network);
  const trials = new Map<PlanName, Trial>();
  const networks: Network[] = [];
  const contestants: Contestant[] = [];
  let first: Float32Array | undefined;
  try {
    for (const plan of plans) {
      const trial = compareWith(first, await tryPlan(gpu, network, data, plan));
      trials.set(plan, trial);
      if (!trial.loss) continue;
      first ??= trial.loss;
      const made = await Network.create(gpu, network.architecture);
      networks.push(made);
      contestants.push({
        name: plan,
        run: (count, signal) => timeSteps(made, data, { ...methodOf(network), plan, signal }, count),
      });
    }
    const measured = await measure(contestants, {
      ...{ grid: GRID, leastSpan: SPAN, mostRuns: MOST_STEPS, timeout: TIMEOUT },
      ...{ budget: 1000 * seconds * contestants.length, signal, onProgress: emit },
    });
    gpu.check();
    const results = standings(measured, true);
    const rows = plans.map((plan): StepRow => {
      const { wrong, note } = trials.get(plan)!;
      const base = { network: network.name, plan, flops: stepFlops(network), standing: '' as const };
      return wrong || note ? { ...base, wrong, note } : { ...base, ...results(plan) };
    });
    return { rows, notes: measured.notes };
  } finally {
    for (const made of networks) made.dispose();
    gpu.dispose();
  }
}

/** How long the runs of `countCalls` are, in seconds, as far as the first steps tell. */
const CALL_SECONDS = 1.5;

/** What a step asks of the device: the difference of a long and a short run, so that setting up does not count. */
export async function callsTask(
  { network, plans }: Omit<StepRequest, 'seconds'>,
  { emit }: { emit(done: number): void },
): Promise<CallRow[]> {
  const gpu = await openGpu();
  const data = examplesOf(network);
  const rows: CallRow[] = [];
  try {
    for (const plan of plans) {
      const made = await Network.create(gpu, network.architecture);
      const run = async (steps: number) => {
        const before = { ...gpu.counts };
        const history = await made.fit(data, { ...methodOf(network), plan, steps, verify: 'never' });
        const names = Object.keys(before) as (keyof typeof before)[];
        return {
          history,
          counts: Object.fromEntries(names.map((name) => [name, gpu.counts[name] - before[name]])),
        };
      };
      try {
        const { history } = await run(6);
        const long = Math.min(Math.max(Math.round(history.stepsPerSecond * CALL_SECONDS), 12), 20_000);
        const short = Math.round(long / 4);
        const [few, many] = [await run(short), await run(long)];
        // Bytes alive and pipelines are no calls of a step.
        const { bytes: _b, pipelines: _p, ...counted } = many.counts;
        const perStep = Object.fromEntries(
          Object.entries(counted).map(([name, count]) => [name, (count - few.counts[name]) / (long - short)]),
        );
        rows.push({ network: network.name, plan, perStep, steps: [short, long] });
      } catch (error) {
        rows.push({ network: network.name, plan, note: refusal(error) });
      } finally {
        made.dispose();
      }
      emit(rows.length / plans.length);
    }
    return rows;
  } finally {
    gpu.dispose();
  }
}

/** The same for every plan, and small enough that nothing diverges. */
const methodOf = ({ batchSize }: BenchNetwork): FitOptions => ({
  optimizer: sgd({ learningRate: 0.01 }),
  batchSize,
  seed: 1,
});

/** Uniform features; classes at random. */
function examplesOf({ architecture: { inputs, layers }, rows }: BenchNetwork): Examples {
  const random = new Random(rows, inputs);
  const { units } = layers[layers.length - 1];
  const y = new Float32Array(rows * units);
  for (let i = 0; i < rows; i++) {
    if (units === 1) y[i] = random.integer() & 1;
    else y[i * units + (random.integer() % units)] = 1;
  }
  return { rows, x: Float32Array.from({ length: rows * inputs }, () => random.uniform()), y };
}

/** A few steps, the first of them judged by the oracle. */
async function tryPlan(gpu: Gpu, network: BenchNetwork, data: Examples, plan: PlanName): Promise<Trial> {
  const made = await Network.create(gpu, network.architecture);
  try {
    const options: FitOptions = { ...methodOf(network), plan, steps: COMPARED, verify: 'always' };
    const { loss, stopped }: History = await made.fit(data, options);
    return stopped === 'diverged' ? { wrong: 'it diverged within five steps' } : { loss };
  } catch (error) {
    if (error instanceof UsageError || error instanceof ShapeError || error instanceof GpuUnavailableError)
      return { note: refusal(error) };
    if (error instanceof DeviceLostError) throw error;
    return { wrong: (error as Error).message };
  } finally {
    made.dispose();
  }
}

const refusal = (error: unknown) => `refused: ${(error as Error).message}`;

function compareWith(first: Float32Array | undefined, trial: Trial): Trial {
  const { loss } = trial;
  const step = loss?.findIndex((value, i) => !(Math.abs(value / (first ?? loss)[i] - 1) <= CLOSE)) ?? -1;
  if (step < 0) return trial;
  return { wrong: `the loss of step ${step + 1} is ${loss![step]}, and another plan's is ${first![step]}` };
}

/**
 * Trains at least `count` steps and tells what `count` of them take. Only the later two thirds count:
 * before, data goes to the device and `fit` finds out how many steps to send at once.
 * @returns ms
 */
async function timeSteps(
  network: Network,
  data: Examples,
  options: FitOptions,
  count: number,
): Promise<number> {
  const steps = Math.max(Math.ceil(1.5 * count), 4);
  const arrivals = [{ step: 0, at: performance.now() }];
  const onProgress = ({ step }: { step: number }) => void arrivals.push({ step, at: performance.now() });
  const { stopped } = await network.fit(data, { ...options, steps, verify: 'never', onProgress });
  if (stopped !== 'done') throw new Error(`training ended before its time: ${stopped}`);
  const last = arrivals[arrivals.length - 1];
  const settled = arrivals.find(({ step }) => step >= steps / 3 && step < steps) ?? arrivals[0];
  return ((last.at - settled.at) / (last.step - settled.step)) * count;
}
