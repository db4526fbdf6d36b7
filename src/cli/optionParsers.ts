import { InvalidArgumentError, Option } from 'commander';

/** A finite number within float32. */
export function number(text: string): number {
  const value = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text.trim()) ? Number(text) : NaN;
  if (!Number.isFinite(value)) throw new InvalidArgumentError(`It is a finite number, not '${text}'.`);
  if (!Number.isFinite(Math.fround(value))) throw new InvalidArgumentError(`'${text}' is outside float32.`);
  return value;
}

/** A number above 0. */
export function positive(text: string): number {
  const value = number(text);
  if (!(value > 0)) throw new InvalidArgumentError(`It is a finite number above 0, not '${text}'.`);
  return value;
}

/** A number of at least 0. */
export function atLeastZero(text: string): number {
  const value = number(text);
  if (value < 0) throw new InvalidArgumentError(`It is a finite number of at least 0, not '${text}'.`);
  return value;
}

/** A seed: what 32 bits hold, so that no two that look different are the same. */
export function seed(text: string): number {
  const value = whole(0)(text);
  if (value >= 2 ** 32)
    throw new InvalidArgumentError(`It is a whole number below 4294967296, not '${text}'.`);
  return value;
}

/** A whole number of at least `least`. */
export function whole(least: number): (text: string) => number {
  return (text) => {
    const value = /^\d+$/.test(text.trim()) ? Number(text) : NaN;
    if (!Number.isSafeInteger(value) || value < least) {
      throw new InvalidArgumentError(`It is a whole number of at least ${least}, not '${text}'.`);
    }
    return value;
  };
}

/** So many steps, or with an `s` behind it seconds. */
export function every(text: string): { everySteps?: number; everySeconds?: number } {
  const [, seconds] = /^(.*[\d.])s$/.exec(text.trim()) ?? [];
  try {
    return seconds === undefined ? { everySteps: whole(1)(text) } : { everySeconds: positive(seconds) };
  } catch {
    throw new InvalidArgumentError(
      `It is a whole number of steps, or of seconds with an s (30s), not '${text}'.`,
    );
  }
}

/** A share of at least 0 and below 1. */
export function share(text: string): number {
  const value = number(text);
  if (value < 0 || value >= 1)
    throw new InvalidArgumentError(`It is a share from 0 up to, but not, 1: not '${text}'.`);
  return value;
}

/** A share of more than 0 and below 1. */
export function fraction(text: string): number {
  const value = number(text);
  if (value <= 0 || value >= 1)
    throw new InvalidArgumentError(`It is a number between 0 and 1, not '${text}'.`);
  return value;
}

/** The name of a file that is to be there, or to be made. */
export function fileName(text: string): string {
  if (!text.trim()) throw new InvalidArgumentError('It is the name of a file, not nothing.');
  return text;
}

/** A word that stands for itself, or what a parser makes of the text; one that is neither hears of both. */
export function wordOr<T>(word: string, parse: (text: string) => T): (text: string) => string | T {
  return (text) => {
    if (text.trim() === word) return word;
    try {
      return parse(text);
    } catch (error) {
      if (!(error instanceof InvalidArgumentError)) throw error;
      throw new InvalidArgumentError(error.message.replace(/^It is /, `It is ${word}, or `));
    }
  };
}

/** Several of a kind, with commas between them. */
export function list<T>(parse: (text: string) => T): (text: string) => T[] {
  return (text) => text.split(',').map((part) => parse(part.trim()));
}

/** Units of the hidden layers, or `none`. */
export function layers(text: string): number[] {
  const units = wordOr('none', list(whole(1)))(text);
  return units === 'none' ? [] : (units as number[]);
}

/** One of several words. */
export function oneOf<T extends string>(words: readonly T[]): (text: string) => T {
  return (text) => {
    if (!words.includes(text as T))
      throw new InvalidArgumentError(`Allowed choices are ${words.join(', ')}.`);
    return text as T;
  };
}

/** An option that takes one of several words. */
export function choice(flags: string, text: string, choices: readonly string[]): Option {
  return new Option(flags, text).choices([...choices]);
}
