import { IN_FLIGHT, MOST_STEPS } from '../network/trainer.ts';

/** How long the work of one submit should take: short enough to stop and to draw, long enough to be cheap. */
const MS_PER_SUBMIT = 60;

/** No browser waits longer before it looks whether a submit is done; Firefox looks every 100 ms. */
const MOST_WAIT = 200;

/**
 * How many steps to send at once, learnt from how long the last ones took. A submit takes its steps
 * and a wait that does not depend on them: in Firefox one step takes 100 ms, and fifty take 110.
 */
export class Pace {
  #steps = 1;
  #lastArrival: number | undefined;
  /** The last arrivals: each alone says little, as several may come at once. */
  readonly #recent: { readonly steps: number; readonly ms: number }[] = [];
  /** The shortest that a submit took: at most its wait and one step. */
  #shortest = Infinity;

  get steps(): number {
    return this.#steps;
  }

  /** The read-back of `steps` steps has come at `now` (ms). */
  arrived(steps: number, now: number): void {
    if (this.#lastArrival !== undefined) {
      this.#recent.push({ steps, ms: now - this.#lastArrival });
      if (this.#recent.length > IN_FLIGHT) this.#recent.shift();
      // At most twice as many as before: one quick arrival is no proof.
      this.#steps = Math.max(1, Math.min(this.#wanted(), this.#steps * 2, MOST_STEPS));
    }
    this.#lastArrival = now;
  }

  #wanted(): number {
    if (this.#recent.length < IN_FLIGHT) return this.#steps;
    const mean = (of: 'steps' | 'ms') => this.#recent.reduce((sum, one) => sum + one[of], 0) / IN_FLIGHT;
    const [steps, ms] = [mean('steps'), mean('ms')];
    this.#shortest = Math.min(this.#shortest, ms);
    // Of single steps nobody can tell what was waiting and what was work.
    if (steps === 1) return ms < MOST_WAIT ? 2 : 1;
    const msPerStep = Math.max((ms - this.#shortest) / (steps - 1), 1e-3);
    const wait = Math.max(0, Math.min(this.#shortest - msPerStep, MOST_WAIT));
    // Work for at least as long as the wait, so that at most half of the time is lost to it.
    return Math.round(Math.max(MS_PER_SUBMIT, wait) / msPerStep);
  }
}
