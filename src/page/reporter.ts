import type { EpochReport, Progress as FitProgress } from '../session/options.ts';
import { describeCandidate } from '../session/tuner.ts';
import type { Measure, Point, Progress } from './messages.ts';

/** Messages come no closer together than this: about two frames. */
const MS_BETWEEN = 33;
/** Most epochs in one message; a fast GPU ends a thousand of them between two. */
const MOST_POINTS = 64;

/** Gathers what `fit` reports, and passes it on a few times a second. */
export class Reporter {
  #train: Point[] = [];
  #test: Point[] = [];
  #latest: FitProgress | undefined;
  #sent = -Infinity;

  constructor(
    /** Steps before this training, where it ends, and the steps of an epoch. */
    private readonly run: { readonly start: number; readonly goal: number; readonly perEpoch: number },
    private readonly send: (progress: Progress) => void,
  ) {}

  /** An epoch has ended; `measured` is better than the means of its batches. */
  epoch({ epoch, loss, accuracy, validation }: EpochReport, measured?: Measure): void {
    const step = epoch * this.run.perEpoch;
    this.#train.push({ step, ...(measured ?? { loss, score: accuracy }) });
    if (validation)
      this.#test.push({ step, loss: validation.loss, score: validation.accuracy ?? validation.r2 });
  }

  /** A read-back has come. */
  step(progress: FitProgress): void {
    this.#latest = progress;
    if (performance.now() - this.#sent >= MS_BETWEEN) this.flush();
  }

  /** Sends what has not been sent. */
  flush(): void {
    if (!this.#latest) return;
    const { step, epoch, loss, accuracy, stepsPerSecond, plan, candidates } = this.#latest;
    const now = this.run.start + step;
    this.send({
      step: now,
      goal: this.run.goal,
      epoch,
      stepsPerSecond,
      plan,
      measured: candidates.map(describeCandidate),
      batch: { step: now, loss, score: accuracy },
      train: thin(this.#train),
      test: thin(this.#test),
    });
    this.#train = [];
    this.#test = [];
    this.#sent = performance.now();
  }
}

/** Evenly chosen points, always with the last. */
function thin(points: readonly Point[]): readonly Point[] {
  const stride = Math.ceil(points.length / MOST_POINTS);
  return points.filter((_, i) => (points.length - 1 - i) % stride === 0);
}
