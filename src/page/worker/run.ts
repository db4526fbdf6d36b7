import type { Gpu } from '../../gpu/gpu.ts';
import type { ModelFile } from '../../formats/model.ts';
import { stepsPerEpoch } from '../../network/schedule.ts';
import type { Metrics } from '../../session/metrics.ts';
import type { History, Segment } from '../../session/options.ts';
import type { OwnKernel } from '../../session/swap.ts';
import type { RunReport } from '../../session/training.ts';
import type { Verification } from '../../session/verify.ts';
import { describeCandidate } from '../../session/tuner.ts';
import { choiceName } from '../../session/choice.ts';
import type { Kept } from '../kept/record.ts';
import { type Experiment, goesOn, now } from '../state/experiment.ts';
import { type Part, type Prepared, prepare } from './data.ts';
import type { Measure, Own, Summary } from './messages.ts';
import { type AnyNetwork, freshWeights, graft, makeNetwork } from './nets.ts';
import { fitOptions } from './options.ts';

type AnyTraining = Awaited<ReturnType<AnyNetwork['train']>>;

/** One run: data, the network it has now, and the training that makes its steps. */
export class Run {
  #training: AnyTraining | undefined;
  /** Whether the training has come to its end, and the next steps are those of another. */
  #isOver = false;
  /** Whether settings were changed, and the next steps are those of another. */
  #isStale = false;
  /** Steps that earlier networks of this run made, before layers were changed. */
  #before = 0;
  /** The step at which the training began. */
  #from = 0;
  onVerified: (verification: Verification) => void = () => {};

  private constructor(
    private readonly gpu: Gpu | undefined,
    private readonly own: Own | undefined,
    public experiment: Experiment,
    public prepared: Prepared,
    public network: AnyNetwork,
  ) {}

  /** @throws what the data, the architecture or the adapter objects to */
  static async create(gpu: Gpu | undefined, experiment: Experiment, own: Own | undefined): Promise<Run> {
    const prepared = await prepare(experiment, own);
    return new Run(gpu, own, experiment, prepared, await makeNetwork(gpu, prepared.architecture, experiment));
  }

  /** Goes on with a run that was kept, to the same bits. @throws what `create` does; DataError if the data is another */
  static async resume(gpu: Gpu | undefined, kept: Kept, own: Own | undefined): Promise<Run> {
    const run = await Run.create(gpu, now(kept.story), own);
    run.#before = kept.before;
    run.#training = await run.#train(kept.from, kept.checkpoint);
    run.#isOver = run.#training.history.stopped !== 'done';
    return run;
  }

  get step(): number {
    return this.#before + this.network.steps;
  }

  get summary(): Summary {
    const { data, train, test, preprocessing, architecture } = this.prepared;
    const { standardization, targetStandardization: target } = preprocessing;
    const n = data.features.length;
    return {
      ...{ architecture, rows: data.rows, trainRows: train.rows, testRows: test?.rows ?? 0 },
      ...{ features: data.features, targets: data.targets, classes: data.classes },
      parameters: this.network.parameterCount,
      perEpoch: this.perEpoch,
      batch: this.#batch,
      mean: Float32Array.from(standardization?.mean ?? new Float32Array(n)),
      deviation: Float32Array.from(standardization?.std ?? new Float32Array(n).fill(1)),
      target: target && { mean: target.mean[0], deviation: target.std[0] },
    };
  }

  get perEpoch(): number {
    return stepsPerEpoch({ rows: this.prepared.train.rows, batchSize: this.#batch });
  }

  /** What makes the steps, what was measured to find it, and what is worth knowing. */
  get history(): {
    plan: string;
    measured: readonly string[];
    divergence: History['divergence'];
    notes: readonly string[];
  } {
    const history = this.#training?.history;
    const segment = history?.segments.at(-1);
    return {
      plan: segment ? choiceName(segment) : this.gpu ? this.experiment.plan.replace('first', '') : 'cpu',
      measured: history?.candidates.map(describeCandidate) ?? [],
      divergence: history?.divergence,
      notes: history?.notes ?? [],
    };
  }

  /** What makes the steps now; undefined before the first. */
  get segment(): Segment | undefined {
    return this.#training?.history.segments.at(-1);
  }

  /** Makes these steps. */
  async advance(steps: number): Promise<RunReport> {
    const training = await this.#ready();
    const report = await training.run(steps);
    this.#isOver = report.stopped !== 'done';
    return report;
  }

  /** Trains with a kernel of one's own from here on; without one, with those that are shipped. @throws why it is refused */
  async swap(own: OwnKernel | undefined): Promise<void> {
    await (await this.#ready()).swap(own);
  }

  /** All that is needed to go on from here, but for the story of how it came here; undefined after a divergence. */
  async keep(): Promise<Omit<Kept, 'story'> | undefined> {
    if (this.#training?.history.stopped === 'diverged') return undefined;
    const training = this.#isStale ? await this.#ready() : (this.#training ?? (await this.#ready()));
    return { before: this.#before, from: this.#from, checkpoint: await training.checkpoint() };
  }

  /**
   * Brings everything back after the device was lost.
   * @returns false where the steps so far have to be made again
   * @throws DeviceLostError if there is no other device
   */
  async recover(): Promise<boolean> {
    await this.#training?.recover();
    return this.#training !== undefined;
  }

  /**
   * Goes on with other settings. Layers are grafted: what the old network and the new one have in common is kept.
   * @returns whether the network is another one now
   */
  async change(change: Partial<Experiment>): Promise<boolean> {
    if (!goesOn(change)) throw new Error('this change begins another run');
    const experiment = { ...this.experiment, ...change };
    const layersChange = 'layers' in change || 'dropout' in change || 'loss' in change;
    if (!layersChange) {
      this.experiment = experiment;
      // It is there yet to bring the network back, should the device be lost meanwhile.
      this.#isStale = true;
      return false;
    }
    const old = { architecture: this.network.architecture, parameters: await this.network.parameters() };
    const prepared = await prepare(experiment, this.own);
    const network = await makeNetwork(this.gpu, prepared.architecture, experiment);
    network.setParameters(graft(old, prepared.architecture, freshWeights(prepared.architecture, experiment)));
    const step = this.step;
    this.dispose();
    this.experiment = experiment;
    this.prepared = {
      ...prepared,
      train: this.#keep(prepared.train, this.prepared.train),
      test: prepared.test,
    };
    this.network = network;
    this.#before = step;
    return true;
  }

  /** All rows, measured with the weights as they are. */
  async judge(): Promise<{ train: Measure; test: Measure | undefined }> {
    const { train, test } = this.prepared;
    return { train: await this.#measure(train), test: test && (await this.#measure(test)) };
  }

  /** The network as it is, with all that is needed to use it on data as it comes. */
  async modelFile(): Promise<ModelFile> {
    const { data, loss, preprocessing, architecture } = this.prepared;
    return {
      network: { ...architecture, loss, huberDelta: this.experiment.huberDelta },
      parameters: await this.network.parameters(),
      preprocessing,
      targets: data.targets,
      classes: data.classes,
      metrics: { ...(await this.judge()), steps: this.step },
    };
  }

  /** Judges the next step by the oracle. @throws MismatchError if the device is wrong */
  async verify(): Promise<Verification> {
    this.#end();
    return this.network.verify(this.prepared.train, this.options);
  }

  dispose(): void {
    this.#end();
    this.network.dispose();
  }

  get #batch(): number {
    const { rows } = this.prepared.train;
    return Math.min(this.experiment.batch || rows, rows);
  }

  /** Those of `fit`. */
  get options() {
    return this.#optionsAt(this.step);
  }

  /** Those of the training that makes the next step, and how many it has made. */
  get next() {
    const goesOn = this.#training && !this.#isOver && !this.#isStale;
    const from = goesOn ? this.#from : this.step;
    return { ...this.#optionsAt(from), done: this.step - from };
  }

  /** @param from the step at which the training began */
  #optionsAt(from: number) {
    const { train, test, loss } = this.prepared;
    const options = fitOptions(this.experiment, train.rows, from);
    const validation = this.experiment.patience || this.experiment.schedule === 'plateau' ? test : undefined;
    return {
      ...options,
      loss,
      validation,
      onVerified: (verification: Verification) => this.onVerified(verification),
    };
  }

  /** What makes the next steps. */
  async #ready(): Promise<AnyTraining> {
    if (this.#isOver || this.#isStale) this.#end();
    return (this.#training ??= await this.#train(this.step));
  }

  #train(from: number, resume?: Uint8Array): Promise<AnyTraining> {
    this.#from = from;
    return this.network.train(this.prepared.train, { ...this.#optionsAt(from), resume });
  }

  #end(): void {
    this.#training?.dispose();
    this.#training = undefined;
    this.#isOver = this.#isStale = false;
  }

  async #measure(part: Part): Promise<Measure> {
    const { loss, preprocessing } = this.prepared;
    const { huberDelta } = this.experiment;
    const metrics: Metrics = await this.network.evaluate(part, {
      ...{ loss, huberDelta, targets: preprocessing.targetStandardization },
      accuracy: this.prepared.data.classes !== undefined,
    });
    return { loss: metrics.loss, score: metrics.accuracy ?? metrics.r2 };
  }

  /** The rows stay the same objects where they hold the same numbers. */
  #keep(next: Part, before: Part): Part {
    return next.y.length === before.y.length ? { ...before, y: next.y } : next;
  }
}
