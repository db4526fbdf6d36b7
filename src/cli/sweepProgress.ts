import { Presets, SingleBar } from 'cli-progress';
import type { SweepEvent } from '../sweep/report.ts';
import { duration } from './progress.ts';

/** A bar on stderr over the trials that are there so far; a line now and then where stderr is no terminal. */
export class SweepBar {
  readonly #bar = new SingleBar(
    {
      format: '{bar} {value}/{total} trials | {running} running{rung}{best} | {left} left',
      stream: process.stderr,
      barsize: 20,
      hideCursor: true,
      noTTYOutput: true,
      notTTYSchedule: 2000,
      etaBuffer: 1,
      gracefulExit: false,
    },
    Presets.shades_classic,
  );
  readonly #running = new Set<string>();
  #begun = 0;
  #started = false;
  #rung = '';
  #best: number | undefined;
  /** Results that were there when it began take no time. */
  #first = 0;

  constructor(
    private readonly higherIsBetter: boolean,
    private readonly counts: () => { finished: number; trials: number },
  ) {}

  hear(event: SweepEvent): void {
    if (event.type === 'note') return this.#say(event.text);
    if (event.type === 'rung' && event.epochs !== undefined)
      this.#rung = ` | ${event.configurations.length} configurations at ${event.epochs} epochs`;
    if (event.type === 'started') {
      this.#running.add(event.trial);
      if (!this.#begun) {
        this.#begun = performance.now();
        this.#first = this.counts().finished;
      }
    }
    if (event.type === 'finished') {
      this.#running.delete(event.trial);
      this.#take(event.value);
    }
    if (event.type !== 'ended') this.#show();
  }

  stop(): void {
    if (this.#started) this.#bar.stop();
    this.#started = false;
  }

  #take(value: number | undefined): void {
    if (value === undefined) return;
    const better =
      this.#best === undefined || (this.higherIsBetter ? value > this.#best : value < this.#best);
    if (better) this.#best = value;
  }

  #show(): void {
    const { finished, trials } = this.counts();
    const done = finished - this.#first;
    const each = (performance.now() - this.#begun) / 1000 / Math.max(done, 1);
    const shown = {
      running: this.#running.size,
      rung: this.#rung,
      best: this.#best === undefined ? '' : ` | best ${Number(this.#best.toPrecision(4))}`,
      left: done > 0 ? duration(each * (trials - finished)) : '?',
    };
    if (!this.#started) this.#bar.start(trials, finished, shown);
    this.#started = true;
    this.#bar.setTotal(trials);
    this.#bar.update(finished, shown);
  }

  #say(text: string): void {
    this.stop();
    process.stderr.write(`${text}\n`);
  }
}
