import type { Ref, TableHTMLAttributes, TdHTMLAttributes } from 'preact';
import { inLanguage } from '../language.ts';
import { type Operand, valueAt } from './equation.ts';
import { short } from './numbers.ts';
import { MathText } from './MathText.tsx';
import { sentences } from './words.ts';

interface MatrixTableProps {
  readonly matrix: Operand;
  /** Whether the chosen number of the result comes from this cell. */
  readonly isSource?: (row: number, column: number) => boolean;
  /** The number of a cell as text, where it is another than its value. */
  readonly textOf?: (row: number, column: number) => string;
  /** What the result of a step does besides: its cells can be chosen. */
  readonly table?: TableHTMLAttributes<HTMLTableElement> & { ref?: Ref<HTMLTableElement> };
  readonly cell?: (row: number, column: number) => TdHTMLAttributes<HTMLTableCellElement>;
}

/** A matrix with its symbol, its shape and its numbers, tinted by their sign and size. */
export function MatrixTable({ matrix, isSource, textOf, table, cell }: MatrixTableProps) {
  const { rows, columns, axes, symbol, values } = matrix;
  const say = inLanguage(sentences);
  const largest = Math.max(...Array.from(values, Math.abs).filter(Number.isFinite), 1e-30);
  const meaning = axes.map((axis) => say.axes[axis]).filter((word) => word);
  return (
    <table class="matrix" {...table}>
      <caption>
        <b>
          <MathText text={symbol} />
        </b>{' '}
        <span class="matrix-shape">
          ({rows} × {columns})
        </span>
        {meaning.length > 0 && <span class="matrix-axes"> {meaning.join(' × ')}</span>}
      </caption>
      <tbody>
        {Array.from({ length: rows }, (_, row) => (
          <tr key={row}>
            {Array.from({ length: columns }, (_, column) => {
              const value = valueAt(matrix, row, column);
              const sign = value < 0 ? 'negative' : 'positive';
              return (
                <td
                  key={column}
                  class={isSource?.(row, column) ? `${sign} source` : sign}
                  style={{ '--size': String(Math.min(1, Math.abs(value) / largest) || 0) }}
                  {...cell?.(row, column)}
                >
                  {textOf ? textOf(row, column) : short(value)}
                </td>
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
