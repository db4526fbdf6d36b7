import { ShapeError, UsageError } from '../errors.ts';
import type { PlainBinding, PlainKernel } from '../gpu/plain.ts';
import { specialize } from '../wgsl/specialize.ts';
import { type Reflection, type Variable, isArray, reflect, scalarOf, typeName } from './reflection.ts';
import type { Bindings, Dispatch, Kernel, Numbers, Output, OutputArrays, Value } from './types.ts';
import { packValue } from './values.ts';

const ARRAYS = { f32: Float32Array, i32: Int32Array, u32: Uint32Array, f16: Uint16Array } as const;

/** A dispatch as the page runs it, and how its outputs are read. */
export interface Prepared {
  readonly kernel: PlainKernel;
  readonly outputs: Readonly<Record<string, (bytes: Uint8Array) => Numbers>>;
}

export const isOutput = (value: unknown): value is Output =>
  typeof value === 'object' &&
  value !== null &&
  'type' in value &&
  'length' in value &&
  !ArrayBuffer.isView(value);

const isNumbers = (value: unknown): value is Numbers => ArrayBuffer.isView(value);

/** The text as the GPU compiles it; one without directives stays as it is, so that its lines keep their numbers. */
export function textOf({ wgsl, flags = {} }: Kernel): string {
  if (typeof wgsl !== 'string' || !wgsl.trim())
    throw new UsageError('wgsl is the text of a kernel: it is empty');
  return Object.keys(flags).length || /^\s*\/\/#/m.test(wgsl) ? specialize(wgsl, { flags }) : wgsl;
}

/**
 * Checks a dispatch against its text.
 * @throws UsageError, ShapeError saying what does not fit; UnreadText if the text cannot be read
 */
export function prepare(kernel: Kernel, { bindings, workgroups }: Dispatch): Prepared {
  const text = textOf(kernel);
  const reflection = reflect(text, kernel.entryPoint);
  const { entryPoint, variables, needed } = reflection;
  const name = kernel.name ?? entryPoint;
  const has = variables.map((variable) => variable.name).join(', ') || 'none';
  for (const given of Object.keys(bindings))
    if (!variables.some((variable) => variable.name === given))
      throw new UsageError(`kernel '${name}' has no binding '${given}'; it has ${has}`);
  for (const missing of needed)
    if (bindings[missing] === undefined)
      throw new UsageError(
        `kernel '${name}' needs the binding '${missing}': give it in bindings; it has ${has}`,
      );
  const bound = variables.filter((variable) => bindings[variable.name] !== undefined);
  return {
    kernel: {
      name,
      text,
      entryPoint,
      overrides: overridesOf(name, reflection, kernel.overrides),
      bindings: bound.map((variable) => bind(name, text, variable, bindings[variable.name])),
      workgroups: dimensionsOf(name, workgroups),
    },
    outputs: Object.fromEntries(
      bound
        .filter(({ access }) => access === 'read_write')
        .map((variable) => [variable.name, readerOf(bindings[variable.name])]),
    ),
  };
}

function overridesOf(
  name: string,
  { overrides }: Reflection,
  given: Kernel['overrides'] = {},
): Record<string, number> {
  for (const one of Object.keys(given))
    if (!overrides.includes(one) && !/^\d+$/.test(one))
      throw new UsageError(
        `kernel '${name}' has no override '${one}'; it has ${overrides.join(', ') || 'none'}`,
      );
  return Object.fromEntries(Object.entries(given).map(([one, value]) => [one, Number(value)]));
}

function dimensionsOf(name: string, workgroups: Dispatch['workgroups']): [number, number, number] {
  const [x, y = 1, z = 1] = typeof workgroups === 'number' ? [workgroups] : (workgroups ?? []);
  for (const count of [x, y, z])
    if (!Number.isInteger(count) || count < 1)
      throw new UsageError(
        `kernel '${name}': workgroups are [x, y, z], each a whole number of at least 1, not ${JSON.stringify(workgroups)}`,
      );
  return [x, y, z];
}

function bind(
  kernel: string,
  text: string,
  { type, ...variable }: Variable,
  given: Bindings[string],
): PlainBinding {
  const { name, group, binding, access } = variable;
  const label = `kernel '${kernel}': binding '${name}'`;
  const at = { name, group, binding, access };
  if (isOutput(given)) {
    if (access !== 'read_write')
      throw new UsageError(
        `${label} is not read_write in the WGSL: nothing can come back from it; give an array`,
      );
    if (!(given.type in ARRAYS) || !Number.isInteger(given.length) || given.length < 1)
      throw new UsageError(
        `${label}: an output is { type, length }, type ${Object.keys(ARRAYS).join(', ')} and length at least 1, not ${JSON.stringify(given)}`,
      );
    checkScalar(label, type, given.type, `'${given.type}' was asked for`);
    const bytes = given.length * ARRAYS[given.type].BYTES_PER_ELEMENT;
    checkBytes(label, type, bytes);
    return { ...at, content: undefined, bytes, guarded: isGuarded(text, name) };
  }
  if (isNumbers(given)) {
    const own = (Object.keys(ARRAYS) as (keyof OutputArrays)[]).find((key) => given instanceof ARRAYS[key]);
    if (!own)
      throw new UsageError(
        `${label}: a ${(given as object).constructor.name} cannot be given, only a Float32Array, Int32Array, Uint32Array, or the bits of f16 as a Uint16Array`,
      );
    if (!given.length) throw new ShapeError(`${label} is empty: WebGPU binds no buffer without bytes`);
    checkScalar(label, type, own, `a ${given.constructor.name} was given`);
    checkBytes(label, type, given.byteLength);
    const content = new Uint8Array(given.buffer, given.byteOffset, given.byteLength).slice();
    return { ...at, content, bytes: content.length, guarded: access !== 'uniform' && isGuarded(text, name) };
  }
  if (access === 'read_write')
    throw new UsageError(`${label} is read_write: give a typed array, or { type, length } for an output`);
  if (given === null || (typeof given === 'object' && !type.isStruct && !Array.isArray(given)))
    throw new UsageError(
      `${label} is ${typeName(type)}: give a typed array or numbers, not ${JSON.stringify(given)}`,
    );
  const content = packValue(type, given as Value, label);
  return { ...at, content, bytes: content.length, guarded: false };
}

/** A kernel that asks how long a buffer is has to be told the truth: no words that are not its own may follow. */
function isGuarded(text: string, name: string): boolean {
  return [...text.matchAll(/arrayLength\s*\(\s*(&?\s*\w+)/g)].every(
    ([, asked]) => asked.startsWith('&') && asked.replace(/&\s*/, '') !== name,
  );
}

function checkScalar(label: string, type: Variable['type'], given: keyof OutputArrays, words: string): void {
  const own = scalarOf(type);
  if (own && own !== given) throw new UsageError(`${label} is ${typeName(type)} in the WGSL, but ${words}`);
}

function checkBytes(label: string, type: Variable['type'], bytes: number): void {
  if (type.size && bytes !== type.size && !(type.isStruct && bytes > type.size))
    throw new ShapeError(`${label} is ${typeName(type)}, ${type.size} bytes; ${bytes} were given`);
  if (!isArray(type) || !type.stride || bytes % type.stride === 0) return;
  throw new ShapeError(
    `${label} is ${typeName(type)}, whose elements lie ${type.stride} bytes apart; ${bytes} bytes are no whole number of them`,
  );
}

function readerOf(given: Bindings[string]): (bytes: Uint8Array) => Numbers {
  const type = isOutput(given)
    ? given.type
    : (Object.keys(ARRAYS) as (keyof OutputArrays)[]).find((key) => given instanceof ARRAYS[key])!;
  return (bytes) => new ARRAYS[type](bytes.slice().buffer);
}
