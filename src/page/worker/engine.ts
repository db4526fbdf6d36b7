import { DeviceLostError } from '../../errors.ts';
import type { Edit, Experiment, Story } from '../state/experiment.ts';
import { Device } from './device.ts';
import type { FromWorker, Ground, Own, Plane, ToWorker } from './messages.ts';
import { TooLargeError } from './nets.ts';
import { Pace } from './pace.ts';
import { groundOf, pointsOn, usualPlane } from './plane.ts';
import { Reports } from './reports.ts';
import { Run } from './run.ts';
import { Stage } from './stage.ts';

/** Everything that the worker does: it hears messages between two runs of steps, and shows what became of them. */
export class Engine {
  #run: Run | undefined;
  #number = 0;
  #own: Own | undefined;
  #plays = false;
  #single = 0;
  #visible = true;
  /** Steps before the run of steps that is on its way, or that was the last. */
  #good = 0;
  #plane: Plane | undefined;
  /** The plane of this run's data, as it is shown. */
  #ground: Ground | undefined;
  /** The rest of a story that is told again: edits to come, and where it ends. */
  #story: { edits: Edit[]; steps: number; plays: boolean } | undefined;
  readonly #pace = new Pace();
  readonly #stage = new Stage();
  readonly #reports: Reports;
  readonly #device: Device;

  constructor(private readonly post: (message: FromWorker) => void) {
    this.#reports = new Reports(post, () => this.#stage.draw());
    this.#device = new Device(post, (error) => this.#fail(error));
    this.#reports.bytes = () => this.#device.gpu?.counts.bytes ?? 0;
  }

  /** Whether there are steps to be made. */
  get isBusy(): boolean {
    return this.#run !== undefined && (this.#plays || this.#single > 0 || this.#story !== undefined);
  }

  /** Answers one message. */
  async hear(message: ToWorker): Promise<void> {
    try {
      await this.#hear(message);
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Makes some steps, and shows them if it is time to. */
  async advance(): Promise<void> {
    try {
      const steps = await this.#next();
      if (steps > 0) await this.#make(steps);
      await this.#show();
      await breathe(steps === 0 && this.#visible);
    } catch (error) {
      this.#fail(error);
    }
  }

  async #hear(message: ToWorker): Promise<void> {
    switch (message.type) {
      case 'limits':
        this.#device.limits = message.limits;
        return;
      case 'start':
        return this.#start(message);
      case 'change':
        await this.#change(message.change);
        return this.#show(true);
      case 'play':
        this.#plays = this.#run !== undefined;
        return this.#pace.start();
      case 'pause':
        await this.#show(true);
        return this.#plays || this.#story ? this.#stop('paused') : undefined;
      case 'step':
        this.#plays = false;
        this.#single = 1;
        return;
      case 'verify':
        if (!this.#run) return;
        return this.post({ type: 'verified', run: this.#number, verification: await this.#run.verify() });
      case 'speed':
        this.#pace.speed = message.speed;
        return;
      case 'visible':
        this.#visible = message.visible;
        return message.visible ? this.#show(true) : undefined;
      case 'canvas':
        this.#stage.canvases = message;
        return this.#set();
      case 'size':
        this.#stage.sizes = message;
        return this.#stage.draw();
      case 'places':
        this.#stage.places = message.places;
        return this.#stage.draw();
      case 'palette':
        this.#stage.palette = message.palette;
        return this.#stage.draw();
      case 'discrete':
        this.#stage.discrete = message.discrete;
        return this.#stage.draw();
      case 'plane':
        if (!this.#run) return;
        this.#plane = message.plane;
        this.#stage.ground = this.#lay();
        return this.#stage.draw();
      case 'look':
        this.#reports.layer = message.layer;
        return this.#reports.look();
      case 'predict':
        return this.#reports.answer(message.x);
      case 'model':
        if (!this.#run) return;
        return this.post({ type: 'model', model: await this.#run.modelFile() });
      case 'hand':
        return this.#stepByHand();
    }
  }

  async #start({ run, story, plays, own }: Extract<ToWorker, { type: 'start' }>): Promise<void> {
    if (own) this.#own = own;
    this.#number = run;
    this.#stop(undefined);
    // Nobody is to paint a network that is gone, should there be none to follow it.
    this.#stage.dispose();
    this.#run?.dispose();
    this.#run = undefined;
    this.#reports.follow(undefined, run);
    const made = await Run.create(await this.#device.open(), story.start, this.#own);
    made.onVerified = (verification) => this.post({ type: 'verified', run: this.#number, verification });
    this.#run = made;
    this.#reports.follow(made, run);
    this.#plane = undefined;
    this.post({ type: 'ready', run, summary: made.summary });
    this.#lay();
    await this.#set();
    this.#begin(story, plays);
    await this.#show(true);
    void this.#device.certify();
  }

  #begin({ edits, steps }: Story, plays: boolean): void {
    if (steps > 0) this.#story = { edits: [...edits], steps, plays };
    else this.#plays = plays;
    this.#pace.start();
  }

  /** How many steps to make now; those of a story go on to its next edit. */
  async #next(): Promise<number> {
    if (this.#single > 0) return this.#single;
    const run = this.#run!;
    const story = this.#story;
    if (!story) {
      const steps = this.#pace.next(this.#visible);
      const { stop } = run.experiment;
      return stop && stop > run.step ? Math.min(steps, stop - run.step) : steps;
    }
    while (story.edits.length && story.edits[0].step <= run.step)
      await this.#change(story.edits.shift()!.change, false);
    this.post({ type: 'replaying', run: this.#number, done: run.step, of: story.steps });
    if (run.step >= story.steps) {
      this.#story = undefined;
      if (story.plays) this.#plays = true;
      else await this.#over('paused');
      return 0;
    }
    const speed = this.#pace.speed;
    this.#pace.speed = 0;
    const steps = Math.min(
      this.#pace.next(this.#visible),
      (story.edits[0]?.step ?? story.steps) - run.step,
      story.steps - run.step,
    );
    this.#pace.speed = speed;
    return steps;
  }

  async #make(steps: number): Promise<void> {
    const run = this.#run!;
    const isSingle = this.#single > 0;
    this.#single = 0;
    const started = performance.now();
    this.#good = run.step;
    const report = await run.advance(steps);
    const took = performance.now() - started;
    if (report.steps > 0) {
      this.#pace.took(report.steps, took);
      this.#reports.made(report);
    }
    if (report.stopped !== 'done')
      return this.#over(report.stopped === 'aborted' ? 'paused' : report.stopped);
    const { stop } = run.experiment;
    if (stop && run.step >= stop) return this.#over('done');
    if (isSingle) await this.#show(true);
  }

  async #over(reason: 'paused' | 'early' | 'diverged' | 'done'): Promise<void> {
    const { divergence, notes } = this.#run!.history;
    // The last numbers first: what ends with them is kept with them.
    await this.#show(true);
    this.#stop(reason, divergence ? [divergence.sentence] : notes);
  }

  #stop(reason: 'paused' | 'early' | 'diverged' | 'done' | undefined, notes: readonly string[] = []): void {
    this.#plays = false;
    this.#single = 0;
    this.#story = undefined;
    if (!reason) return;
    const step = this.#run?.step ?? 0;
    this.post({ type: 'stopped', run: this.#number, reason, step, good: this.#good, notes });
  }

  async #change(change: Partial<Experiment>, tells = true): Promise<void> {
    const run = this.#run;
    if (!run) return;
    const { step } = run;
    const isOther = await run.change(change);
    if (tells) this.post({ type: 'changed', run: this.#number, step, change });
    this.post({ type: 'ready', run: this.#number, summary: run.summary });
    if (isOther) await this.#set();
  }

  #show(all = false): Promise<void> {
    return this.#reports.tell(this.#visible, all);
  }

  async #stepByHand(): Promise<void> {
    const gpu = await this.#device.open();
    if (!gpu) return;
    const { stepByHand } = await import('./hand.ts');
    this.post({ type: 'hand', look: await stepByHand(gpu) });
  }

  /** Lays the data on the plane that is to be shown. */
  #lay(): Ground {
    const { prepared } = this.#run!;
    const ground = groundOf(prepared, this.#plane ?? usualPlane(prepared));
    this.#ground = ground;
    this.post({ type: 'ground', run: this.#number, ground, points: pointsOn(ground, prepared) });
    return ground;
  }

  /** The stage shows the network that there is now. */
  async #set(): Promise<void> {
    const run = this.#run;
    if (!run) return;
    const { data, architecture, train } = run.prepared;
    const isSoftmax = architecture.layers.at(-1)!.activation === 'softmax';
    const output = !data.classes ? 'value' : isSoftmax ? 'classes' : 'probability';
    const ends = output === 'value' ? extremes(train.y, architecture.layers.at(-1)!.units) : [0, 1];
    await this.#stage.show(this.#device.gpu, run.network, this.#ground!, {
      output,
      low: ends[0],
      high: ends[1],
    });
    await this.#stage.draw();
  }

  #fail(error: unknown): void {
    const lost = error instanceof DeviceLostError;
    // Whoever hears of the loss first has said so.
    if (lost && !this.#device.gpu) return;
    this.#stop(undefined);
    if (lost || this.#device.isBroken) {
      this.#device.forget();
      this.#stage.dispose();
      this.#run = undefined;
      this.#reports.follow(undefined, this.#number);
    }
    const message = error instanceof Error ? error.message : String(error);
    const offer = error instanceof TooLargeError ? error.offer : undefined;
    this.post({ type: 'failed', run: this.#number, lost, message, offer });
  }
}

function extremes(values: Float32Array, width: number): [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (let i = 0; i < values.length; i += width) {
    low = Math.min(low, values[i]);
    high = Math.max(high, values[i]);
  }
  return [low, high];
}

/** Lets messages come in; where no step is due, until the next frame. */
function breathe(waits: boolean): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, waits ? 8 : 0));
}
