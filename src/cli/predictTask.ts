import type { Standardization } from '../data/standardize.ts';
import { openGpu } from '../gpu/open.ts';
import type { LayerParameters } from '../network/initialize.ts';
import type { Architecture, Loss } from '../network/layers.ts';
import type { Examples } from '../network/residentData.ts';
import type { Metrics } from '../session/metrics.ts';
import { Network } from '../session/network.ts';

/** A trained network, as plain data. */
export interface Trained {
  readonly architecture: Architecture;
  readonly parameters: readonly LayerParameters[];
}

export interface PredictRequest extends Trained {
  /** [rows, inputs], ready for the network */
  readonly x: Float32Array;
}

export interface EvaluateRequest extends Trained {
  readonly examples: Examples;
  readonly loss: Loss;
  readonly huberDelta?: number;
  /** Whether the outputs are of classes. */
  readonly accuracy: boolean;
  /** How the targets of a regression are standardised. */
  readonly targets?: Standardization;
}

/** The outputs of a network in the page, [rows, outputs]. */
export function predictTask({ x, ...trained }: PredictRequest): Promise<Float32Array> {
  return withNetwork(trained, (network) => network.predict(x));
}

/** How good a network is on some rows, in the page. */
export function evaluateTask({
  architecture,
  parameters,
  examples,
  ...options
}: EvaluateRequest): Promise<Metrics> {
  return withNetwork({ architecture, parameters }, (network) => network.evaluate(examples, options));
}

async function withNetwork<T>(
  { architecture, parameters }: Trained,
  work: (network: Network) => Promise<T>,
): Promise<T> {
  const gpu = await openGpu();
  try {
    const network = await Network.create(gpu, architecture);
    try {
      network.setParameters(parameters);
      return await work(network);
    } finally {
      network.dispose();
    }
  } finally {
    gpu.dispose();
  }
}
