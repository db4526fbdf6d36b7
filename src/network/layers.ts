import { UsageError } from '../errors.ts';
import { ACTIVATIONS, type Activation, LOSSES, type Loss } from '../names.ts';

export { ACTIVATIONS, type Activation, LOSSES, type Loss };

/** A fully-connected layer: a = g(aPrev . w + b), w [in, units], b [units]. */
export interface DenseLayer {
  /** Its outputs. */
  readonly units: number;
  /** What z goes through. */
  readonly activation: Activation;
  /** Share of the outputs that each training step drops (the others grow to make up for it). */
  readonly dropout?: number;
}

/** The shape of a network; the input layer is not counted. */
export interface Architecture {
  /** Numbers in a row of x. */
  readonly inputs: number;
  /** From the first hidden layer to the output. */
  readonly layers: readonly DenseLayer[];
}

/**
 * A fully-connected layer.
 * @throws UsageError if `units` is not a positive whole number, the activation is unknown, or the dropout
 *   not a share
 */
export function dense(
  units: number,
  activation: Activation = 'identity',
  { dropout = 0 }: { dropout?: number } = {},
): DenseLayer {
  if (!Number.isSafeInteger(units) || units < 1) {
    throw new UsageError(`A layer has a positive whole number of units, not ${units}`);
  }
  if (!ACTIVATIONS.includes(activation)) {
    throw new UsageError(`Unknown activation '${activation}'; choose one of ${ACTIVATIONS.join(', ')}`);
  }
  if (!(dropout >= 0 && dropout < 1)) {
    throw new UsageError(`Dropout is a share of at least 0 and below 1, not ${dropout}`);
  }
  return dropout ? { units, activation, dropout } : { units, activation };
}

/** Units of every layer, the input's first: [inputs, units of layer 1, ..., units of layer L]. */
export function sizesOf({ inputs, layers }: Architecture): number[] {
  return [inputs, ...layers.map(({ units }) => units)];
}

/** How many weights and biases the network has. */
export function parameterCount(architecture: Architecture): number {
  const sizes = sizesOf(architecture);
  return architecture.layers.reduce((sum, { units }, l) => sum + (sizes[l] + 1) * units, 0);
}

/** @throws UsageError if there is no layer, no input, or softmax anywhere but at the output */
export function checkArchitecture({ inputs, layers }: Architecture): void {
  if (!Number.isSafeInteger(inputs) || inputs < 1) {
    throw new UsageError(`A network has a positive whole number of inputs, not ${inputs}`);
  }
  if (!layers.length) throw new UsageError('A network has at least one layer, its output');
  layers.forEach(({ units, activation, dropout }, l) => {
    dense(units, activation, { dropout });
    if (dropout && l === layers.length - 1) {
      throw new UsageError('The output layer has no dropout; give it to the hidden layers');
    }
    if (activation === 'softmax' && l < layers.length - 1) {
      throw new UsageError(
        `layer ${l + 1} is softmax, which only the output layer can be; use relu or tanh there`,
      );
    }
  });
}

/** @throws UsageError if the loss needs another output activation than the network has */
export function checkLoss({ layers }: Architecture, loss: Loss): void {
  if (!LOSSES.includes(loss))
    throw new UsageError(`Unknown loss '${loss}'; choose one of ${LOSSES.join(', ')}`);
  const output = layers[layers.length - 1].activation;
  const partner = (
    { binaryCrossEntropy: 'sigmoid', softmaxCrossEntropy: 'softmax' } as Partial<Record<Loss, Activation>>
  )[loss];
  if (partner && output !== partner) {
    throw new UsageError(
      `The loss ${loss} needs a ${partner} output layer, but the network ends in ${output}`,
    );
  }
  if (!partner && output === 'softmax') {
    throw new UsageError(`A softmax output layer is trained with softmaxCrossEntropy, not with ${loss}`);
  }
}

/** The loss that belongs to an output activation: what `fit` takes when none is given. */
export function defaultLoss({ layers }: Architecture): Loss {
  const output = layers[layers.length - 1].activation;
  return output === 'softmax' ? 'softmaxCrossEntropy' : output === 'sigmoid' ? 'binaryCrossEntropy' : 'mse';
}

/**
 * The loss of an example is `share` times the sum over its outputs; dw and db carry `scale`, for a
 * batch of m rows.
 */
export function lossFactors(loss: Loss, m: number, outputs: number): { share: number; scale: number } {
  switch (loss) {
    case 'softmaxCrossEntropy':
      return { share: 1, scale: 1 / m };
    case 'binaryCrossEntropy':
      return { share: 1 / outputs, scale: 1 / (m * outputs) };
    case 'mse':
      return { share: 1 / outputs, scale: 2 / (m * outputs) };
    case 'halfMse':
      return { share: 1 / 2, scale: 1 / m };
    case 'huber':
      return { share: 1 / outputs, scale: 1 / (m * outputs) };
  }
}
