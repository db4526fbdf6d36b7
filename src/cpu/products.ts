/** A matrix as a product reads it, from its first number on: how far apart its rows and its columns lie. */
export interface Matrix {
  readonly values: Float32Array;
  readonly row: number;
  readonly column: number;
}

/** A matrix [rows, width], row-major. */
export const matrix = (values: Float32Array, width: number): Matrix => ({ values, row: width, column: 1 });

/** The same numbers with rows and columns exchanged; nothing is moved. */
export const transposed = ({ values, row, column }: Matrix): Matrix => ({ values, row: column, column: row });

export interface ProductOptions {
  /** What each row of the result begins with; zeros if left out. [n] */
  readonly start?: Float32Array;
  /** What the product is multiplied by; 1 if left out. */
  readonly scale?: number;
}

/** Columns whose sums are kept in registers at a time. */
const PANEL = 8;

/**
 * The products of a layer on the CPU, of matrices as they lie or transposed. Zeros on the left are left out, since
 * there are many: ReLU makes some half of its outputs 0, and most pixels of a written digit are. The matrix on the
 * right is copied into panels of columns, so that a sum reads memory in order. Sums are in double precision.
 */
export class Products {
  /** The numbers of a row on the left that are not 0, and which terms they are. */
  readonly #factors: Float64Array;
  readonly #terms: Int32Array;
  readonly #panels: Float32Array;
  readonly #zeros: Float32Array;

  /**
   * @param terms most terms of a sum
   * @param columns most columns of a matrix on the right
   */
  constructor(terms: number, columns: number) {
    this.#factors = new Float64Array(terms);
    this.#terms = new Int32Array(terms);
    this.#panels = new Float32Array(terms * columns);
    this.#zeros = new Float32Array(columns);
  }

  /** out = start + scale left . right. left [m, k], right [k, n], out [m, n] row-major */
  multiply(
    left: Matrix,
    right: Matrix,
    out: Float32Array,
    [m, k, n]: readonly [number, number, number],
    { start = this.#zeros, scale = 1 }: ProductOptions = {},
  ): void {
    const whole = n - (n % PANEL);
    this.#pack(right, k, n);
    for (let i = 0; i < m; i++) {
      const count = this.#gather(left, i, k, scale);
      for (let j = 0; j < whole; j += PANEL) this.#sumPanel(count, k * j, start, j, out, i * n + j);
      for (let j = whole; j < n; j++) out[i * n + j] = start[j] + this.#sum(count, k * j);
    }
  }

  /** Panels of columns, each row by row; the last columns are panels of one. */
  #pack({ values, row, column }: Matrix, k: number, n: number): void {
    const panels = this.#panels;
    let to = 0;
    for (let j = 0; j < n;) {
      const width = j + PANEL <= n ? PANEL : 1;
      for (let t = 0; t < k; t++)
        for (let c = 0; c < width; c++) panels[to++] = values[t * row + (j + c) * column];
      j += width;
    }
  }

  /** Takes what is not 0 out of row i, without a branch that could be guessed wrongly; how many numbers that is. */
  #gather({ values, row, column }: Matrix, i: number, k: number, scale: number): number {
    const factors = this.#factors;
    const terms = this.#terms;
    let count = 0;
    for (let t = 0, at = i * row; t < k; t++, at += column) {
      const value = values[at];
      factors[count] = scale * value;
      terms[count] = t;
      count += value === 0 ? 0 : 1;
    }
    return count;
  }

  #sumPanel(
    count: number,
    from: number,
    start: Float32Array,
    j: number,
    out: Float32Array,
    to: number,
  ): void {
    const factors = this.#factors;
    const terms = this.#terms;
    const panels = this.#panels;
    let s0 = start[j];
    let s1 = start[j + 1];
    let s2 = start[j + 2];
    let s3 = start[j + 3];
    let s4 = start[j + 4];
    let s5 = start[j + 5];
    let s6 = start[j + 6];
    let s7 = start[j + 7];
    for (let t = 0; t < count; t++) {
      const factor = factors[t];
      const at = from + PANEL * terms[t];
      s0 += factor * panels[at];
      s1 += factor * panels[at + 1];
      s2 += factor * panels[at + 2];
      s3 += factor * panels[at + 3];
      s4 += factor * panels[at + 4];
      s5 += factor * panels[at + 5];
      s6 += factor * panels[at + 6];
      s7 += factor * panels[at + 7];
    }
    out[to] = s0;
    out[to + 1] = s1;
    out[to + 2] = s2;
    out[to + 3] = s3;
    out[to + 4] = s4;
    out[to + 5] = s5;
    out[to + 6] = s6;
    out[to + 7] = s7;
  }

  #sum(count: number, from: number): number {
    const factors = this.#factors;
    const terms = this.#terms;
    const panels = this.#panels;
    let sum = 0;
    for (let t = 0; t < count; t++) sum += factors[t] * panels[from + terms[t]];
    return sum;
  }
}

/** out = scale times the sums of the columns of x [m, n]. */
export function columnSums(x: Float32Array, out: Float32Array, m: number, n: number, scale: number): void {
  for (let j = 0; j < n; j++) {
    let sum = 0;
    for (let row = 0; row < m; row++) sum += x[row * n + j];
    out[j] = scale * sum;
  }
}
