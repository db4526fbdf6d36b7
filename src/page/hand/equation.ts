/** What one row or one column of a matrix stands for. */
export type Axis = 'example' | 'input' | 'unit' | 'parameter' | 'one';

/** Whether an example is a row, as the GPU stores it, or a column, as the notes write it. */
export type Orientation = 'rows' | 'columns';

/** A matrix of a formula, as it is written there: a factor that is transposed lies here transposed. */
export interface Operand {
  /** `W^[1]`, `A^[1]^T`: `^` raises what follows, `_` lowers it. */
  readonly symbol: string;
  readonly rows: number;
  readonly columns: number;
  readonly axes: readonly [Axis, Axis];
  /** Row-major. */
  readonly values: ArrayLike<number>;
}

/** A cell of one of the operands. */
export interface Cell {
  readonly operand: number;
  readonly row: number;
  readonly column: number;
}

/** One pass as a formula on matrices, each cell of whose result says where it comes from. */
export interface Equation {
  readonly result: Operand;
  readonly operands: readonly Operand[];
  /** The right side: text, and operands by their index, in the order in which they are written. */
  readonly parts: readonly (string | number)[];
  /** The same where examples are columns, if that is another order: (A B)^T = B^T A^T. */
  readonly columnParts?: readonly (string | number)[];
  /** The cells that a cell of the result comes from. */
  cells(row: number, column: number): readonly Cell[];
  /** The same with numbers: `0.5 · 2 + 0.1`. */
  written(row: number, column: number): string;
}

/** An equation with every matrix transposed: examples become columns. */
export function transposed(equation: Equation): Equation {
  const { result, operands, parts, columnParts = parts, cells, written } = equation;
  return {
    result: transpose(result),
    operands: operands.map(transpose),
    parts: columnParts,
    cells: (row, column) =>
      cells(column, row).map((cell) => ({ operand: cell.operand, row: cell.column, column: cell.row })),
    written: (row, column) => written(column, row),
  };
}

/** A matrix with rows and columns exchanged; its symbol is left to whoever asks. */
export function transpose(operand: Operand): Operand {
  const { rows, columns, axes, values } = operand;
  return {
    ...operand,
    rows: columns,
    columns: rows,
    axes: [axes[1], axes[0]],
    values: Float64Array.from(
      { length: rows * columns },
      (_, i) => values[(i % rows) * columns + Math.floor(i / rows)],
    ),
  };
}

/** The number of a cell. */
export function valueAt({ values, columns }: Operand, row: number, column: number): number {
  return values[row * columns + column];
}

/** All cells of a row, of a column, or of a whole operand. */
export const rowOf = (operand: number, row: number, { columns }: Operand): Cell[] =>
  Array.from({ length: columns }, (_, column) => ({ operand, row, column }));
export const columnOf = (operand: number, column: number, { rows }: Operand): Cell[] =>
  Array.from({ length: rows }, (_, row) => ({ operand, row, column }));
export const allOf = (operand: number, matrix: Operand): Cell[] =>
  Array.from({ length: matrix.rows }, (_, row) => rowOf(operand, row, matrix)).flat();
