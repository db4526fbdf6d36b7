/** Something that is done now and then while training goes on, so that it takes no more than its share of the time. */
export class Turn {
  #next = 0;

  constructor(
    private readonly work: () => void | Promise<void>,
    /** At least so many milliseconds lie between two turns, and so many that this share of the time goes to it. */
    private readonly least: number,
    private readonly share: number,
  ) {}

  /** Does it if its turn has come, or at once. */
  async take(now = false): Promise<void> {
    const started = performance.now();
    if (!now && started < this.#next) return;
    await this.work();
    const ended = performance.now();
    this.#next = ended + Math.max(this.least, (ended - started) / this.share);
  }
}
