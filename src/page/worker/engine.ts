import type { RunReport } from '../../session/training.ts';
import type { Verification } from '../../session/verify.ts';
import { Device, isCut } from './device.ts';
import { KEPT, Keeping } from './keeping.ts';
import type { Beside, FromWorker, Ground, KeptNews, Own, Plane, ToWorker } from './messages.ts';
import { TooLargeError } from './nets.ts';
import { IN_VAIN, Patience } from './patience.ts';
import { groundOf, lookOf, pointsOn, usualPlane } from './plane.ts';
import { Player } from './player.ts';
import { Reports } from './reports.ts';
import { Run } from './run.ts';
import { Stage } from './stage.ts';
import { Turn } from './turn.ts';

/** Everything that the worker does: it hears messages between two runs of steps, and shows what became of them. */
export class Engine {
  #own: Own | undefined;
  #plane: Plane | undefined;
  /** The plane of this run's data, as it is shown. */
  #ground: Ground | undefined;
  readonly #stage = new Stage();
  readonly #reports: Reports;
  readonly #device: Device;
  readonly #player: Player;
  readonly #keeping: Keeping;
  readonly #kept = new Turn(() => this.#keep(), ...KEPT);
  readonly #patience = new Patience();

  readonly #tell = (news: KeptNews) => this.post({ type: 'kept', news });

  /** @param onLost hears that the device may be lost, which it is to say when nothing else is heard */
  constructor(
    private readonly post: (message: FromWorker) => void,
    onLost: () => void,
  ) {
    this.#reports = new Reports(post, () => this.#stage.draw());
    this.#device = new Device(post, onLost);
    this.#reports.bytes = () => this.#device.gpu?.counts.bytes ?? 0;
    this.#keeping = new Keeping(this.#tell);
    this.#player = new Player(post, {
      made: (report, took) => this.#made(report, took),
      show: (all) => this.#show(all),
      changed: () => this.#set(),
      rests: () => this.#kept.take(true),
    });
  }

  /** Whether there are steps to be made. */
  get isBusy(): boolean {
    return this.#player.isBusy;
  }

  /** Answers one message. */
  async hear(message: ToWorker): Promise<void> {
    try {
      await this.#hear(message);
    } catch (error) {
      await this.#fail(error);
    }
  }

  /** Makes some steps, and shows them if it is time to. */
  async advance(): Promise<void> {
    try {
      await this.#player.advance();
    } catch (error) {
      await this.#fail(error);
    }
  }

  get #run(): Run | undefined {
    return this.#player.run;
  }

  async #hear(message: ToWorker): Promise<void> {
    switch (message.type) {
      case 'limits':
        return void (this.#device.limits = message.limits);
      case 'start':
        return this.#start(message);
      case 'declined':
        return this.#keeping.decide({ isTaken: false });
      case 'lost':
        return this.#recover();
      case 'change':
        await this.#player.change(message.change);
        return this.#show(true);
      case 'play':
        return this.#player.play();
      case 'pause':
        await this.#show(true);
        this.#player.pause();
        return this.#kept.take(true);
      case 'step':
        return this.#player.step();
      case 'verify':
        if (!this.#run) return;
        return this.#verified(await this.#run.verify());
      case 'speed':
        return void (this.#player.pace.speed = message.speed);
      case 'visible':
        this.#player.visible = message.visible;
        return message.visible ? this.#show(true) : this.#kept.take(true);
      case 'canvas':
        this.#stage.canvases = message;
        return this.#set();
      case 'size':
      case 'places':
      case 'palette':
      case 'discrete':
        return this.#stage.hear(message);
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
      case 'profile':
      case 'inside':
      case 'judgeKernel':
      case 'swap':
        return this.#beside(message);
    }
  }

  async #start({ run, story, plays, own, isKept }: Extract<ToWorker, { type: 'start' }>): Promise<void> {
    const offered = isKept ? this.#keeping.offered : undefined;
    this.#own = offered?.own ?? own ?? this.#own;
    this.#keeping.last = undefined;
    this.#player.number = run;
    this.#player.stop(undefined);
    // Nobody is to paint a network that is gone, should there be none to follow it.
    this.#stage.dispose();
    this.#run?.dispose();
    this.#follow(undefined);
    const gpu = await this.#device.open();
    const made = await this.#keeping.open(gpu, story.start, offered?.stored, this.#own);
    this.#follow(made);
    this.#plane = undefined;
    this.post({ type: 'ready', run, summary: made.summary });
    this.#lay();
    await this.#set();
    this.#player.begin(offered?.stored.story ?? story, { plays, isTold: offered !== undefined });
    await this.#show(true);
    void this.#device.certify();
  }

  #follow(run: Run | undefined): void {
    if (run) run.onVerified = (verification) => this.#verified(verification);
    this.#player.run = run;
    this.#reports.follow(run, this.#player.number);
  }

  #verified(verification: Verification): void {
    this.post({ type: 'verified', run: this.#player.number, verification });
  }

  async #made(report: RunReport, took: number): Promise<void> {
    if (report.steps > 0) this.#reports.made(report, took);
    this.#patience.restore();
    if (this.#device.isAnother()) await this.#reopened();
    await this.#kept.take();
  }

  #show(all = false): Promise<void> {
    return this.#reports.tell(this.#player.visible, all);
  }

  async #stepByHand(): Promise<void> {
    const gpu = await this.#device.open();
    if (!gpu) return;
    const { stepByHand } = await import('./hand.ts');
    this.post({ type: 'hand', look: await stepByHand(gpu) });
  }

  /** What is seldom asked for; its code is loaded then. */
  async #beside(message: Beside): Promise<void> {
    const [run, number] = [this.#run, this.#player.number];
    const { beside } = await import('./beside.ts');
    if (run) await beside(message, run, (answer) => this.post({ ...answer, run: number }));
  }

  /** Lays the data on the plane that is to be shown. */
  #lay(): Ground {
    const { prepared } = this.#run!;
    const ground = (this.#ground = groundOf(prepared, this.#plane ?? usualPlane(prepared)));
    this.post({ type: 'ground', run: this.#player.number, ground, points: pointsOn(ground, prepared) });
    return ground;
  }

  /** The stage shows the network that there is now. */
  async #set(): Promise<void> {
    const run = this.#run;
    if (!run) return;
    await this.#stage.show(this.#device.gpu, run.network, this.#ground!, lookOf(run.prepared));
    await this.#stage.draw();
  }

  /** Keeps the run as it is now, for the next visit and for a device that does not come back. */
  async #keep(): Promise<void> {
    const run = this.#run;
    if (!run?.step || this.#player.telling.rest) return;
    const since = performance.now();
    const kept = await run.keep();
    if (kept) this.#keeping.keep({ ...kept, story: this.#player.telling.until(run.step) }, this.#own, since);
  }

  /** After a device was lost: everything as it was on another, or on the CPU if there is none. */
  async #recover(): Promise<void> {
    if (this.#device.isBroken) {
      try {
        if (!(await this.#run?.recover())) return this.#again();
      } catch {
        return this.#goOnFromCopy();
      }
    }
    if (this.#device.isAnother()) await this.#reopened();
  }

  async #reopened(): Promise<void> {
    this.#askForCanvases();
    this.#tell({ kind: 'reopened', step: this.#run!.step });
    await this.#show(true);
  }

  /** What lost its device, or belongs to WebGPU, shows no picture any more. */
  #askForCanvases(): void {
    this.#stage.canvases = undefined;
    this.post({ type: 'canvases' });
  }

  /** On from the last copy, by the CPU if there is no other device. */
  async #goOnFromCopy(): Promise<void> {
    const kept = this.#keeping.last;
    if (!kept || !(await this.#patience.wait())) return this.#again();
    const isBusy = this.#player.isBusy;
    const later = this.#player.telling.after(kept.story);
    this.#letGo();
    this.#askForCanvases();
    const gpu = await this.#device.open({ isLost: true });
    const run = await Run.resume(gpu, kept, this.#own);
    this.#follow(run);
    this.#player.begin(kept.story, { plays: isBusy && gpu !== undefined, isTold: true });
    for (const { change } of later) await this.#player.change(change, false);
    if (!gpu) this.#player.stop('paused');
    this.#tell({ kind: gpu ? 'reopened' : 'cpu', step: run.step });
    await this.#show(true);
  }

  /** What cannot be brought back is made again, to the same numbers, unless that was in vain. */
  async #again(isWanted = this.#run !== undefined): Promise<void> {
    this.#letGo();
    if (!isWanted) return;
    if (!(await this.#patience.wait())) return this.#say(IN_VAIN);
    this.#askForCanvases();
    this.#tell({ kind: 'again' });
  }

  /** Lets go of a device, and of everything on it. */
  #letGo(): void {
    this.#player.stop(undefined);
    this.#device.forget();
    this.#stage.dispose();
    this.#follow(undefined);
  }

  async #fail(error: unknown): Promise<void> {
    try {
      if (await this.#device.wasLost(error)) await this.#recover();
      else if (isCut(error)) await this.#goOnFromCopy();
      else this.#say(error);
    } catch (thrown) {
      await this.#failAgain(thrown);
    }
  }

  /** A GPU process that comes back may go down once more, or not answer yet: then the run is made again. */
  async #failAgain(thrown: unknown): Promise<void> {
    const isGone = isCut(thrown) || (await this.#device.wasLost(thrown));
    return isGone ? this.#again(true) : this.#say(thrown);
  }

  #say(error: unknown): void {
    this.#player.stop(undefined);
    if (this.#device.isBroken) this.#letGo();
    const message = error instanceof Error ? error.message : String(error);
    const offer = error instanceof TooLargeError ? error.offer : undefined;
    this.post({ type: 'failed', run: this.#player.number, message, offer });
  }
}
