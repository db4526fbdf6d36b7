import type { ModelFile, ModelLayer } from './model.ts';

/** What a file of another program tells: a network, and perhaps what is done to the data. */
export interface ForeignNetwork extends Partial<
  Pick<ModelFile['preprocessing'], 'fill' | 'standardization' | 'targetStandardization'>
> {
  readonly inputs: number;
  readonly layers: readonly ModelLayer[];
  readonly parameters: ModelFile['parameters'];
}

/**
 * A model of another program. What such files do not name gets names: columns `x1`, `x2`, ..., targets `y` or `y1`,
 * `y2`, ..., and, where the network ends in a softmax or a single sigmoid, the classes `0`, `1`, ....
 */
export function foreignModel({ inputs, layers, parameters, ...data }: ForeignNetwork): ModelFile {
  const { units, activation } = layers[layers.length - 1];
  const { fill, standardization, targetStandardization } = data;
  // Outputs that are scaled are no probabilities.
  const sigmoid = activation === 'sigmoid' && !targetStandardization;
  const count = activation === 'softmax' ? units : sigmoid && units === 1 ? 2 : 0;
  const classes = count > 1 ? Array.from({ length: count }, (_, i) => String(i)) : undefined;
  const loss =
    activation === 'softmax' ? 'softmaxCrossEntropy' : sigmoid ? 'binaryCrossEntropy' : ('mse' as const);
  return {
    network: { inputs, layers, loss },
    parameters,
    preprocessing: {
      columns: numbered('x', inputs).map((name) => ({ name })),
      fill,
      standardization,
      targetStandardization,
    },
    targets: classes || units === 1 ? ['y'] : numbered('y', units),
    classes,
    metrics: {},
  };
}

function numbered(letter: string, count: number): string[] {
  return Array.from({ length: count }, (_, i) => `${letter}${i + 1}`);
}
