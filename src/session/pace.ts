import { MOST_STEPS } from '../network/trainer.ts';

/** How long one submit should take: short enough to stop and to draw, long enough to be cheap. */
const MS_PER_SUBMIT = 60;

/** How many steps to send at once, learnt from how long the last ones took. */
export class Pace {
  #steps = 1;
  #lastArrival: number | undefined;

  get steps(): number {
    return this.#steps;
  }

  /** The read-back of `steps` steps has come at `now` (ms). */
  arrived(steps: number, now: number): void {
    if (this.#lastArrival !== undefined) {
      const msPerStep = Math.max((now - this.#lastArrival) / steps, 1e-3);
      const wanted = Math.round(MS_PER_SUBMIT / msPerStep);
      // At most twice as many as before: one quick arrival is no proof.
      this.#steps = Math.max(1, Math.min(wanted, this.#steps * 2, MOST_STEPS));
    }
    this.#lastArrival = now;
  }
}
