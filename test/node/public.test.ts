import { expect, it } from 'vitest';
import * as katman from '../../src/index.ts';

/** What others build on: a name is added or taken away on purpose, here and in the CHANGELOG. */
it('the public names are these', () => {
  expect(Object.keys(katman).sort()).toEqual([
    'CpuNetwork',
    'DataError',
    'Dataset',
    'DeviceLostError',
    'GpuUnavailableError',
    'KatmanError',
    'MismatchError',
    'Network',
    'ShaderError',
    'ShapeError',
    'UsageError',
    'adam',
    'adamw',
    'certify',
    'checkKernel',
    'datasets',
    'dense',
    'kernels',
    'momentum',
    'nesterov',
    'openGpu',
    'readModelFiles',
    'rmsprop',
    'runKernel',
    'sgd',
    'writeModelFiles',
  ]);
});
