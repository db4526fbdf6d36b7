import { stepsPerEpoch } from '../network/schedule.ts';
import { IN_FLIGHT, MOST_STEPS, type StepReport, type SubmitReport } from '../network/submits.ts';
import { type Run, orderAt } from './decide.ts';
import type { Made } from './equipment.ts';
import type { Judge } from './judge.ts';
import type { Recorder } from './recorder.ts';
import type { Watch } from './watch.ts';

/** Sends the steps of a training, in their order, and takes what comes back; whoever makes them may change. */
export class Sender {
  /** Steps sent since the training began. */
  sent = 0;
  /** The last step that came back, until somebody forgets it. */
  last: StepReport | undefined;
  /** What steps took on the GPU, in ms, since somebody set it to 0; undefined where it is not timed. */
  gpuTime: number | undefined;
  /** The submit in which training went wrong, if it did. */
  sick: SubmitReport | undefined;

  /** @param origin the index of the first step of the training */
  constructor(
    private readonly origin: number,
    private readonly run: Run,
    private readonly recorder: Recorder,
    /** What judges the validation rows, if there are some. */
    public judge: Judge | undefined,
    private readonly watch: Watch,
  ) {}

  /**
   * Nothing waits for the step it has just sent: up to three submits are on their way, and this waits for the
   * oldest. Only an epoch whose end decides how to go on (validation, early stopping, a plateau) is finished
   * before the next begins.
   * @param end how many steps are to be sent since the training began
   * @param isOver asked before each submit: whether to send no more
   * @returns when all that was sent is done
   */
  async send(end: number, { runner, pace }: Made, isOver: () => boolean): Promise<void> {
    const { recorder, judge, watch, run, origin } = this;
    const { inFlight = IN_FLIGHT } = runner;
    const perEpoch = stepsPerEpoch(run.batches);
    const pending: Promise<SubmitReport>[] = [];
    const settle = async () => {
      const submit = await pending[0];
      pending.shift();
      pace.arrived(submit.steps.length, performance.now());
      if (recorder.diverged) return;
      if (submit.gpuTime !== undefined) this.gpuTime = (this.gpuTime ?? 0) + submit.gpuTime;
      const before = recorder.steps;
      await recorder.take(submit);
      this.last = submit.steps[recorder.steps - before - 1];
      if (recorder.diverged) this.sick = submit;
    };
    pace.begin(performance.now());
    try {
      while (this.sent < end && !isOver()) {
        const at = origin + this.sent;
        const untilStop = this.#stop(Math.floor(at / perEpoch)) * perEpoch - at;
        const count = Math.min(pace.steps, end - this.sent, untilStop, MOST_STEPS);
        const orders = Array.from({ length: count }, (_, i) =>
          orderAt(origin, this.sent + i, run, watch.reduction),
        );
        const reports = runner.run(orders);
        // Whoever awaits it still sees the error; this only keeps the browser from calling it unhandled.
        reports.catch(() => {});
        pending.push(reports);
        this.sent += count;
        const waits = count === untilStop;
        while (pending.length >= (waits ? 1 : inFlight)) await settle();
        if (!waits || recorder.diverged) continue;
        if (judge) await recorder.judge(await judge.run());
        recorder.seen.early = watch.epoch(recorder.seen.lastEpoch!);
      }
      while (pending.length) await settle();
    } finally {
      await Promise.allSettled(pending);
    }
  }

  /** How many epochs are whole at the next stop: the end of one that is judged, or else of one that is watched. */
  #stop(epoch: number): number {
    if (!this.judge) return this.watch.needed ? epoch + 1 : Infinity;
    while (!this.run.judged(epoch)) epoch++;
    return epoch + 1;
  }
}
