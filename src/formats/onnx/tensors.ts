import { DataError } from '../../errors.ts';
import { DTYPES } from '../dtypes.ts';
import { DATA_TYPE, type Tensor } from './messages.ts';

/** The numbers of a tensor, row-major; float64 is kept, smaller types become float32. */
export interface Numbers {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array | Float64Array;
}

const RAW_TYPES = new Map([
  [DATA_TYPE.FLOAT, 'F32'],
  [DATA_TYPE.DOUBLE, 'F64'],
  [DATA_TYPE.FLOAT16, 'F16'],
  [DATA_TYPE.BFLOAT16, 'BF16'],
] as [number, string][]);

/**
 * The numbers of a tensor. Sizes are checked before memory is taken.
 * @throws DataError naming the tensor if they lie in another file, are of another type or not as many as its
 * shape says, or one is not finite in float32
 */
export function numbersOf(tensor: Tensor, name: string, file: string): Numbers {
  const refuse = (problem: string, row?: number) =>
    new DataError(`In '${file}' the tensor '${name}' ${problem}`, { file, column: name, row });
  checkInside(tensor, refuse);
  const type = tensor.dataType ?? 0;
  const dtype = DTYPES.get(RAW_TYPES.get(type) ?? '');
  if (!dtype)
    throw refuse(
      `has numbers of type ${type}, where float32, float64, float16 or bfloat16 is expected; export the model in float32`,
    );
  const { rawData } = tensor;
  const list = type === DATA_TYPE.DOUBLE ? tensor.doubleData : tensor.floatData;
  const count = countOf(tensor, refuse);
  const found = rawData ? rawData.length / dtype.bytes : list.length;
  if (found !== count || (rawData && tensor.floatData.length + tensor.doubleData.length > 0)) {
    throw refuse(
      `holds ${rawData ? `${rawData.length} bytes` : `${list.length} numbers`}, where its shape [${tensor.dims.join(', ')}] needs ${count} numbers; save or fetch the file again`,
    );
  }
  const data = type === DATA_TYPE.DOUBLE ? new Float64Array(count) : new Float32Array(count);
  const view = rawData && new DataView(rawData.buffer, rawData.byteOffset, rawData.byteLength);
  for (let i = 0; i < count; i++) {
    const value = view ? dtype.read(view, i * dtype.bytes) : list[i];
    if (!Number.isFinite(Math.fround(value))) {
      throw refuse(
        `holds ${value} at index ${i}, which is no finite float32; train or convert the model again`,
        i,
      );
    }
    data[i] = value;
  }
  return { name, shape: tensor.dims, data };
}

/** The whole numbers of a short tensor of int64, such as a shape. @throws DataError as `numbersOf` */
export function wholesOf(tensor: Tensor, name: string, file: string): number[] {
  const refuse = (problem: string) =>
    new DataError(`In '${file}' the tensor '${name}' ${problem}`, { file, column: name });
  checkInside(tensor, refuse);
  const { rawData, int64Data } = tensor;
  const count = countOf(tensor, refuse);
  if (tensor.dataType !== DATA_TYPE.INT64 || count !== (rawData ? rawData.length / 8 : int64Data.length))
    throw refuse(`holds no ${count} numbers of int64, as a shape does; save or fetch the file again`);
  if (!rawData) return [...int64Data];
  const view = new DataView(rawData.buffer, rawData.byteOffset, rawData.byteLength);
  return Array.from({ length: count }, (_, i) => Number(view.getBigInt64(8 * i, true)));
}

/** A matrix with rows and columns exchanged. */
export function transpose({ name, shape: [rows, columns], data }: Numbers): Numbers {
  const turned = data.map((_, i) => data[(i % rows) * columns + Math.floor(i / rows)]);
  return { name, shape: [columns, rows], data: turned };
}

function checkInside(
  { dataLocation, externalData, segment }: Tensor,
  refuse: (problem: string) => DataError,
): void {
  if (dataLocation || externalData.length)
    throw refuse(
      'lies in another file, which Katman does not open; export the model with its weights inside (external_data=False in PyTorch)',
    );
  if (segment) throw refuse('is stored in segments; export the model again');
}

function countOf({ dims }: Tensor, refuse: (problem: string) => DataError): number {
  const count = dims.reduce((product, size) => product * size, 1);
  if (!dims.every((size) => Number.isSafeInteger(size) && size >= 0) || !Number.isSafeInteger(count))
    throw refuse(`has the impossible shape [${dims.join(', ')}]; save or fetch the file again`);
  return count;
}
