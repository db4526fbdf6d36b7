import { BinaryReader, BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { DataError } from '../../errors.ts';

/** What a field holds: a type of protobuf, or a message. */
type Kind = 'int' | 'float' | 'double' | 'string' | 'bytes' | Schema;

interface FieldType {
  readonly no: number;
  readonly kind: Kind;
  readonly many: boolean;
}

/** The fields of a message by name. They are written in this order, and read in any. */
export type Schema = { readonly [name: string]: FieldType };

type Value<K> = K extends 'int' | 'float' | 'double'
  ? number
  : K extends 'string'
    ? string
    : K extends 'bytes'
      ? Uint8Array
      : K extends Schema
        ? Message<K>
        : never;

/** A message as it was read: a field that may stand once can be undefined, one that may stand often is a list. */
export type Message<S extends Schema> = {
  readonly [N in keyof S]: S[N]['many'] extends true
    ? readonly Value<S[N]['kind']>[]
    : Value<S[N]['kind']> | undefined;
};

/** A message to be written: what it does not name is left out. */
export type Draft<S extends Schema> = {
  readonly [N in keyof S]?: S[N]['many'] extends true ? readonly Part<S[N]['kind']>[] : Part<S[N]['kind']>;
};
type Part<K> = K extends Schema ? Draft<K> : Value<K>;

/** A field that stands once at most. */
export const one = <const K extends Kind>(no: number, kind: K) => ({ no, kind, many: false }) as const;
/** A field that may stand any number of times. */
export const many = <const K extends Kind>(no: number, kind: K) => ({ no, kind, many: true }) as const;

/** An empty message takes two bytes of a file and hundreds of memory; no dense network has as many. */
const MOST_MESSAGES = 100_000;

const WIRE_TYPES: Readonly<Record<string, WireType>> = {
  int: WireType.Varint,
  float: WireType.Bit32,
  double: WireType.Bit64,
};

/**
 * Reads a message; fields that its schema does not name are passed over.
 * @param file the name of the file, for messages
 * @throws DataError with the byte where it is cut off, a field has another type, or what may stand once stands twice
 */
export function decode<S extends Schema>(schema: S, bytes: Uint8Array, file: string): Message<S> {
  let messages = 0;

  function message(fields: Schema, part: Uint8Array): Record<string, unknown> {
    const reader = new BinaryReader(part);
    const result: Record<string, unknown> = {};
    const names = new Map<number, string>();
    for (const [name, { no, many }] of Object.entries(fields)) {
      names.set(no, name);
      result[name] = many ? [] : undefined;
    }
    try {
      if (++messages > MOST_MESSAGES) throw new Error(`more than ${MOST_MESSAGES} parts`);
      while (reader.pos < reader.len) {
        const [no, wireType] = reader.tag();
        const name = names.get(no);
        if (name === undefined) reader.skip(wireType, no);
        else field(reader, wireType, name, fields[name], result);
      }
    } catch (error) {
      if (error instanceof DataError) throw error;
      const at = part.byteOffset - bytes.byteOffset + Math.min(reader.pos, reader.len);
      throw new DataError(
        `'${file}' is cut off, damaged or no ONNX file: ${(error as Error).message} at byte ${at}; save or fetch it again`,
        { file },
      );
    }
    return result;
  }

  function field(
    reader: BinaryReader,
    wireType: WireType,
    name: string,
    { kind, many }: FieldType,
    result: Record<string, unknown>,
  ): void {
    const expected = typeof kind === 'string' ? WIRE_TYPES[kind] : undefined;
    const list = many ? (result[name] as unknown[]) : undefined;
    if (list && expected !== undefined && wireType === WireType.LengthDelimited) {
      // Numbers may stand packed, one after another.
      const end = reader.uint32() + reader.pos;
      if (end > reader.len) throw new Error('premature EOF');
      while (reader.pos < end) list.push(value(reader, kind));
      if (reader.pos > end) throw new Error(`numbers of '${name}' beyond their end`);
      return;
    }
    if (wireType !== (expected ?? WireType.LengthDelimited))
      throw new Error(`wire type ${wireType} for the field '${name}'`);
    if (list) list.push(value(reader, kind));
    else if (result[name] !== undefined) throw new Error(`the field '${name}' a second time`);
    else result[name] = value(reader, kind);
  }

  function value(reader: BinaryReader, kind: Kind): unknown {
    switch (kind) {
      case 'int':
        // Beyond 2^53 it is rounded, and refused as a size by whoever asks.
        return Number(reader.int64());
      case 'float':
        return reader.float();
      case 'double':
        return reader.double();
      case 'string':
        return reader.string(true);
      case 'bytes':
        return reader.bytes();
      default:
        return message(kind, reader.bytes());
    }
  }

  return message(schema, bytes) as Message<S>;
}

/** The bytes of a message. */
export function encode<S extends Schema>(schema: S, draft: Draft<S>): Uint8Array {
  const writer = new BinaryWriter();
  write(writer, schema, draft);
  return writer.finish();
}

function write(writer: BinaryWriter, schema: Schema, draft: Readonly<Record<string, unknown>>): void {
  for (const [name, { no, kind, many }] of Object.entries(schema)) {
    if (draft[name] === undefined) continue;
    for (const value of many ? (draft[name] as readonly unknown[]) : [draft[name]]) {
      const wireType = typeof kind === 'string' ? WIRE_TYPES[kind] : undefined;
      writer.tag(no, wireType ?? WireType.LengthDelimited);
      if (kind === 'int') writer.int64(value as number);
      else if (kind === 'float') writer.float(value as number);
      else if (kind === 'double') writer.double(value as number);
      else if (kind === 'string') writer.string(value as string);
      else if (kind === 'bytes') writer.bytes(value as Uint8Array);
      else {
        write(writer.fork(), kind, value as Record<string, unknown>);
        writer.join();
      }
    }
  }
}
