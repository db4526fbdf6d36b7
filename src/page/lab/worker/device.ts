import type { AdapterDescription } from '../../../gpu/adapter.ts';
import type { Gpu } from '../../../gpu/gpu.ts';
import { openGpu } from '../../../gpu/open.ts';

/** How long the next text waits for what was left behind, in ms: its loops are cut short, so that it does end. */
const LONGEST_WAIT = 30_000;

/** The device of the lab: apart from that of any training, and left alone for ever once a text hangs on it. */
export class Bench {
  #gpu: Promise<Gpu> | undefined;
  /** Settles when the device that was left behind has ended its work. */
  #left: Promise<unknown> = Promise.resolve();

  constructor(private readonly onOpen: (adapter: AdapterDescription) => void) {}

  /** @throws GpuUnavailableError */
  async open(): Promise<Gpu> {
    if (!this.#gpu) {
      // While the old one computes, the next text would be found slow, or even endless, for no fault of its own.
      await Promise.race([this.#left, new Promise((resolve) => setTimeout(resolve, LONGEST_WAIT))]);
      this.#left = Promise.resolve();
      const opening = openGpu();
      this.#gpu = opening;
      opening.catch(() => this.abandon());
      const gpu = await opening;
      this.onOpen(gpu.adapter);
      void gpu.lost.then(() => {
        if (this.#gpu === opening) this.abandon();
      });
    }
    const gpu = await this.#gpu;
    try {
      gpu.check();
      return gpu;
    } catch {
      // It has refused a call, and would go on saying so.
      this.abandon();
      return this.open();
    }
  }

  /**
   * Lets go of the device without destroying it: while an endless dispatch is on it, to destroy it would stop every
   * page of the browser. The next job opens another.
   */
  abandon(): void {
    const left = this.#gpu;
    this.#gpu = undefined;
    if (left) this.#left = left.then(({ device }) => device.queue.onSubmittedWorkDone()).catch(() => {});
  }
}
