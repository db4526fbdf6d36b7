import { UsageError } from '../errors.ts';
import { adapterName } from '../gpu/adapter.ts';
import { variantName } from '../gpu/kernel.ts';
import { PassTimer, WallTimer } from '../gpu/timing.ts';
import type { Model } from '../network/model.ts';
import type { Phase } from '../network/plan.ts';
import type { Examples } from '../network/residentData.ts';
import { StepPasses } from '../network/stepPasses.ts';
import type { Order } from '../network/submits.ts';
import { type GpuChoice, choiceName } from './choice.ts';
import { decide, orderAt } from './decide.ts';
import type { FitOptions } from './options.ts';
import { firstChoice, setUp } from './setUp.ts';

/** What one pass of a step takes. */
export interface PassTime {
  /** `forward/layer1/z` */
  readonly label: string;
  readonly phase: Phase;
  /** `matmul [BIAS]` */
  readonly kernel: string;
  /** Of one dispatch on the GPU, in ms: a median. */
  readonly time: number;
  /** Of the sum over all passes. */
  readonly share: number;
}

/** Where the time of a training step goes: plain data, which can be sent from a worker. */
export interface StepProfile {
  /** What makes the steps, in a few words. */
  readonly plan: string;
  readonly adapter: string;
  /** Rows of the batch. */
  readonly rows: number;
  /** `wall`: there are no timestamps here, and the times are estimates of the page's own clock. */
  readonly clock: 'timestamps' | 'wall';
  /** In the order of the step. */
  readonly passes: readonly PassTime[];
  /** All passes one after the other, in ms: what their own times add up to, but for what it costs to begin one. */
  readonly step: number;
}

export interface ProfileOptions extends FitOptions {
  /** What makes the steps; that with which the training would begin if left out. */
  readonly choice?: GpuChoice;
  /** The page's own clock even where there are timestamps. */
  readonly wall?: boolean;
}

/** Timestamps come in ticks of up to 0.1 ms: a pass is repeated until it takes many of them, in ms. */
const LONG = 2;
const MOST_REPEATS = 256;
const ROUNDS = 5;

/**
 * Times every pass of the step that a training with these options would make now, each repeated in a compute pass of its
 * own. Weights and moments stay as they are: all is done on a copy.
 * @throws UsageError if the plan cannot train this network
 */
export async function profileStep(
  model: Model,
  data: Examples,
  { choice: wanted, wall = false, ...options }: ProfileOptions,
): Promise<StepProfile> {
  const run = decide(model, data, options);
  const materials = setUp(model, data, run, options);
  try {
    const choice = wanted ?? firstChoice(model, run, materials);
    const refusal = materials.refusal(choice.plan);
    if (refusal) throw new UsageError(`The plan '${choice.plan}' cannot train this: ${refusal}`);
    const rows = run.batches.batchSize;
    const passes = await StepPasses.create(model, materials.resident, { ...run.method, ...choice, rows });
    try {
      const order = { ...orderAt(model.steps, 0, run, 1), first: 0, rows };
      let { clock, times } = await timesOf(model, passes, order, wall);
      // Timestamps that stand still say nothing.
      if (!(times[times.length - 1] > 0)) ({ clock, times } = await timesOf(model, passes, order, true));
      const sum = times.slice(0, -1).reduce((all, time) => all + time, 0);
      return {
        plan: choiceName(choice),
        adapter: adapterName(model.gpu.adapter),
        ...{ rows, clock, step: times[times.length - 1] },
        passes: passes.passes.map(({ phase, pass }, i) => ({
          ...{ label: pass.label, phase, time: times[i], share: sum > 0 ? times[i] / sum : 0 },
          kernel: variantName(pass.kernel, pass.flags),
        })),
      };
    } finally {
      passes.dispose();
    }
  } finally {
    materials.resident.dispose();
  }
}

/** What each pass takes, and behind them all together, in ms. */
async function timesOf(
  model: Model,
  passes: StepPasses,
  order: Order,
  wall: boolean,
): Promise<{ clock: StepProfile['clock']; times: number[] }> {
  const count = passes.passes.length;
  const encode = (encoder: GPUComputePassEncoder, index: number, repeats: number) => {
    for (let i = 0; i < repeats; i++)
      if (index < count) passes.encode(encoder, index);
      else for (let pass = 0; pass < count; pass++) passes.encode(encoder, pass);
  };
  const timer = wall ? undefined : PassTimer.create(model.gpu, count + 1);
  const labelOf = (index: number) => passes.passes[index]?.pass.label ?? 'step';
  const measure = timer
    ? stamped(timer, encode, labelOf)
    : onWall(new WallTimer(model.gpu), encode, count + 1);
  try {
    let repeats = Array<number>(count + 1).fill(1);
    const round = async () => {
      passes.begin(order);
      return measure.take(repeats);
    };
    // What takes no whole tick is repeated sixteen times as often, until it does.
    for (let tried = 0; tried < 3; tried++) {
      const took = await round();
      repeats = repeats.map((now, i) =>
        Math.max(now, Math.min(MOST_REPEATS, Math.ceil((now * LONG) / Math.max(took[i], LONG / 16)))),
      );
    }
    const rounds: number[][] = [];
    for (let i = 0; i < ROUNDS; i++) rounds.push(await round());
    const times = repeats.map((now, i) => median(rounds.map((took) => took[i])) / now);
    return { clock: timer ? 'timestamps' : 'wall', times };
  } finally {
    measure.dispose();
  }
}

type Encode = (encoder: GPUComputePassEncoder, index: number, repeats: number) => void;

interface Measure {
  /** Milliseconds of each, repeated so often. */
  take(repeats: readonly number[]): Promise<number[]>;
  dispose(): void;
}

function stamped(timer: PassTimer, encode: Encode, labelOf: (index: number) => string): Measure {
  return {
    async take(repeats) {
      const stamps = await timer.run((encoder, index) => encode(encoder, index, repeats[index]), labelOf);
      // A device may set its clock back.
      return repeats.map((_, i) => Math.max(0, stamps[2 * i + 1] - stamps[2 * i]) / 1e6);
    },
    dispose: () => timer.dispose(),
  };
}

/** Without what it takes to submit nothing and wait for it. */
function onWall(timer: WallTimer, encode: Encode, count: number): Measure {
  return {
    async take(repeats) {
      const took: number[] = [];
      for (let i = 0; i < count; i++) {
        const idle = await timer.run(() => {});
        const busy = await timer.run((encoder) => encode(encoder, i, repeats[i]));
        took.push(Math.max(0, busy - idle));
      }
      return took;
    },
    dispose: () => timer.dispose(),
  };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}
