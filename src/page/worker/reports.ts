import { rateAt } from '../../network/learningRate.ts';
import type { RunReport } from '../../session/training.ts';
import { lookAt } from './look.ts';
import type { FromWorker, Predicted } from './messages.ts';
import { UNBOUNDED, optimizerOf, scheduleOf } from './options.ts';
import { standardized } from './plane.ts';
import type { Run } from './run.ts';
import { Turn } from './turn.ts';

/** Examples whose predictions the page shows. */
const MOST_PREDICTED = 500;
/** Milliseconds over which steps a second are counted. */
const RATE_SPAN = 400;

/** What the page gets to know of a run while it trains, each thing as often as it is worth. */
export class Reports {
  /** The hidden layer that is looked at, from 0. */
  layer: number | undefined;
  /** Bytes on the GPU. */
  bytes: () => number = () => 0;
  #run: Run | undefined;
  #number = 0;
  #last: RunReport | undefined;
  #rate = { steps: 0, since: 0, value: 0, perStep: 0 };
  readonly #often: readonly Turn[];
  readonly #always: readonly Turn[];

  constructor(
    private readonly post: (message: FromWorker) => void,
    draw: () => void | Promise<void>,
  ) {
    this.#often = [
      new Turn(draw, 15, 0.4),
      new Turn(() => this.#weights(), 60, 0.1),
      new Turn(() => this.look(), 400, 0.05),
      new Turn(() => this.#predict(), 700, 0.05),
    ];
    this.#always = [new Turn(() => this.#progress(), 50, 0.1), new Turn(() => this.#judge(), 250, 0.1)];
  }

  /** Tells of another run from now on. */
  follow(run: Run | undefined, number: number): void {
    this.#run = run;
    this.#number = number;
    this.#last = undefined;
    this.#rate = { steps: 0, value: 0, perStep: 0, since: performance.now() };
  }

  /** Steps were made, in so many milliseconds. */
  made(report: RunReport, milliseconds: number): void {
    this.#last = report;
    this.#rate.steps += report.steps;
    this.#rate.perStep = milliseconds / report.steps;
  }

  /** Tells what it is time to tell, or all of it; what nobody sees is not drawn. */
  async tell(visible: boolean, all = false): Promise<void> {
    if (!this.#run) return;
    for (const turn of visible ? this.#often : []) await turn.take(all);
    for (const turn of this.#always) await turn.take(all);
  }

  /** A layer as it is now. */
  async look(): Promise<void> {
    const { layer } = this;
    const run = this.#run;
    if (!run || layer === undefined || layer >= run.network.architecture.layers.length) return;
    const look = lookAt(run.prepared, await run.network.parameters(), layer, run.step);
    this.post({ type: 'look', run: this.#number, look });
  }

  /** What the network says of an example. @param x as the data has it, not standardised */
  async answer(x: Float32Array): Promise<void> {
    const run = this.#run;
    if (!run || x.length !== run.network.architecture.inputs) return;
    const { standardization } = run.prepared.preprocessing;
    this.post({ type: 'answer', outputs: await run.network.predict(standardized(x, standardization)) });
  }

  #progress(): void {
    const run = this.#run!;
    const rate = this.#rate;
    const now = performance.now();
    if (now - rate.since > RATE_SPAN) {
      rate.value = (1000 * rate.steps) / (now - rate.since);
      Object.assign(rate, { steps: 0, since: now });
    }
    const { plan, measured } = run.history;
    const progress = {
      step: run.step,
      batch: { loss: this.#last?.loss ?? NaN, score: this.#last?.accuracy },
      learningRate: learningRate(run),
      ...{ rate: rate.value, perStep: rate.perStep, plan, measured, bytes: this.bytes() },
    };
    this.post({ type: 'progress', run: this.#number, progress });
  }

  async #weights(): Promise<void> {
    const { network, step } = this.#run!;
    this.post({ type: 'weights', run: this.#number, step, layers: await network.parameters() });
  }

  async #judge(): Promise<void> {
    const { step } = this.#run!;
    const judgement = { step, ...(await this.#run!.judge()) };
    this.post({ type: 'judged', run: this.#number, judgement });
  }

  /** What the network makes of the examples that are held out; of classifications. */
  async #predict(): Promise<void> {
    const { prepared, network, step } = this.#run!;
    const { data, train, test } = prepared;
    if (!data.classes) return;
    const part = test ?? train;
    const rows = Math.min(MOST_PREDICTED, part.rows);
    const n = data.features.length;
    const predicted: Predicted = {
      step,
      outputs: await network.predict(part.x.subarray(0, rows * n)),
      x: part.raw.x.slice(0, rows * n),
      labels: Int32Array.from(part.raw.labels().subarray(0, rows)),
    };
    this.post({ type: 'predicted', run: this.#number, predicted });
  }
}

/** The rate of the step to come, as far as it is a matter of schedule. */
function learningRate({ experiment, step, perEpoch }: Run): number {
  const steps = experiment.stop || UNBOUNDED;
  const position = { step: Math.min(step, steps), steps, epoch: Math.floor(step / perEpoch), reduction: 1 };
  return rateAt(optimizerOf(experiment).learningRate, scheduleOf(experiment), position);
}
