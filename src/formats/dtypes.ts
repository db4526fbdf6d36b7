/** A type of numbers in a safetensors file that can be read as float32. */
export interface Dtype {
  readonly bytes: number;
  /** The number at a place, little endian, in double. */
  readonly read: (view: DataView, at: number) => number;
}

/** The types by the names that safetensors has for them. F64 is rounded, the others are exact. */
export const DTYPES: ReadonlyMap<string, Dtype> = new Map([
  ['F32', { bytes: 4, read: (view: DataView, at: number) => view.getFloat32(at, true) }],
  ['F64', { bytes: 8, read: (view: DataView, at: number) => view.getFloat64(at, true) }],
  ['F16', { bytes: 2, read: (view: DataView, at: number) => fromHalf(view.getUint16(at, true)) }],
  ['BF16', { bytes: 2, read: (view: DataView, at: number) => fromBfloat(view.getUint16(at, true)) }],
]);

const scratch = new DataView(new ArrayBuffer(4));

/** A bfloat16 is the upper half of a float32. */
function fromBfloat(bits: number): number {
  scratch.setUint32(0, bits * 2 ** 16);
  return scratch.getFloat32(0);
}

/** One bit of sign, five of exponent (bias 15), ten of mantissa. */
function fromHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const mantissa = (bits & 0x3ff) / 1024;
  if (exponent === 0) return sign * mantissa * 2 ** -14;
  if (exponent === 31) return mantissa ? NaN : sign * Infinity;
  return sign * (1 + mantissa) * 2 ** (exponent - 15);
}
