import type { RunReport } from '../../session/training.ts';
import type { Experiment, Story } from '../state/experiment.ts';
import type { FromWorker } from './messages.ts';
import { Pace } from './pace.ts';
import type { Run } from './run.ts';
import { Telling } from './telling.ts';

/** Who hears what became of the steps. */
interface Audience {
  /** Steps were made, and took so many milliseconds. */
  made(report: RunReport, took: number): Promise<void>;
  /** It is time to show what it is time to show, or all of it. */
  show(all?: boolean): Promise<void>;
  /** The network is another one. */
  changed(): Promise<void>;
  /** Nothing more is to come for now. */
  rests(): Promise<void>;
}

type Reason = 'paused' | 'early' | 'diverged' | 'done';

/** Makes the steps of a run: as many as time or speed allow, one, or those of a story that is told again. */
export class Player {
  run: Run | undefined;
  /** Of the run, in answers. */
  number = 0;
  visible = true;
  readonly pace = new Pace();
  readonly telling = new Telling();
  #plays = false;
  #single = 0;
  /** Steps before the run of steps that is on its way, or that was the last. */
  #good = 0;
  /** Why no more steps are to be made, which is yet to be told: a device may be lost before that. */
  #ending: Reason | undefined;

  constructor(
    private readonly post: (message: FromWorker) => void,
    private readonly audience: Audience,
  ) {}

  /** Whether there are steps to be made. */
  get isBusy(): boolean {
    return this.run !== undefined && (this.#plays || this.#single > 0 || this.telling.rest !== undefined);
  }

  /** Begins to tell a story, or goes on where it ends: if `isTold`. */
  begin(story: Story, { plays, isTold }: { plays: boolean; isTold: boolean }): void {
    this.telling.begin(story, { plays, isTold });
    this.#plays = plays && !this.telling.rest;
    this.pace.start();
  }

  play(): void {
    this.#plays = this.run !== undefined;
    this.pace.start();
  }

  pause(): void {
    if (this.#plays || this.telling.rest) this.stop('paused');
  }

  step(): void {
    this.#plays = false;
    this.#single = 1;
  }

  /** Makes some steps, and shows them if it is time to. */
  async advance(): Promise<void> {
    const steps = this.#ending ? 0 : await this.#next();
    if (steps > 0) await this.#make(steps);
    if (this.#ending) return this.#over(this.#ending);
    await this.audience.show();
    await breathe(steps === 0 && this.visible);
  }

  /** Makes no more steps. @param reason as the page is told; undefined: it is not */
  stop(reason: Reason | undefined, notes: readonly string[] = []): void {
    this.#plays = false;
    this.#single = 0;
    this.telling.rest = this.#ending = undefined;
    if (!reason) return;
    const step = this.run?.step ?? 0;
    this.post({ type: 'stopped', run: this.number, reason, step, good: this.#good, notes });
  }

  /** Goes on with other settings; `tells`: the page does not know the step yet. */
  async change(change: Partial<Experiment>, tells = true): Promise<void> {
    const { run } = this;
    if (!run) return;
    const { step } = run;
    const isOther = await run.change(change);
    this.telling.changed(step, change);
    if (tells) this.post({ type: 'changed', run: this.number, step, change });
    this.post({ type: 'ready', run: this.number, summary: run.summary });
    if (isOther) await this.audience.changed();
  }

  /** How many steps to make now; those of a story go on to its next edit. */
  async #next(): Promise<number> {
    if (this.#single > 0) return this.#single;
    const run = this.run!;
    const story = this.telling.rest;
    if (!story) {
      const steps = this.pace.next(this.visible);
      const { stop } = run.experiment;
      return stop && stop > run.step ? Math.min(steps, stop - run.step) : steps;
    }
    while (story.edits.length && story.edits[0].step <= run.step)
      await this.change(story.edits.shift()!.change, false);
    this.post({ type: 'replaying', run: this.number, done: run.step, of: story.steps });
    if (run.step >= story.steps) {
      this.telling.rest = undefined;
      if (story.plays) this.#plays = true;
      else await this.#over('paused');
      return 0;
    }
    const speed = this.pace.speed;
    this.pace.speed = 0;
    const steps = Math.min(
      this.pace.next(this.visible),
      (story.edits[0]?.step ?? story.steps) - run.step,
      story.steps - run.step,
    );
    this.pace.speed = speed;
    return steps;
  }

  async #make(steps: number): Promise<void> {
    const run = this.run!;
    const isSingle = this.#single > 0;
    this.#single = 0;
    const started = performance.now();
    this.#good = run.step;
    const report = await run.advance(steps);
    const took = performance.now() - started;
    if (report.steps > 0) this.pace.took(report.steps, took);
    const { stop } = run.experiment;
    if (report.stopped !== 'done') this.#ending = report.stopped === 'aborted' ? 'paused' : report.stopped;
    else if (stop && run.step >= stop) this.#ending = 'done';
    await this.audience.made(report, took);
    if (isSingle) await this.audience.show(true);
  }

  async #over(reason: Reason): Promise<void> {
    const { divergence, notes } = this.run!.history;
    // The last numbers first: what ends with them is kept with them.
    await this.audience.show(true);
    this.stop(reason, divergence ? [divergence.sentence] : notes);
    await this.audience.rests();
  }
}

/** Lets messages come in; where no step is due, until the next frame. */
function breathe(waits: boolean): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, waits ? 8 : 0));
}
