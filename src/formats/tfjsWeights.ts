import { DataError } from '../errors.ts';
import { DTYPES } from './dtypes.ts';
import type { Field } from './field.ts';
import type { NamedTensor } from './safetensors.ts';

/** Gives the bytes of a file that `model.json` names, by its path beside it. */
export type ReadWeights = (path: string) => Promise<Uint8Array> | Uint8Array;

/** A tensor as the manifest describes it; its bytes are [begin, end) of those of its group. */
interface Entry {
  readonly field: Field;
  readonly name: string;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
  readonly read: Read;
}

/** The number at a place, before it is rounded to float32. */
type Read = (view: DataView, at: number) => number;

/** Files whose bytes follow each other, and the tensors in them. */
export interface Group {
  readonly paths: readonly string[];
  readonly entries: readonly Entry[];
  readonly bytes: number;
}

const float32 = DTYPES.get('F32')!;
const float16 = DTYPES.get('F16')!;

/** Types that only tensors of an optimizer have, which are passed over. */
const OTHER_BYTES: ReadonlyMap<unknown, number> = new Map([
  ['int32', 4],
  ['bool', 1],
]);

/**
 * What the manifest says, before any weight is read.
 * @throws DataError for types that are not float32 (nor quantized from it), paths that lead elsewhere, and
 * names or paths that stand twice
 */
export function readManifest(manifest: Field): Group[] {
  const groups = manifest.list().map(readGroup);
  refuseTwice(
    manifest,
    groups.flatMap(({ paths }) => paths),
  );
  refuseTwice(
    manifest,
    groups.flatMap(({ entries }) => entries.map(({ name }) => name)),
  );
  return groups;
}

function refuseTwice(manifest: Field, names: readonly string[]): void {
  const before = new Set<string>();
  const twice = names.find((name) => before.size === before.add(name).size);
  if (twice === undefined) return;
  throw new DataError(`'${manifest.file}' names '${twice}' twice in its weights; save or convert it again`, {
    file: manifest.file,
    column: manifest.name,
  });
}

function readGroup(group: Field): Group {
  const entries: Entry[] = [];
  let end = 0;
  for (const weight of group.get('weights').list()) {
    const name = weight.get('name').text();
    const shape = weight
      .get('shape')
      .list()
      .map((size) => size.whole());
    const { bytes, read } = readType(weight);
    const begin = end;
    end += shape.reduce((product, size) => product * size, bytes);
    if (!Number.isSafeInteger(end)) throw weight.get('shape').wrong('the shape of a tensor');
    if (read) entries.push({ field: weight, name, shape, begin, end, read });
  }
  return { paths: group.get('paths').list().map(readPath), entries, bytes: end };
}

/** How many bytes a number has and how it is read; not at all if it belongs to an optimizer. */
function readType(weight: Field): { bytes: number; read?: Read } {
  const type = weight.get('dtype');
  if (weight.get('group').value === 'optimizer') {
    const bytes = type.value === 'float32' ? 4 : OTHER_BYTES.get(type.value);
    if (!bytes) throw type.wrong('one of the types float32, int32, bool');
    return { bytes };
  }
  if (type.value !== 'float32') throw type.wrong("the type 'float32'");
  const quantization = weight.get('quantization');
  if (quantization.value === undefined) return float32;
  const kind = quantization.get('dtype');
  if (kind.value === 'float16') return float16;
  if (kind.value !== 'uint8' && kind.value !== 'uint16') throw kind.wrong('one of uint8, uint16, float16');
  const scale = finite(quantization.get('scale'));
  const min = finite(quantization.get('min'));
  return kind.value === 'uint8'
    ? { bytes: 1, read: (view, at) => view.getUint8(at) * scale + min }
    : { bytes: 2, read: (view, at) => view.getUint16(at, true) * scale + min };
}

function finite(field: Field): number {
  const { value } = field;
  if (!Number.isFinite(value)) throw field.wrong('a finite number');
  return value as number;
}

/** @throws DataError for a path that leads out of the folder of the model, or to another host */
function readPath(field: Field): string {
  const path = field.text();
  if (!path || /^[/\\]|^[a-z][a-z0-9+.-]*:|(^|[/\\])\.\.([/\\]|$)|[\0?#]/i.test(path))
    throw field.wrong('a path beside the model');
  return path;
}

/**
 * The tensors of a group.
 * @throws DataError if its files have not as many bytes as the manifest says, or a number is not finite
 */
export async function readTensorsOf(group: Group, file: string, read: ReadWeights): Promise<NamedTensor[]> {
  const parts: Uint8Array[] = [];
  for (const path of group.paths) parts.push(await read(path));
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  if (length !== group.bytes) {
    const names = group.paths.map((path) => `'${path}'`).join(', ');
    throw new DataError(
      `${names || 'No file'} beside '${file}' has ${length} bytes of weights where its manifest says ${group.bytes}, so a file is cut off, damaged or another model's; save or fetch it again`,
      { file: group.paths[0] ?? file },
    );
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  const view = new DataView(whole.buffer);
  return group.entries.map((entry) => decode(entry, view));
}

function decode({ field, name, shape, begin, end, read }: Entry, view: DataView): NamedTensor {
  const count = shape.reduce((product, size) => product * size, 1);
  const size = count && (end - begin) / count;
  const data = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    const value = read(view, begin + i * size);
    data[i] = value;
    if (!Number.isFinite(data[i])) {
      throw new DataError(
        `The weights '${name}' of '${field.file}' hold ${value} at index ${i}, which is no finite float32; train or convert the model again`,
        { file: field.file, column: name, row: i },
      );
    }
  }
  return { name, shape, data };
}
