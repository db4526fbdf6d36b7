import { type Schedule, Plateau } from '../network/learningRate.ts';
import type { Weights } from './equipment.ts';
import type { EarlyStopping, EpochReport, History } from './options.ts';

/** Watches the loss from epoch to epoch: lowers the rate on a plateau, keeps the best weights, says when it is enough. */
export class Watch {
  best: History['best'];
  /** Epochs since it was the best. */
  waited = 0;
  readonly plateau: Plateau | undefined;

  constructor(
    private readonly model: Pick<Weights, 'keepBest' | 'restoreBest'>,
    schedule: Schedule,
    private readonly earlyStopping: EarlyStopping | undefined,
  ) {
    if (schedule.kind === 'plateau') this.plateau = new Plateau(schedule);
  }

  /** Whether every epoch has to be finished before the next begins. */
  get needed(): boolean {
    return this.plateau !== undefined || this.earlyStopping !== undefined;
  }

  /** What the plateau has made of the learning rate. */
  get reduction(): number {
    return this.plateau?.reduction ?? 1;
  }

  /** Hears of an epoch when no step is on its way. Says whether to stop. */
  epoch({ epoch, loss, validation }: EpochReport): boolean {
    const watched = validation?.loss ?? loss;
    this.plateau?.watch(watched);
    if (!this.earlyStopping) return false;
    const { patience, minDelta = 0, restoreBest = true } = this.earlyStopping;
    if (watched < (this.best?.loss ?? Infinity) - minDelta) {
      this.best = { epoch, loss: watched };
      this.waited = 0;
      if (restoreBest) this.model.keepBest();
      return false;
    }
    return ++this.waited >= patience;
  }

  /** Ends with the best weights, if any were kept. */
  finish(): void {
    this.model.restoreBest();
  }
}
