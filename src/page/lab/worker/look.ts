import type { Gpu } from '../../../gpu/gpu.ts';
import { readInterface } from '../../../gpu/interface.ts';
import { type Kernel, type Params, constantsOf, variantName } from '../../../gpu/kernel.ts';
import { runKernel } from '../../../gpu/run.ts';
import { kernels } from '../../../kernels/index.ts';
import { library } from '../../../kernels/library.ts';
import { type ContractName, contracts } from '../../../lab/cases.ts';
import type { Case } from '../../../lab/contract.ts';
import type { Attempt, OwnCase } from '../../../lab/workbench/types.ts';
import { whereOf } from '../../../lab/workbench/judge.ts';
import { casesOf, contractOf } from '../../../lab/workbench/shape.ts';
import { textOf } from '../../../lab/workbench/text.ts';
import { isOff } from '../../inside/seen.ts';
import type { Look, Seen, ToWorker } from './messages.ts';

/** An output of more numbers is shown up to here. */
const MOST_SHOWN = 2 ** 20;
const ULP = 2 ** -23;

/** The cases of the kernel's contract for the flags of an attempt. */
export function casesFor({ kernel, flags }: Attempt): Case[] {
  const wanted = variantName('', flags);
  return casesOf(contractOf(kernels[kernel])).filter((one) => variantName('', one.flags) === wanted);
}

/** `m=7 k=3 n=9, exact` */
export function nameOf(params: Case['params'], kind?: Case['kind']): string {
  const sizes = Object.entries(params).map(([name, value]) => `${name}=${+value.toPrecision(6)}`);
  return sizes.join(' ') + (kind ? `, ${kind}` : '');
}

/** Numbers in the output of a case that is shown unasked. */
const HANDY = 1000;

/** Runs a text, its loops guarded, on one case, and puts beside it what is wanted. */
export async function lookAt(
  gpu: Gpu,
  { attempt, index, where, cases: own }: Extract<ToWorker, { type: 'look' }>,
): Promise<Look> {
  const { kernel } = textOf(attempt, true);
  if (own) return lookAtOwn(gpu, kernel, own, index ?? Number(/case (\d+)/.exec(where ?? '')?.[1] ?? 1) - 1);
  const cases = casesFor(attempt);
  const names = cases.map(({ params, kind }) => nameOf(params, kind));
  if (index !== undefined)
    return { index, names, outputs: await outputsOf(gpu, kernel, attempt, cases[index]) };
  // Several cases may have one name: that is shown in which something is wrong.
  for (const [at, one] of cases.entries()) {
    if (where === undefined || whereOf(kernel, one) !== where) continue;
    const outputs = await outputsOf(gpu, kernel, attempt, one);
    if (outputs.some((seen) => seen.want.some((_, i) => isOff(seen, i))))
      return { index: at, names, outputs };
  }
  const far = ({ params }: Case) =>
    Math.abs(Math.log(Math.max(1, ...Object.values(kernel.outputs(params))) / HANDY));
  const handy = cases.reduce((best, one, at) => (far(one) < far(cases[best]) ? at : best), 0);
  return { index: handy, names, outputs: await outputsOf(gpu, kernel, attempt, cases[handy]) };
}

async function outputsOf(
  gpu: Gpu,
  kernel: Kernel,
  { flags, kernel: name }: Attempt,
  one: Case,
): Promise<Seen[]> {
  const { oracle, bound } = contracts[name as ContractName];
  const want = oracle(new Set(one.flags), one.params, one.inputs);
  const got = await runKernel(gpu, kernel, { ...one, flags, library });
  const allowed: Bounds = (output, wanted) =>
    one.kind === 'exact' ? () => 0 : bound(one, output, wanted as Float32Array);
  return seen(got, want, allowed, one.params);
}

/** The params that a text has: others say how many workgroups there are. */
export function paramsIn(text: string, params: Params): Params {
  const names = readInterface(text).params.map(({ name }) => name);
  return Object.fromEntries(Object.entries(params).filter(([name]) => names.includes(name)));
}

async function lookAtOwn(gpu: Gpu, kernel: Kernel, own: readonly OwnCase[], index: number): Promise<Look> {
  const { params, inputs, want, tolerance } = own[index];
  const sizes = Object.fromEntries(Object.entries(want).map(([name, { length }]) => [name, length]));
  const workgroups = kernel.workgroups(params, constantsOf(kernel), kernel.flags);
  const mine = { ...kernel, outputs: () => sizes, workgroups: () => workgroups };
  const got = await runKernel(gpu, mine, {
    ...{ flags: kernel.flags, inputs, library },
    params: paramsIn(kernel.source, params),
  });
  const bound: Bounds = (output, wanted) => (i) =>
    'ulps' in tolerance ? tolerance.ulps * ULP * Math.abs(wanted[i]) : tolerance.bounds[output][i];
  return { index, names: own.map((one) => nameOf(one.params)), outputs: seen(got, want, bound, params) };
}

type Bounds = (output: string, want: ArrayLike<number>) => (index: number) => number;

function seen(
  got: Readonly<Record<string, Float32Array | Uint32Array>>,
  want: OwnCase['want'] | ReturnType<(typeof contracts)[ContractName]['oracle']>,
  bound: Bounds,
  { n, count }: Case['params'],
): Seen[] {
  return Object.entries(want).map(([output, wanted]) => {
    const length = Math.min(MOST_SHOWN, wanted.length);
    const allowed = bound(output, wanted);
    const isMatrix = n !== undefined && n > 0 && wanted.length % n === 0 && wanted.length > n;
    return {
      output,
      got: got[output].slice(0, length),
      want: wanted.slice(0, length) as Seen['want'],
      bound: Float64Array.from({ length }, (_, i) => allowed(i)),
      columns: isMatrix ? n : Math.max(1, Math.ceil(Math.sqrt(count ?? wanted.length))),
    };
  });
}
