import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { readInterface } from '../../src/gpu/interface.ts';
import { constantsOf, variantName } from '../../src/gpu/kernel.ts';
import { kernelText } from '../../src/gpu/pipelines.ts';
import { type KernelName, kernels } from '../../src/kernels/index.ts';
import { library } from '../../src/kernels/library.ts';
import { contracts } from '../../src/lab/cases.ts';
import type { Case } from '../../src/lab/contract.ts';
import { contractOf } from '../../src/lab/workbench/shape.ts';
import { type Bindings, useGpuPage } from '../../src/testing/index.ts';

/**
 * The shipped kernels as any other project would test its own: through `katman/testing`, which shares neither the
 * launching nor the judge of `check`, but texts, cases and oracles.
 */
const gpu = useGpuPage({ beforeAll, afterAll }, { adapter: inject('adapter') });

const judged = Object.values(kernels).filter(({ stands }) => !stands);
/** Of one variant; `check` takes all. */
const MOST_CASES = 2;
const MOST_NUMBERS = 2000;

/** A variant of a kernel, and one dispatch of it. */
function requestOf(name: KernelName, { flags, params, inputs }: Case) {
  const kernel = kernels[name];
  const wgsl = kernelText(kernel, flags, library);
  const lengths = kernel.outputs(params);
  const { bindings } = readInterface(wgsl);
  const own = bindings.flatMap(({ name: variable, access }): [string, unknown][] => {
    if (access === 'uniform') return [[variable, params]];
    return access === 'read_write' ? [[variable, { type: 'f32', length: lengths[variable] }]] : [];
  });
  return {
    kernel: { wgsl, overrides: kernel.overrides, name: variantName(name, flags) },
    dispatch: {
      bindings: { ...Object.fromEntries(own), ...inputs } as Bindings,
      workgroups: kernel.workgroups(params, constantsOf(kernel), flags),
    },
  };
}

describe('the shipped kernels', () => {
  it.each(judged.map(({ name }) => name as KernelName))(
    '%s: every variant agrees with its oracle',
    async (name) => {
      const { cases, oracle, bound } = contracts[contractOf(kernels[name])];
      const ordinary = cases().filter(
        ({ kind, inputs }) =>
          kind !== 'diverged' && Object.values(inputs).every(({ length }) => length <= MOST_NUMBERS),
      );
      for (const flags of kernels[name].variants) {
        const some = ordinary.filter((one) => variantName('', one.flags) === variantName('', flags));
        expect(some.length, variantName(name, flags)).toBeGreaterThan(0);
        for (const one of some.slice(0, MOST_CASES)) {
          const { kernel, dispatch } = requestOf(name, one);
          const want = oracle(new Set(flags), one.params, one.inputs);
          const { elements } = await gpu.compare(kernel, () => want, [dispatch], {
            tolerance: (_bindings, output) => ({ bound: bound(one, output, want[output]) }),
          });
          expect(elements).toBeGreaterThan(0);
        }
      }
    },
  );
});

describe('kernels over the whole range of float32', () => {
  const nothing = Float32Array.of(NaN, Infinity, -Infinity);
  const run = (name: KernelName, one: Case) => {
    const { kernel, dispatch } = requestOf(name, one);
    return gpu.runKernel({ ...kernel, ...dispatch }) as Promise<Record<string, Float32Array>>;
  };
  const activation = async (flag: string, ...z: number[]) => {
    const inputs = { z: Float32Array.from(z) };
    return [...(await run('activation', { flags: [flag], params: { count: z.length }, inputs })).a];
  };

  it('tanh is 1 where the built-in one is NaN, and exact near 0', async () => {
    const a = await activation('TANH', 89, 100, 1e30, -1e30, 1e-7, -1e-20);
    expect(a).toEqual([1, 1, 1, -1, Math.fround(1e-7), Math.fround(-1e-20)]);
  });

  it('ReLU lets NaN and infinity through: a diverged network must show', async () => {
    expect((await activation('RELU', ...nothing)).map(Number.isFinite)).toEqual([false, false, false]);
  });

  it.each([['BINARY_CROSS_ENTROPY'], ['SOFTMAX_CROSS_ENTROPY'], []])(
    'a loss of NaN or infinity is no number: %s',
    async (...flags) => {
      const { losses } = await run('loss', {
        flags,
        params: { m: 3, n: 1, factor: 1, delta: 1 },
        inputs: { z: nothing, a: nothing, y: new Float32Array(3) },
      });
      expect([...losses].map(Number.isFinite)).toEqual([false, false, false]);
    },
  );

  it('the loss of saturated logits is what it should be, not -89', async () => {
    const { losses } = await run('loss', {
      flags: ['SOFTMAX_CROSS_ENTROPY'],
      params: { m: 2, n: 2, factor: 1, delta: 1 },
      inputs: { z: Float32Array.of(100, 0, 100, 0), a: new Float32Array(4), y: Float32Array.of(1, 0, 0, 1) },
    });
    expect([...losses]).toEqual([0, 100]);
  });
});
