/**
 * The errors a user of Katman can meet. Each message has three parts: what happened, to which named
 * thing, what to do next.
 */

/** Base class of everything that Katman throws on purpose. */
export class KatmanError extends Error {
  /** The name of its class, which it keeps where the code is minified. */
  override name = 'KatmanError';
}

/** No WebGPU, no adapter, or an adapter that lacks a limit or feature; the message names which. */
export class GpuUnavailableError extends KatmanError {
  override name = 'GpuUnavailableError';
}

/** A shader did not compile, or does not fit the kernel it belongs to. */
export class ShaderError extends KatmanError {
  override name = 'ShaderError';

  constructor(
    message: string,
    /** The text that the compiler was given, with line numbers. */
    readonly listing = '',
  ) {
    super(listing ? `${message}\n${listing}` : message);
  }
}

/** Sizes that do not fit each other: names the tensor, what it has and what was expected. */
export class ShapeError extends KatmanError {
  override name = 'ShapeError';
}

/** An option that makes no sense: names the option and says what is allowed. */
export class UsageError extends KatmanError {
  override name = 'UsageError';
}

/** Data that cannot be used; `place` says where (file, row, column, all counted as a person would). */
export class DataError extends KatmanError {
  override name = 'DataError';

  constructor(
    message: string,
    /** The file, the row (from 1) and the column or field, as far as they are known. */
    readonly place: { file?: string; row?: number; column?: string | number } = {},
  ) {
    super(shorten(message));
  }
}

/** What a file calls things can be as long as the file: of a sentence around it, beginning and advice remain. */
function shorten(text: string): string {
  return text.length <= 1500 ? text : `${text.slice(0, 1000)} ... ${text.slice(-400)}`;
}

/** A GPU result that differs from the oracle by more than its bound. */
export class MismatchError extends KatmanError {
  override name = 'MismatchError';
}

/** The GPU device was lost; everything on it is gone. Open another and start from saved weights. */
export class DeviceLostError extends KatmanError {
  override name = 'DeviceLostError';
}
