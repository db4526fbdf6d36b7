import type { RunReport } from '../../session/training.ts';
import { lookAt } from './look.ts';
import type { FromWorker, Predicted } from './messages.ts';
import { standardized } from './plane.ts';
import type { Run } from './run.ts';
import { Turn } from './turn.ts';

/** Examples whose predictions the page shows. */
const MOST_PREDICTED = 500;
/** Weights that are read back while training goes on. */
const MOST_WEIGHTS = 2e6;
/** Milliseconds over which steps are counted and timed. */
const SPAN = 400;
/** Milliseconds in which nothing happened, or in which steps were made that take `LONG` times less: it slept. */
const ASLEEP = 1000;
const LONG = 10;

/** What the page gets to know of a run while it trains, each thing as often as it is worth. */
export class Reports {
  /** The hidden layer that is looked at, from 0. */
  layer: number | undefined;
  /** Bytes on the GPU. */
  bytes: () => number = () => 0;
  #run: Run | undefined;
  #number = 0;
  #last: RunReport | undefined;
  /** Steps of this span and what they took on the GPU; and what the span before gave. */
  #span = { steps: 0, gpuTime: 0, since: 0, heard: 0 };
  #speed: { rate: number; gpuPerStep: number | undefined } = { rate: 0, gpuPerStep: undefined };
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
    const now = performance.now();
    this.#span = { steps: 0, gpuTime: 0, since: now, heard: now };
    this.#speed = { rate: 0, gpuPerStep: undefined };
  }

  /** Steps were made. @param took milliseconds */
  made(report: RunReport, took: number): void {
    this.#last = report;
    // A pause, or a machine that was asleep, is not how fast steps are.
    const now = performance.now();
    const expected = (1000 * report.steps) / this.#speed.rate;
    const slept = took - LONG * expected > ASLEEP;
    if (slept || now - took - this.#span.heard > ASLEEP)
      this.#span = { steps: 0, gpuTime: 0, since: slept ? now : now - took, heard: now };
    this.#span.heard = now;
    if (slept) return;
    this.#span.steps += report.steps;
    this.#span.gpuTime += report.gpuTime ?? NaN;
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
    if (run.network.parameterCount > MOST_WEIGHTS) return;
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
    const now = performance.now();
    const { steps, gpuTime, since } = this.#span;
    if (now - since > SPAN) {
      const gpuPerStep = Number.isFinite(gpuTime) && steps ? gpuTime / steps : undefined;
      this.#speed = {
        rate: (1000 * steps) / (now - since),
        gpuPerStep: gpuPerStep ?? this.#speed.gpuPerStep,
      };
      this.#span = { steps: 0, gpuTime: 0, since: now, heard: now };
    }
    const { plan, measured } = run.history;
    const progress = {
      step: run.step,
      batch: { loss: this.#last?.loss ?? NaN, score: this.#last?.accuracy },
      learningRate: this.#last?.learningRate ?? run.experiment.learningRate,
      ...{ ...this.#speed, plan, measured, bytes: this.bytes() },
    };
    this.post({ type: 'progress', run: this.#number, progress });
  }

  async #weights(): Promise<void> {
    const { network, step } = this.#run!;
    if (network.parameterCount > MOST_WEIGHTS) return;
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
