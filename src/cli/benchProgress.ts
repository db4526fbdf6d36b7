import { Presets, SingleBar } from 'cli-progress';

/** A bar on stderr over several pieces of work; a line now and then where stderr is no terminal. */
export class WorkBar {
  readonly #bar = new SingleBar(
    {
      format: '{bar} {percentage}% | {what}',
      stream: process.stderr,
      barsize: 20,
      hideCursor: true,
      clearOnComplete: false,
      noTTYOutput: true,
      notTTYSchedule: 5000,
      gracefulExit: false,
    },
    Presets.shades_classic,
  );
  #finished = 0;
  #what = '';

  /** @param pieces how many there are */
  constructor(pieces: number) {
    this.#bar.start(pieces, 0, { what: '' });
  }

  /** The next piece has begun. */
  begin(what: string): void {
    this.#what = what;
    this.update(0);
  }

  /** @param done share of this piece */
  update(done: number): void {
    this.#bar.update(this.#finished + Math.min(done, 1), { what: this.#what });
  }

  /** This piece is finished. */
  end(): void {
    this.#finished++;
    this.update(0);
  }

  stop(): void {
    this.#bar.stop();
  }
}
