import { DataError } from '../errors.ts';

/** A value in a file that somebody else may have written, with its place for messages. */
export class Field {
  constructor(
    readonly file: string,
    /** As a person would write it: `network.layers[0].units`. */
    readonly name: string,
    readonly value: unknown,
  ) {}

  /** The error that says what was expected here. */
  wrong(expected: string): DataError {
    const found = this.value === undefined ? 'nothing' : shown(this.value);
    return new DataError(
      `'${this.file}' has ${found} in the field '${this.name}', where ${expected} is expected; save or fetch the file again`,
      { file: this.file, column: this.name },
    );
  }

  /** The fields of this object. @throws DataError if it is none */
  object(): Readonly<Record<string, unknown>> {
    const { value } = this;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw this.wrong('an object');
    return value as Record<string, unknown>;
  }

  /** A field of this object, whose value is undefined if there is none. @throws DataError if this is none */
  get(key: string): Field {
    const fields = this.object();
    const own = Object.hasOwn(fields, key) ? fields[key] : undefined;
    return new Field(this.file, this.name ? `${this.name}.${key}` : key, own);
  }

  /** The items of this list. @throws DataError if it is none */
  list(): Field[] {
    if (!Array.isArray(this.value)) throw this.wrong('a list');
    return this.value.map((item, i) => new Field(this.file, `${this.name}[${i}]`, item));
  }

  /** @throws DataError if this is no text */
  text(): string {
    if (typeof this.value !== 'string') throw this.wrong('a text');
    return this.value;
  }

  /** Texts that are all different. @throws DataError if this is none, or has fewer */
  names(least = 1): string[] {
    const names = this.list().map((item) => item.text());
    if (names.length < least || new Set(names).size < names.length)
      throw this.wrong(`a list of at least ${least} different texts`);
    return names;
  }

  /** @throws DataError if this is no whole number from `least` on */
  whole(least = 0): number {
    const { value } = this;
    if (!Number.isSafeInteger(value) || (value as number) < least)
      throw this.wrong(`a whole number of at least ${least}`);
    return value as number;
  }

  /** One of some texts. @throws DataError listing them, if this is none of them */
  oneOf<T extends string>(texts: readonly T[]): T {
    if (!texts.includes(this.value as T)) throw this.wrong(`one of ${texts.join(', ')}`);
    return this.value as T;
  }

  /** A share below 1; 0 where there is nothing. @throws DataError if it is none */
  share(): number {
    const { value } = this;
    if (value === undefined) return 0;
    if (typeof value !== 'number' || !(value >= 0 && value < 1))
      throw this.wrong('a share of at least 0 and below 1');
    return value;
  }

  /** @throws DataError if this is no finite number above 0 */
  positive(): number {
    const { value } = this;
    if (!Number.isFinite(value) || (value as number) <= 0) throw this.wrong('a finite number above 0');
    return value as number;
  }

  /** @throws DataError if these are not as many finite numbers */
  numbers(count: number): Float64Array {
    const { value } = this;
    if (!Array.isArray(value) || value.length !== count || !value.every(Number.isFinite))
      throw this.wrong(`a list of ${count} finite numbers`);
    return Float64Array.from(value);
  }
}

/** A value as a message shows it. */
function shown(value: unknown): string {
  try {
    return shorten(JSON.stringify(value));
  } catch {
    // The stack does not hold it.
    return 'what is nested too deep';
  }
}

function shorten(text: string): string {
  return text.length <= 60 ? text : `${text.slice(0, 60)}...`;
}
