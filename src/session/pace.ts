import { IN_FLIGHT, MOST_STEPS } from '../network/submits.ts';

/** How long the work of one submit should take: short enough to stop and to draw, long enough to be cheap. */
const MS_PER_SUBMIT = 60;

/** No browser waits longer before it notices that a submit is done; Firefox takes some 100 ms. */
const MOST_WAIT = 200;

/**
 * How many steps to send at once, learnt from how long the last ones took. A submit takes its steps
 * and a wait that does not depend on them: in Firefox one step takes 100 ms, and fifty take 150. So a
 * submit may take longer where even the shortest ones do, and the wait is not the most of it.
 */
export class Pace {
  #steps = 1;
  #lastArrival: number | undefined;
  /** What the last submits took: each alone says little, as several may arrive at once. */
  readonly #recent: number[] = [];
  /** The shortest that submits took, roughly: their wait, and at least one step. */
  #least: number | undefined;

  get steps(): number {
    return this.#steps;
  }

  /** Steps are sent again from `now` (ms) on: the time since the last ones was no work. */
  begin(now: number): void {
    if (this.#lastArrival !== undefined) this.#lastArrival = now;
  }

  /** The read-back of `steps` steps has come at `now` (ms). */
  arrived(steps: number, now: number): void {
    if (this.#lastArrival !== undefined) this.#learn(steps, now - this.#lastArrival);
    this.#lastArrival = now;
  }

  #learn(steps: number, took: number): void {
    this.#recent.push(took);
    if (this.#recent.length < IN_FLIGHT) return;
    if (this.#recent.length > IN_FLIGHT) this.#recent.shift();
    const ms = Math.max(this.#recent.reduce((sum, one) => sum + one, 0) / IN_FLIGHT, 1e-3);
    this.#least ??= ms;
    // Slowly: on a busy machine the same work takes now half, now twice its time.
    if (steps === 1 || ms < this.#least) this.#least += (ms - this.#least) / 8;
    const aim = MS_PER_SUBMIT + 1.5 * Math.min(this.#least, MOST_WAIT);
    // At most twice as many as before: one quick arrival is no proof.
    this.#steps = Math.max(1, Math.min(Math.round((steps * aim) / ms), this.#steps * 2, MOST_STEPS));
  }
}
