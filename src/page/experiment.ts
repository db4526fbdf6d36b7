import type { Gpu } from '../gpu/gpu.ts';
import { sizesOf } from '../network/layers.ts';
import { sgd } from '../network/optimizer.ts';
import { stepsPerEpoch } from '../network/schedule.ts';
import type { Metrics } from '../session/metrics.ts';
import { Network } from '../session/network.ts';
import type { Verification } from '../session/verify.ts';
import type { Config, Measure, Progress, Stopped, Summary } from './messages.ts';
import { type Prepared, prepare } from './prepare.ts';
import { Reporter } from './reporter.ts';

/** The test is judged at most about this often in a training: more points than a curve can show cost time. */
const MOST_JUDGEMENTS = 200;

const PLAN = 'auto';

/** One network, its data, and how far it has been trained. */
export class Experiment {
  private constructor(
    private readonly config: Config,
    private readonly prepared: Prepared,
    private readonly network: Network,
  ) {}

  /** The network at step 0. @throws what the data, the architecture or the adapter objects to */
  static async create(gpu: Gpu, config: Config): Promise<Experiment> {
    const prepared = await prepare(config);
    const { first, seed } = config;
    const init = first === 'auto' ? { seed } : { kind: first, seed };
    return new Experiment(config, prepared, await Network.create(gpu, { ...prepared.architecture, init }));
  }

  get summary(): Summary {
    const { train, test, architecture } = this.prepared;
    return {
      rows: train.rows + (test?.rows ?? 0),
      trainRows: train.rows,
      testRows: test?.rows ?? 0,
      sizes: sizesOf(architecture),
      classes: train.classes?.length,
      parameters: this.network.parameterCount,
      plan: PLAN,
      stepsPerEpoch: this.#perEpoch,
    };
  }

  /**
   * Trains until the number of steps is the next multiple of so many epochs: after a pause for the
   * steps that were left, after the end for as many again.
   */
  async train(
    { learningRate, epochs }: Pick<Config, 'learningRate' | 'epochs'>,
    signal: AbortSignal,
    onProgress: (progress: Progress) => void,
    onVerified: (verification: Verification) => void,
  ): Promise<Stopped> {
    const { network, config } = this;
    const { train, test } = this.prepared;
    const start = network.steps;
    const round = epochs * this.#perEpoch;
    const goal = round * (Math.floor(start / round) + 1);
    const reporter = new Reporter({ start, goal, perEpoch: this.#perEpoch }, onProgress);
    const history = await network.fit(train, {
      optimizer: sgd({ learningRate }),
      steps: goal - start,
      batchSize: this.#batchSize,
      seed: config.seed,
      plan: PLAN,
      onVerified,
      validation: test,
      validationFrequency: Math.ceil(epochs / MOST_JUDGEMENTS),
      signal,
      onProgress: (progress) => reporter.step(progress),
      onEpochEnd: async (report) => {
        // Steps report no R2: that of the training rows is measured whenever the test is judged.
        const measured = train.classes || !report.validation ? undefined : await network.evaluate(train);
        reporter.epoch(report, measured && measure(measured));
      },
    });
    reporter.flush();
    const finite = history.stopped !== 'diverged';
    return {
      reason: history.stopped,
      step: network.steps,
      train: finite ? measure(await network.evaluate(train)) : undefined,
      test: finite && test ? measure(await network.evaluate(test)) : undefined,
      notes: history.divergence ? [history.divergence.sentence] : history.notes,
    };
  }

  /** Judges the next step of this training by the oracle. @throws MismatchError if the device is wrong */
  verify({ learningRate }: Pick<Config, 'learningRate'>): Promise<Verification> {
    return this.network.verify(this.prepared.train, {
      optimizer: sgd({ learningRate }),
      batchSize: this.#batchSize,
      seed: this.config.seed,
      plan: PLAN,
    });
  }

  /** Frees its bytes on the GPU. */
  dispose(): void {
    this.network.dispose();
  }

  get #batchSize(): number {
    const { batchSize } = this.config;
    return batchSize === 'full' ? this.prepared.train.rows : batchSize;
  }

  get #perEpoch(): number {
    return stepsPerEpoch({ rows: this.prepared.train.rows, batchSize: this.#batchSize });
  }
}

/** Accuracy or R2 under one name. */
export function measure({ loss, accuracy, r2 }: Metrics): Measure {
  return { loss, score: accuracy ?? r2 };
}
