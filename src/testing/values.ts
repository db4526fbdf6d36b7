import type { MemberInfo, StructInfo, TypeInfo } from 'wgsl_reflect/wgsl_reflect.module.js';
import { UsageError } from '../errors.ts';
import { isArray, scalarOf, typeName } from './reflection.ts';
import type { Value } from './types.ts';

const isList = (value: Value): value is readonly Value[] | ArrayLike<number> =>
  Array.isArray(value) || ArrayBuffer.isView(value);

const isStruct = (type: TypeInfo): type is StructInfo => type.isStruct;

/**
 * The bytes of a struct or scalar, as WGSL lays it out.
 * @param label what is being written, as errors name it
 * @throws UsageError naming a field that is missing, unknown or of another kind
 */
export function packValue(type: TypeInfo, value: Value, label: string): Uint8Array {
  const bytes = new Uint8Array(type.size || (isArray(type) ? type.stride * lengthOf(value) : 0));
  write(new DataView(bytes.buffer), 0, type, value, label);
  return bytes;
}

const lengthOf = (value: Value) => (isList(value) ? value.length : 0);

function write(view: DataView, at: number, type: TypeInfo, value: Value, label: string): void {
  if (isStruct(type)) return writeStruct(view, at, type.members, value, label);
  if (isArray(type)) {
    const count = type.count || lengthOf(value);
    const list = listOf(value, count, type, label);
    for (let i = 0; i < count; i++) write(view, at + i * type.stride, type.format, list[i], `${label}[${i}]`);
    return;
  }
  const scalar = scalarOf(type);
  const name = type.getTypeName();
  const [, columns, rows] = /^(?:mat(\d)x|vec)(\d)/.exec(name) ?? [];
  if (scalar === undefined || scalar === 'f16')
    throw new UsageError(
      `${label} is of type ${name}, which cannot be written here: give the bytes as a Uint32Array`,
    );
  if (rows === undefined) return writeScalar(view, at, scalar, value, label);
  const list = listOf(value, Number(columns ?? 1) * Number(rows), type, label);
  // A column of three takes the room of four.
  const stride = 4 * (Number(rows) === 3 ? 4 : Number(rows));
  for (let i = 0; i < list.length; i++) {
    const [column, row] = [Math.floor(i / Number(rows)), i % Number(rows)];
    writeScalar(view, at + column * stride + 4 * row, scalar, list[i], `${label}[${i}]`);
  }
}

function writeStruct(
  view: DataView,
  at: number,
  members: readonly MemberInfo[],
  value: Value,
  label: string,
): void {
  const names = members.map(({ name }) => name).join(', ');
  if (typeof value !== 'object' || isList(value))
    throw new UsageError(`${label} is a struct: give an object with the fields ${names}`);
  const fields = value as { readonly [field: string]: Value };
  for (const name of Object.keys(fields))
    if (!members.some((member) => member.name === name))
      throw new UsageError(`${label} has no field '${name}'; it has ${names}`);
  for (const { name, offset, type } of members) {
    if (fields[name] === undefined)
      throw new UsageError(`${label}: the field '${name}' (${typeName(type)}) is not given`);
    write(view, at + offset, type, fields[name], `${label}.${name}`);
  }
}

function listOf(value: Value, length: number, type: TypeInfo, label: string): ArrayLike<Value> {
  if (isList(value) && value.length === length) return value;
  throw new UsageError(
    `${label} is ${typeName(type)}: give a list of ${length} ${isArray(type) ? 'elements' : 'numbers'}, not ${isList(value) ? `of ${value.length}` : JSON.stringify(value)}`,
  );
}

function writeScalar(
  view: DataView,
  at: number,
  scalar: 'f32' | 'i32' | 'u32',
  value: Value,
  label: string,
): void {
  const number = typeof value === 'boolean' ? Number(value) : value;
  if (typeof number !== 'number')
    throw new UsageError(`${label} is ${scalar}: give a number, not ${JSON.stringify(value)}`);
  if (scalar === 'f32') return view.setFloat32(at, number, true);
  const [low, high] = scalar === 'i32' ? [-(2 ** 31), 2 ** 31 - 1] : [0, 2 ** 32 - 1];
  if (!Number.isInteger(number) || number < low || number > high)
    throw new UsageError(`${label} is ${scalar}: ${number} is no whole number from ${low} to ${high}`);
  if (scalar === 'i32') view.setInt32(at, number, true);
  else view.setUint32(at, number, true);
}
