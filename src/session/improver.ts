import type { Model } from '../network/model.ts';
import type { Run } from './decide.ts';
import type { Improver, Made } from './equipment.ts';
import type { FitOptions } from './options.ts';
import { rivalsOf } from './rivals.ts';
import type { Materials } from './setUp.ts';
import { keepTuned } from './tuned.ts';
import type { Tuner } from './tuner.ts';

/** What `auto` does while it trains on a GPU; the code that measures is loaded once it is needed. */
export class GpuImprover implements Improver {
  #tuner: Tuner | undefined;
  #hasBegun = false;
  #isClosed = false;
  readonly #stop = new AbortController();

  constructor(
    private made: Made,
    private readonly model: Model,
    private readonly run: Run,
    private readonly options: FitOptions,
    private readonly materials: Materials,
  ) {}

  get isReady(): boolean {
    return this.#tuner?.isReady === true;
  }

  get candidates() {
    return this.#tuner?.candidates ?? [];
  }

  begin(left: Parameters<Improver['begin']>[0]): void {
    if (this.#hasBegun) return;
    this.#hasBegun = true;
    const { made, model, run, options, materials } = this;
    const { gpu, architecture } = model;
    const rivals = rivalsOf(made.choice, gpu, architecture, run.batches.batchSize, options.gpuOnly);
    if (!rivals.length) return;
    const { signal } = this.#stop;
    const begin = async () => {
      const { startTuner } = await import('./tuning.ts');
      if (!this.#isClosed)
        this.#tuner = startTuner(made, { model, run, options, materials, rivals, left, signal });
    };
    // Without it, the training goes on as it began.
    begin().catch(() => {});
  }

  async improve(): Promise<Made> {
    const { model, run, options } = this;
    const tuner = this.#tuner!;
    const abort = () => this.#stop.abort();
    options.signal?.addEventListener('abort', abort, { once: true });
    this.made = await tuner.compare();
    options.signal?.removeEventListener('abort', abort);
    if (tuner.isOver) await keepTuned(model.gpu, model.architecture, run, this.made.choice);
    return this.made;
  }

  dispose(): void {
    this.#isClosed = true;
    this.#tuner?.dispose();
  }
}
