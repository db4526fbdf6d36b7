import { Chart, type LineName } from './chart.ts';
import { formatCount, formatLoss, formatScore } from './format.ts';
import type { Measure, Progress, Stopped, Summary } from './messages.ts';
import { ceilNice, floorNice } from './ticks.ts';
import { Trace } from './trace.ts';

/** The two charts of a training, loss and accuracy (or R2): each epoch, the test, and single batches. */
export class Curves {
  readonly #traces: Record<LineName, Trace> = { batch: new Trace(), test: new Trace(), train: new Trace() };
  readonly #loss: Chart;
  readonly #score: Chart;
  #summary: Summary | undefined;
  #wanted = false;

  constructor(
    private readonly lossFigure: HTMLElement,
    private readonly scoreFigure: HTMLElement,
  ) {
    this.#loss = new Chart(lossFigure, {
      lines: ['batch', 'test', 'train'],
      value: ({ loss }) => loss,
      range: lossRange,
      format: (value) => (value > 0 && value < 1e-3 ? value.toExponential(0) : String(+value.toPrecision(3))),
    });
    // Without the batches: the accuracy of a few rows jumps so far that it hides the rest.
    this.#score = new Chart(scoreFigure, {
      lines: ['test', 'train'],
      value: ({ score }) => score,
      range: scoreRange,
      format: (value) => (this.#regression ? `${+value.toFixed(2)}` : `${+(100 * value).toFixed(1)}\u00a0%`),
    });
  }

  /** Empties the charts for another network. */
  reset(summary: Summary): void {
    this.#summary = summary;
    for (const trace of Object.values(this.#traces)) trace.clear();
    for (const figure of [this.lossFigure, this.scoreFigure]) {
      figure.classList.toggle('no-batch', !this.#hasBatches);
      figure.classList.toggle('no-test', summary.testRows === 0);
    }
    this.#draw();
    this.describe();
  }

  /** Takes the next points; they are drawn with the next frame. */
  add({ batch, train, test }: Progress): void {
    if (this.#hasBatches) this.#traces.batch.add(batch);
    for (const point of train) this.#traces.train.add(point);
    for (const point of test) this.#traces.test.add(point);
    this.#draw();
  }

  /** The end of a training, which may lie between two epochs. */
  stopped({ step, test }: Stopped): void {
    if (test && (this.#traces.test.last?.step ?? 0) < step) this.#traces.test.add({ step, ...test });
    this.#draw();
    this.describe();
  }

  set log(log: boolean) {
    this.#loss.log = log;
  }

  /** Takes the colours anew. */
  restyle(): void {
    this.#loss.restyle();
    this.#score.restyle();
  }

  /** Says in words what the charts show: for those who do not see them, so not with every frame. */
  describe(): void {
    const { train, test } = this.#traces;
    const [first] = train.points;
    const say = (figure: HTMLElement, name: string, format: (measure: Measure) => string) => {
      const words = first
        ? `training from ${format(first)} at step ${formatCount(first.step)} to ${format(train.last!)} at step ${formatCount(train.last!.step)}`
        : 'nothing trained yet';
      const tested = test.last ? `, test ${format(test.last)}` : '';
      figure.querySelector('.plot')!.setAttribute('aria-label', `${name} against steps: ${words}${tested}`);
    };
    say(this.lossFigure, 'Loss', ({ loss }) => formatLoss(loss));
    say(this.scoreFigure, this.#regression ? 'R²' : 'Accuracy', ({ score }) =>
      formatScore(score, this.#regression),
    );
  }

  get #regression(): boolean {
    return this.#summary !== undefined && this.#summary.classes === undefined;
  }

  /** A batch of all rows is the epoch: its line would be drawn twice. */
  get #hasBatches(): boolean {
    return this.#summary !== undefined && this.#summary.stepsPerEpoch > 1;
  }

  #draw(): void {
    if (this.#wanted) return;
    this.#wanted = true;
    requestAnimationFrame(() => {
      this.#wanted = false;
      const { batch, test, train } = this.#traces;
      const lines = { batch: batch.points, test: test.points, train: train.points };
      const steps = Math.max(...[batch, test, train].map(({ last }) => last?.step ?? 0));
      this.#loss.show(lines, steps);
      this.#score.show(lines, steps);
    });
  }
}

function lossRange(low: number | null, high: number | null, log: boolean): [number, number] {
  if (low === null || high === null) return log ? [0.1, 1] : [0, 1];
  if (!log) return [0, ceilNice(Math.max(high, 1e-30))];
  const bottom = floorNice(low);
  const top = ceilNice(high);
  return top > bottom ? [bottom, top] : [bottom / 2, top * 2];
}

/** Up to 1, and down to a round number that leaves the line in sight. */
function scoreRange(low: number | null): [number, number] {
  const grain = low === null || low < 0.6 ? 5 : 10;
  return [Math.max(-1, Math.min(0.9, Math.floor(grain * (low ?? 0) + 1e-9) / grain)), 1];
}
