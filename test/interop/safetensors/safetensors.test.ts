import path from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { writeModel } from '../../../src/formats/model.ts';
import { install } from '../install.ts';
import { dataFor, trained } from '../onnx/train.ts';

/** The reader of jax-js. */
let parse: (bytes: Uint8Array<ArrayBufferLike>) => {
  tensors: Record<string, { dtype: string; shape: number[]; data: ArrayBufferView }>;
};

beforeAll(async () => {
  install(import.meta.dirname, '@jax-js/loaders (2 MB)');
  const file = path.join(import.meta.dirname, 'node_modules/@jax-js/loaders/dist/index.js');
  parse = (await import(/* @vite-ignore */ file)).safetensors.parse;
}, 600_000);

it('jax-js reads what Katman wrote: names, shapes and every bit', async () => {
  const model = await trained(await dataFor('iris'), 'relu');
  // A copy, as a file gives it: a buffer of its own.
  const { tensors } = parse(writeModel(model).slice());
  const sizes = [model.network.inputs, ...model.network.layers.map(({ units }) => units)];
  expect(Object.keys(tensors).sort()).toEqual(
    sizes.slice(1).flatMap((_, l) => [`layer${l + 1}.b`, `layer${l + 1}.w`]),
  );
  model.parameters.forEach(({ w, b }, l) => {
    expect(tensors[`layer${l + 1}.w`]).toMatchObject({
      dtype: 'F32',
      shape: [sizes[l], sizes[l + 1]],
      data: w,
    });
    expect(tensors[`layer${l + 1}.b`]).toMatchObject({ dtype: 'F32', shape: [sizes[l + 1]], data: b });
  });
});
