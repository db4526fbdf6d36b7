import { ShapeError } from '../../errors.ts';
import type { Gpu } from '../../gpu/gpu.ts';
import { readInterface } from '../../gpu/interface.ts';
import type { Kernel, Params } from '../../gpu/kernel.ts';
import { kernelText } from '../../gpu/pipelines.ts';
import { type KernelName, kernels } from '../../kernels/index.ts';
import { library } from '../../kernels/library.ts';
import { Random } from '../../random.ts';
import { type ContractName, contracts } from '../cases.ts';
import type { Case } from '../contract.ts';
import { normals, schedule } from '../inputs.ts';

/** Params that say how large the tensors are; others are numbers of the operation. */
const SIZES = new Set(['m', 'k', 'n', 'width', 'count']);
/** Numbers in one tensor: no adapter binds more. */
const MOST_NUMBERS = 2 ** 30;

export const contractOf = ({ contract, name }: Pick<Kernel, 'contract' | 'name'>) =>
  (contract ?? name) as ContractName;

/** The sizes of a kernel that can be chosen, in the order of its params: `m`, `k`, `n`. */
export function shapeNames(kernel: KernelName): readonly string[] {
  const row = kernels[kernel];
  return readInterface(kernelText(row, row.variants[0], library))
    .params.map(({ name }) => name)
    .filter((name) => SIZES.has(name));
}

/** The sizes as params, in the order of `shapeNames`. @throws ShapeError where the kernel cannot take them */
export function shapeOf(kernel: KernelName, flags: readonly string[], sizes: readonly number[]): Params {
  const names = shapeNames(kernel);
  if (sizes.length !== names.length)
    throw new ShapeError(
      `A shape of '${kernel}' is ${names.join(' x ') || 'empty'}, ${names.length} numbers, and not ${sizes.length}: write ${names.map(() => 64).join('x') || 'none'}`,
    );
  const params = Object.fromEntries(names.map((name, i) => [name, sizes[i]]));
  checkSizes(params);
  checkFit(kernels[kernel], flags, params);
  return params;
}

function checkFit(kernel: Kernel, flags: readonly string[], params: Params): void {
  if (!kernel.fits || kernel.fits(params, flags)) return;
  const sizes = Object.entries(params).map(([name, value]) => `${name}=${value}`);
  throw new ShapeError(
    `The kernel '${kernel.name}' cannot take ${sizes.join(' ')}: it reads in fours, so take multiples of 4`,
  );
}

function checkSizes(params: Params): void {
  for (const [name, value] of Object.entries(params))
    if (SIZES.has(name) && (!Number.isSafeInteger(value) || value < 1 || value > MOST_NUMBERS))
      throw new ShapeError(
        `The size '${name}' is ${value}; it is a whole number from 1 to ${MOST_NUMBERS}: choose another`,
      );
}

const ownCases = new Map<ContractName, readonly Case[]>();

/** The cases of a contract, made once. */
export function casesOf(contract: ContractName): readonly Case[] {
  let cases = ownCases.get(contract);
  if (!cases) ownCases.set(contract, (cases = contracts[contract].cases()));
  return cases;
}

const numbersIn = ({ count, m = 1, n = 1 }: Params) => count ?? m * n;

/**
 * Params and inputs at these sizes: normally distributed matrices for products, and for others a case of the contract many
 * times over.
 * @throws ShapeError where a size is none, or the device cannot hold it, or the kernel cannot take it
 */
export function caseAt(gpu: Gpu, kernel: Kernel, flags: readonly string[], wanted: Params): Case {
  checkSizes(wanted);
  const contract = contractOf(kernel);
  const base = baseOf(contract, flags);
  const params: Params = { ...base.params, ...wanted };
  if (params.count === undefined && params.m === undefined) return { ...base, params };
  checkLimits(gpu, kernel, params);
  checkFit(kernel, flags, params);
  if ('k' in params) return product(flags, { ...params, scale: 1, ...wanted });
  if (contract === 'batch') return wholeBatch(params);
  const inputs = Object.entries(base.inputs).map(([name, values]) => [
    name,
    larger(values, base.params, params),
  ]);
  return { ...base, params, inputs: Object.fromEntries(inputs) };
}

/** The largest case of a variant, ordinary numbers first, and matrices before columns and rows. */
function baseOf(contract: ContractName, flags: readonly string[]): Case {
  const own = casesOf(contract).filter(
    (one) => String(one.flags) === String(flags) && one.kind !== 'diverged',
  );
  const rank = ({ kind, params }: Case) =>
    (kind === 'exact' ? 0 : 1e12) + (params.m > 1 && params.n > 1 ? 1e9 : 0) + numbersIn(params);
  return own.reduce((most, one) => (rank(one) > rank(most) ? one : most));
}

function product(flags: readonly string[], params: Params): Case {
  const { m, k, n } = params;
  const random = new Random(m, k, n);
  const inputs = { a: normals(random, m * k), b: normals(random, k * n) };
  return { flags, params, inputs: flags.includes('BIAS') ? { ...inputs, bias: normals(random, n) } : inputs };
}

/** All rows of a data set, shuffled. */
function wholeBatch({ m, width }: Params): Case {
  return {
    flags: [],
    params: { m, width, total: m, start: 0, held: m },
    inputs: {
      data: Float32Array.from({ length: m * width }, (_, i) => i),
      ...schedule({ first: 0, shuffleKey: 7 }),
      out: new Float32Array(m * width),
    },
    kind: 'exact',
  };
}

/** Tensors grow with the sizes; tables, keys and single numbers stay as they are. */
function larger<T extends Float32Array | Uint32Array>(values: T, from: Params, to: Params): T {
  const [old, wanted] = [numbersIn(from), numbersIn(to)];
  if (values.length >= old) return repeated(values, old, wanted);
  if (values.length === from.m) return repeated(values, from.m, to.m);
  return values.length === from.n ? repeated(values, from.n, to.n) : values;
}

function repeated<T extends Float32Array | Uint32Array>(values: T, period: number, length: number): T {
  const made = new (values.constructor as new (length: number) => T)(length);
  for (let at = 0; at < length; at += period) made.set(values.subarray(0, Math.min(period, length - at)), at);
  return made;
}

function checkLimits({ limits }: Gpu, kernel: Kernel, params: Params): void {
  const { m = 1, k = 1, n = 1, width = 1, count = 1 } = params;
  const largest = Math.max(m * k, k * n, m * n, m * width, count);
  const most = Math.min(limits.maxBufferSize, limits.maxStorageBufferBindingSize);
  // A result is followed by words that nobody may touch.
  if (4 * largest + 1024 > most)
    throw new ShapeError(
      `'${kernel.name}' at this shape has a tensor of ${largest} numbers, and this adapter's buffers hold ${Math.floor(most / 4)}: choose a smaller shape`,
    );
}
