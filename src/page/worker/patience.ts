import { DeviceLostError } from '../../errors.ts';

/** Attempts in a row that may be in vain, and what each waits longer than the one before, in ms. */
const MOST = 4;
const PAUSE = 250;

/** What there is to say when it is over. */
export const IN_VAIN = new DeviceLostError(
  'The GPU was lost again and again, and no step was made in between; take a smaller network, batch or data set, and start again, or load the page again',
);

/** For what may succeed a little later: a GPU process that comes back may go down once more. */
export class Patience {
  #inVain = 0;

  /** It has succeeded. */
  restore(): void {
    this.#inVain = 0;
  }

  /** Waits; false where it is over. */
  async wait(): Promise<boolean> {
    if (++this.#inVain > MOST) return false;
    await new Promise((resolve) => setTimeout(resolve, PAUSE * this.#inVain));
    return true;
  }
}
