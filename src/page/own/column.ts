import { hasDecimalComma, isMissing, toNumber } from '../../data/cells.ts';

/** Cells that differ are remembered up to this many, which is more than any label or category may have. */
export const MOST_TEXTS = 1001;

/** The code of a cell that is missing. */
export const MISSING_CODE = 0;
const OTHER_CODE = 65_535;

/** 'number' if at least half of what is not missing is a number. */
export type Kind = 'number' | 'text';

/** A cell of a row. */
export interface Cell {
  /** From 0. */
  readonly row: number;
  readonly text: string;
}

/** What is known of a column; crosses to the page. */
export interface ColumnSummary {
  readonly name: string;
  readonly kind: Kind;
  readonly missing: number;
  /** Cells of a column of numbers that are none, and the first of them. */
  readonly strays: number;
  readonly firstStray: Cell | undefined;
  /** How many different values there are; undefined if there are more than are remembered. */
  readonly distinct: number | undefined;
  /** The first different texts, or numbers as texts. */
  readonly examples: readonly string[];
  /** Whether all of few different numbers are whole, as classes are. */
  readonly whole: boolean;
  /** Whether most texts are numbers with a decimal comma. */
  readonly commas: boolean;
  /** Of the numbers; NaN if there is none. */
  readonly min: number;
  readonly max: number;
  readonly mean: number;
}

/**
 * A column as it grows, in ten bytes a cell: its number, and the code of its text as long as there are few
 * different ones.
 */
export class ColumnStore {
  #values = new Float64Array(64);
  #codes = new Uint16Array(64);
  #texts: string[] = [];
  #places = new Map<string, number>();
  #overflowed = false;
  #rows = 0;
  #missing = 0;
  #numbers = 0;
  #sum = 0;
  #min = Infinity;
  #max = -Infinity;
  #strays = 0;
  #commas = 0;
  #firstStray: Cell | undefined;

  constructor(readonly name: string) {}

  get rows(): number {
    return this.#rows;
  }

  /** [rows], NaN where the cell holds no number */
  get values(): Float64Array {
    return this.#values.subarray(0, this.#rows);
  }

  /** The number of a row, NaN if its cell holds none. */
  value(row: number): number {
    return this.#values[row];
  }

  /** The text of a row, while it is remembered. */
  text(row: number): string | undefined {
    const code = this.#codes[row];
    return code === OTHER_CODE ? undefined : this.#texts[code - 1];
  }

  isMissing(row: number): boolean {
    return this.#codes[row] === MISSING_CODE;
  }

  /** All different texts as they are written, or undefined where they are too many to be remembered. */
  get texts(): readonly string[] | undefined {
    return this.#overflowed ? undefined : this.#texts;
  }

  get kind(): Kind {
    return this.#numbers >= this.#strays ? 'number' : 'text';
  }

  /** @param cell without the spaces around it */
  push(cell: string): void {
    const row = this.#rows++;
    if (row === this.#values.length) this.#grow();
    const value = toNumber(cell);
    this.#values[row] = value;
    if (!Number.isNaN(value)) {
      this.#numbers++;
      this.#sum += value;
      if (value < this.#min) this.#min = value;
      if (value > this.#max) this.#max = value;
    } else if (isMissing(cell)) {
      this.#missing++;
      this.#codes[row] = MISSING_CODE;
      return;
    } else {
      if (!this.#strays++) this.#firstStray = { row, text: cell };
      if (hasDecimalComma(cell)) this.#commas++;
    }
    this.#codes[row] = this.#code(cell);
  }

  summary(): ColumnSummary {
    const { name, kind } = this;
    const numbers = kind === 'number' ? this.#texts.map(toNumber) : [];
    const different = kind === 'number' ? new Set(numbers) : new Set(this.#texts);
    return {
      name,
      kind,
      missing: this.#missing,
      strays: kind === 'number' ? this.#strays : 0,
      firstStray: kind === 'number' ? this.#firstStray : undefined,
      distinct: this.#overflowed ? undefined : different.size,
      examples: this.#texts.slice(0, 3),
      whole: !this.#overflowed && kind === 'number' && numbers.every(Number.isInteger),
      commas: kind === 'text' && 2 * this.#commas >= this.#strays,
      min: this.#numbers ? this.#min : NaN,
      max: this.#numbers ? this.#max : NaN,
      mean: this.#sum / this.#numbers,
    };
  }

  #code(cell: string): number {
    if (this.#overflowed) return OTHER_CODE;
    const known = this.#places.get(cell);
    if (known !== undefined) return known;
    if (this.#texts.length === MOST_TEXTS) {
      this.#overflowed = true;
      this.#places.clear();
      return OTHER_CODE;
    }
    const code = this.#texts.push(cell);
    this.#places.set(cell, code);
    return code;
  }

  #grow(): void {
    const values = new Float64Array(2 * this.#values.length);
    values.set(this.#values);
    this.#values = values;
    const codes = new Uint16Array(2 * this.#codes.length);
    codes.set(this.#codes);
    this.#codes = codes;
  }
}
