import { expect } from 'vitest';
import { DataError } from '../../src/errors.ts';
import type { ModelFile } from '../../src/formats/model.ts';

/** Two classes, text as a feature, missing numbers, numbers that are easily lost. */
export const CLASSIFIER: ModelFile = {
  network: {
    inputs: 3,
    layers: [
      { units: 2, activation: 'tanh' },
      { units: 1, activation: 'sigmoid' },
    ],
    loss: 'binaryCrossEntropy',
  },
  parameters: [
    { w: Float32Array.of(1, 2, 3, 4, 5, 6), b: Float32Array.of(7, 8) },
    { w: Float32Array.of(0.1, -0.2), b: Float32Array.of(-0) },
  ],
  preprocessing: {
    columns: [{ name: 'age' }, { name: 'port', categories: ['C', 'S'] }],
    fill: Float64Array.of(1 / 3, 0, 0),
    standardization: { mean: Float64Array.of(0.1, 0.2, 0.3), std: Float64Array.of(1, 2, 1e-9) },
  },
  targets: ['survived'],
  classes: ['no', 'yes'],
  metrics: { train: { loss: 0.5 } },
};

/** Two targets, and nothing done to its only feature. */
export const REGRESSION: ModelFile = {
  network: { inputs: 1, layers: [{ units: 2, activation: 'identity' }], loss: 'huber', huberDelta: 1.5 },
  parameters: [{ w: Float32Array.of(1, 2), b: Float32Array.of(3, 4) }],
  preprocessing: {
    columns: [{ name: 'x' }],
    fill: undefined,
    standardization: undefined,
    targetStandardization: { mean: Float64Array.of(0.1, -7), std: Float64Array.of(1e9, 1e-9) },
  },
  targets: ['a', 'b'],
  classes: undefined,
  metrics: {},
};

/** What reading says of a file that it refuses: a sentence that names it. */
export function refusal(read: () => unknown, file: string): DataError {
  try {
    read();
  } catch (error) {
    expect(error).toBeInstanceOf(DataError);
    expect((error as DataError).message).toContain(`'${file}'`);
    return error as DataError;
  }
  throw new Error('it was taken');
}
