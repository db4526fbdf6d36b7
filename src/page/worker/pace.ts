/** Milliseconds that a run may take: an answer to the page waits for no longer than one. */
const SPAN = { visible: 30, hidden: 200 };
/** More than a second behind, and the rest is let go. */
const MOST_OWED_MS = 250;

/** How many steps the next run has: as many as the time allows, or as the chosen speed asks for. */
export class Pace {
  #speed = 0;
  #perStep = 1;
  #last = performance.now();
  #owed = 0;

  /** Steps a second that are wanted; 0: as many as there can be. */
  get speed(): number {
    return this.#speed;
  }

  set speed(speed: number) {
    this.#speed = speed;
    this.#owed = Math.min(this.#owed, 1);
  }

  /** Forgets what was not done in time: before play begins. */
  start(): void {
    this.#last = performance.now();
    this.#owed = 1;
  }

  /** What a run of so many steps took. */
  took(steps: number, milliseconds: number): void {
    const perStep = milliseconds / steps;
    // A compilation is not the speed.
    this.#perStep = 0.5 * this.#perStep + 0.5 * Math.min(perStep, 4 * this.#perStep + 1);
  }

  /** Steps of the next run; 0: none is due yet. */
  next(visible: boolean): number {
    const most = Math.max(1, Math.floor(SPAN[visible ? 'visible' : 'hidden'] / this.#perStep));
    if (this.#speed === 0) return most;
    const now = performance.now();
    this.#owed += (this.#speed * Math.min(now - this.#last, MOST_OWED_MS)) / 1000;
    this.#last = now;
    const steps = Math.min(most, Math.floor(this.#owed));
    this.#owed = Math.min(this.#owed - steps, Math.max(1, this.#speed / 4));
    return steps;
  }
}
