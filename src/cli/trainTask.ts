import type { Standardization } from '../data/standardize.ts';
import type { AdapterDescription } from '../gpu/adapter.ts';
import { type OpenOptions, openGpu } from '../gpu/open.ts';
import { type Certificate, certify } from '../lab/certificate.ts';
import type { Initializer, LayerParameters } from '../network/initialize.ts';
import type { Architecture } from '../network/layers.ts';
import type { Examples } from '../network/residentData.ts';
import type { Metrics } from '../session/metrics.ts';
import { Network } from '../session/network.ts';
import {
  type CheckpointOptions,
  type FitOptions,
  type History,
  type Progress,
  defaultBatchSize,
} from '../session/options.ts';
import { kernelHashes } from '../session/receipt.ts';

/** Bytes of one event: it is to stay in one message. */
const PART_BYTES = 2 ** 19;

/** A part of a checkpoint on its way to Node. */
export interface CheckpointPart {
  readonly bytes: Uint8Array;
  readonly isLast: boolean;
  /** Steps finished. */
  readonly steps: number;
}

/** What Node hears of a training. */
export type TrainEvent = Progress | { readonly checkpoint: CheckpointPart };

/** What Node asks of the page: everything is plain data. */
export interface TrainRequest {
  /** Which limits the device is asked for. */
  readonly limits: OpenOptions['limits'];
  readonly architecture: Architecture;
  readonly init: Initializer;
  readonly train: Examples;
  readonly validation: Examples | undefined;
  readonly test: Examples | undefined;
  /** How the targets of a regression are standardised. */
  readonly targets?: Standardization;
  /** Whether the outputs of the test rows are wanted. */
  readonly outputsOfTest?: boolean;
  readonly fit: Omit<
    FitOptions,
    'signal' | 'onEpochEnd' | 'onProgress' | 'validation' | 'resume' | 'checkpoint'
  >;
  /** The checkpoint with which it goes on. */
  readonly resume?: Uint8Array;
  /** When checkpoints are sent; undefined for never. */
  readonly checkpoint?: Omit<CheckpointOptions, 'save'>;
}

export interface TrainAnswer {
  readonly adapter: AdapterDescription;
  readonly kernels: Readonly<Record<string, string>>;
  readonly certificate: Certificate;
  readonly history: History;
  readonly metrics: { readonly train: Metrics; readonly validation?: Metrics; readonly test?: Metrics };
  readonly parameters: readonly LayerParameters[];
  /** [rows, outputs] of the test, if they were wanted. */
  readonly testOutputs?: Float32Array;
}

/** Trains in the page; emits a `Progress` with every read-back, and checkpoints in parts. */
export async function trainTask(
  { limits, architecture, init, train, validation, test, targets, outputsOfTest, fit, ...more }: TrainRequest,
  { emit, signal }: { emit(event: TrainEvent): unknown; signal: AbortSignal },
): Promise<TrainAnswer> {
  const gpu = await openGpu({ limits, recover: true });
  const certificate = await certify(gpu);
  const network = await Network.create(gpu, { ...architecture, init });
  try {
    const history = await network.fit(train, {
      ...fit,
      signal,
      resume: more.resume,
      checkpoint: more.checkpoint && { ...more.checkpoint, save: (bytes, steps) => send(bytes, steps, emit) },
      onProgress: (progress) => void emit(progress),
      ...(validation && {
        validation,
        validationFrequency: fit.earlyStopping ? 1 : judgeEvery(train.rows, fit),
      }),
    });
    const judge = (examples: Examples) => network.evaluate(examples, { ...fit, targets });
    return {
      adapter: gpu.adapter,
      kernels: await kernelHashes(gpu),
      certificate,
      history,
      metrics: {
        train: await judge(train),
        ...(validation && { validation: await judge(validation) }),
        ...(test && { test: await judge(test) }),
      },
      parameters: await network.parameters(),
      ...(outputsOfTest && test && { testOutputs: await network.predict(test.x) }),
    };
  } finally {
    network.dispose();
    gpu.dispose();
  }
}

/** Resolves when Node has them, where the way there tells. */
async function send(
  checkpoint: Uint8Array,
  steps: number,
  emit: (event: TrainEvent) => unknown,
): Promise<void> {
  for (let start = 0; start < checkpoint.length; start += PART_BYTES) {
    const bytes = checkpoint.slice(start, start + PART_BYTES);
    await emit({ checkpoint: { bytes, isLast: start + PART_BYTES >= checkpoint.length, steps } });
  }
}

/** The validation curve of the command line has about fifty points, however many epochs there are. */
function judgeEvery(
  rows: number,
  { epochs = 40, steps, batchSize = defaultBatchSize(rows) }: TrainRequest['fit'],
): number {
  const inAll = steps === undefined ? epochs : steps / Math.ceil(rows / Math.min(batchSize, rows));
  return Math.max(1, Math.round(inAll / 50));
}
