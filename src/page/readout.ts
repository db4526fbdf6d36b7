import type { AdapterDescription } from '../gpu/adapter.ts';
import { NONE, formatCount, formatLoss, formatRate, formatScore } from './format.ts';
import type { Verification } from '../session/verify.ts';
import type { Measure, Point, Progress, Stopped, Summary } from './messages.ts';

/** Everything on the page that is a number or a name; written at most once a frame. */
export class Readout {
  readonly #pending = new Map<string, string>();
  #regression = false;
  #perEpoch = 1;
  #goal = 0;
  #latest: { train?: Measure; test?: Measure } = {};

  /** Names the GPU that computes. */
  adapter({ vendor, architecture, description, kind }: AdapterDescription): void {
    this.#write(
      'adapter',
      [vendor, architecture].filter(Boolean).join(' ') || description || 'unnamed adapter',
    );
    this.#write('adapter-kind', kind === 'unknown' ? 'kind unknown' : kind);
  }

  /** What was measured on the GPU. */
  certificate(lines: readonly string[]): void {
    this.#list('certificate', lines);
  }

  /** A network at step 0. */
  ready({ rows, trainRows, testRows, sizes, classes, parameters, plan, stepsPerEpoch }: Summary): void {
    this.#regression = classes === undefined;
    this.#perEpoch = stepsPerEpoch;
    this.#goal = 0;
    this.#latest = {};
    const name = this.#regression ? 'R²' : 'accuracy';
    this.#write('train-name', `Training ${name}`);
    this.#write('test-name', `Test ${name}`);
    this.#write('score-title', this.#regression ? 'R²' : 'Accuracy');
    this.#write('data-note', `${formatCount(rows)} rows, ${classes ? `${classes} classes` : 'regression'}`);
    this.#write('network-note', sizes.join(' → '));
    this.#write('train-note', `${formatCount(trainRows)} rows`);
    this.#write('test-note', testRows ? `${formatCount(testRows)} rows` : 'none held out');
    this.#write('parameters', formatCount(parameters));
    this.#write('plan', plan);
    this.#write('rate', NONE);
    this.#write('verified', 'not verified yet');
    this.#step(0);
    this.#measures();
  }

  /** What judging a step by the oracle showed. */
  verified({ passed, planned, remembered, routedAround }: Verification): void {
    // What was said of this network before says more.
    if (remembered && document.getElementById('verified')!.textContent!.startsWith('✓')) return;
    const counts = remembered
      ? 'before, on this device'
      : `${passed} of ${planned} results agree with the oracle`;
    const around = routedAround.length ? `, ${routedAround.length} kernel replaced` : '';
    this.#write('verified', `✓ Verified ${counts}${around}`);
  }

  progress({ step, goal, stepsPerSecond, plan, measured, batch, train, test }: Progress): void {
    this.#write('plan', plan);
    if (measured.length) this.#list('measured', measured);
    this.#step(step, goal);
    const last = (points: readonly Point[]) => points[points.length - 1];
    // Before the first epoch has ended, the last batch is all that is known.
    const fromBatch = this.#perEpoch === 1 || step < this.#perEpoch;
    this.#latest.train = last(train) ?? (fromBatch ? batch : this.#latest.train);
    this.#latest.test = last(test) ?? this.#latest.test;
    this.#measures();
    this.#write('rate', formatRate(stepsPerSecond));
  }

  stopped({ step, train, test, reason }: Stopped): void {
    this.#step(step);
    this.#latest = reason === 'diverged' ? { train: { loss: NaN, score: undefined } } : { train, test };
    this.#measures();
  }

  /** @param goal where training ends; left out, it is where it was */
  #step(step: number, goal = this.#goal): void {
    this.#goal = goal;
    const epochs = (steps: number) => formatCount(Math.ceil(steps / this.#perEpoch));
    this.#write('step', formatCount(step));
    this.#write('epoch', goal ? `epoch ${epochs(step)} of ${epochs(goal)}` : 'not trained yet');
    const bar = document.getElementById('progress') as HTMLProgressElement;
    bar.max = Math.max(1, goal);
    bar.value = step;
  }

  #measures(): void {
    const { train, test } = this.#latest;
    this.#write('loss', formatLoss(train?.loss));
    this.#write('test-loss', test ? `test ${formatLoss(test.loss)}` : '');
    this.#write('train-score', formatScore(train?.score, this.#regression));
    this.#write('test-score', formatScore(test?.score, this.#regression));
  }

  #list(id: string, lines: readonly string[]): void {
    const list = document.getElementById(id)!;
    if (
      list.childElementCount === lines.length &&
      list.lastElementChild?.textContent === lines[lines.length - 1]
    )
      return;
    const items = lines.map((line) => Object.assign(document.createElement('li'), { textContent: line }));
    list.replaceChildren(...items);
  }

  #write(id: string, text: string): void {
    if (!this.#pending.size) {
      requestAnimationFrame(() => {
        for (const [id, text] of this.#pending) {
          const element = document.getElementById(id)!;
          if (element.textContent !== text) element.textContent = text;
        }
        this.#pending.clear();
      });
    }
    this.#pending.set(id, text);
  }
}
