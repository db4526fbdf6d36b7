import { expect } from 'vitest';
import { DataError } from '../../../src/errors.ts';
import type { ModelFile } from '../../../src/formats/model.ts';
import { readTfjs } from '../../../src/formats/tfjsRead.ts';

/** Models in the layers format, written by hand, and how they are read. */

export const FILE = 'm.json';

export const MODEL: ModelFile = {
  network: {
    inputs: 3,
    layers: [
      { units: 2, activation: 'leakyRelu' },
      { units: 1, activation: 'identity' },
    ],
    loss: 'mse',
  },
  parameters: [
    { w: Float32Array.of(1, 2, 3, 4, 5, 6), b: Float32Array.of(7, 8) },
    { w: Float32Array.of(0.1, -0.2), b: Float32Array.of(-0) },
  ],
  preprocessing: {
    columns: [{ name: 'age' }, { name: 'port', categories: ['C', 'S'] }],
    fill: Float64Array.of(1 / 3, -0, 0),
    standardization: { mean: Float64Array.of(0.1, 0.2, 1000), std: Float64Array.of(1, 2, 1e-3) },
    targetStandardization: { mean: Float64Array.of(5), std: Float64Array.of(1 / 3) },
  },
  targets: ['fare'],
  classes: undefined,
  metrics: { train: { loss: 0.5 } },
};

export type Json = Record<string, any>;

/** Weights of two layers, 4 -> 3 -> 2, one after another: 0.25, 0.5, .... */
export const NUMBERS = Float32Array.from({ length: 23 }, (_, i) => (i + 1) / 4);
export const BYTES = new Uint8Array(NUMBERS.buffer);
export const SPECS = [
  { name: 'first/kernel', shape: [4, 3], dtype: 'float32' },
  { name: 'first/bias', shape: [3], dtype: 'float32' },
  { name: 'second/kernel', shape: [3, 2], dtype: 'float32' },
  { name: 'second/bias', shape: [2], dtype: 'float32' },
];
export const manifest = (weights: readonly Json[] = SPECS, paths = ['group1-shard1of1.bin']) => [
  { paths, weights },
];
export const dense = (name: string, units: number, activation: unknown, more: Json = {}) => ({
  class_name: 'Dense',
  config: { name, units, activation, use_bias: true, ...more },
});
export const FIRST = dense('first', 3, 'relu', { batch_input_shape: [null, 4] });
export const SECOND = dense('second', 2, 'softmax');
export const sequential = (...layers: Json[]) => ({
  class_name: 'Sequential',
  config: { name: 'sequential', layers },
});
export const layer = (class_name: string, config: Json = {}) => ({
  class_name,
  config: { name: 'odd', ...config },
});

export const read = (json: Json, bytes: Uint8Array = BYTES) =>
  readTfjs(JSON.stringify(json), () => bytes, FILE);
export const readModel = (modelTopology: Json, more: Json = {}) =>
  read({ modelTopology, weightsManifest: manifest(), ...more });

export async function refusal(reading: Promise<unknown>): Promise<string> {
  const error = await reading.then(
    () => expect.fail('it was taken'),
    (reason) => reason,
  );
  expect(error).toBeInstanceOf(DataError);
  expect(error.message).not.toMatch(/\n/);
  return error.message;
}
