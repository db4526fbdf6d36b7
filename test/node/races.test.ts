import { describe, expect, it } from 'vitest';
import { detectRaces } from 'wgsl_reflect/wgsl_reflect.module.js';
import { packParams, readInterface } from '../../src/gpu/interface.ts';
import { type Kernel, constantsOf } from '../../src/gpu/kernel.ts';
import { kernelText } from '../../src/gpu/pipelines.ts';
import { type KernelName, kernels } from '../../src/kernels/index.ts';
import { library } from '../../src/kernels/library.ts';
import { casesOf, contractOf } from '../../src/lab/workbench/shape.ts';

/**
 * wgsl_reflect runs the invocations of a workgroup one after the other from barrier to barrier, and finds what two of them
 * touch in between. It sees no barrier within a loop (of 1.6.0), so that loops around barriers are written out here; it
 * sees neither what different workgroups do to each other, nor paths that the one small case does not take.
 */
function races(kernel: Kernel, change: (text: string) => string = (text) => text): string[] {
  const flags = kernel.variants[0];
  const shipped = kernelText(kernel, flags, library);
  // It takes the word for the address space wherever it stands.
  const text = change(unrolled(shipped)).replace(/(?<!<)\bworkgroup\b/g, 'group');
  const one = casesOf(contractOf(kernel)).find(
    ({ flags: own, params: { count = 3, m = 2, k = 17, n = 2 } }) =>
      String(own) === String(flags) && count > 1 && count < 99 && m > 1 && m * n < 99 && k > 1 && k < 33,
  )!;
  const { bindings, params } = readInterface(text);
  const outputs = kernel.outputs(one.params);
  const group = Object.fromEntries(
    bindings.map(({ binding, name, access }) => [
      binding,
      access === 'uniform'
        ? { uniform: packParams(params, one.params, kernel.name) }
        : (one.inputs[name]?.slice() ?? new Float32Array(outputs[name])),
    ]),
  );
  const groups = kernel.workgroups(one.params, constantsOf(kernel), flags);
  const found = detectRaces(text, 'main', [groups, 1, 1], { 0: group }, { constants: kernel.overrides });
  expect(found.errors).toEqual([]);
  return found.races.map(({ message }) => message);
}

/** The loops around barriers, written out: trees over half of what is left, and steps of k. */
function unrolled(text: string): string {
  return text.replace(
    /^ {2}for \(var (half|k) = [^\n]*\{\n([^]*?)^ {2}\}\n/gm,
    (loop, name: string, body: string) => {
      if (!body.includes('workgroupBarrier')) return loop;
      const values = name === 'half' ? [32, 16, 8, 4, 2, 1] : [0, 16];
      return values
        .map((value) => body.replace(new RegExp(`\\b${name}\\b(?!\\.)(?<!\\.${name})`, 'g'), `${value}u`))
        .join('');
    },
  );
}

/**
 * Of matmulShared it says that all invocations of a workgroup write one number, which they do not: its places are worked out
 * by functions, and the results are mixed up. The kernels that do several passes at once have no cases of their own.
 */
const judged = Object.values(kernels).filter(({ name, stands }) => !stands && name !== 'matmulShared');
const waiting = judged.filter(({ source }) => source.includes('workgroupBarrier'));

describe('no two invocations of a workgroup touch the same number unordered', () => {
  it.each(judged.map(({ name }) => name as KernelName))('%s', (name) => {
    expect(races(kernels[name])).toEqual([]);
  });
});

describe('a barrier that is missing is found', () => {
  it.each(waiting.map(({ name }) => name as KernelName))('%s', (name) => {
    const without = (text: string) => text.replaceAll('workgroupBarrier();', '');
    expect(races(kernels[name], without).join()).toMatch(/Data race on 'partial'/);
  });
});
