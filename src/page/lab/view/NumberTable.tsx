import { inLanguage } from '../../language.ts';
import type { Seen } from '../worker/messages.ts';
import { formatRatio } from './numbers.ts';
import { isOff } from '../off.ts';

const sentences = {
  en: { caption: 'Numbers around it: got, and below it what was wanted' },
  tr: { caption: 'Çevresindeki sayılar: çıkan, altında beklenen' },
};

const ABOVE = 2;
const BESIDE = 3;

interface Props {
  readonly seen: Seen;
  readonly cell: number;
  readonly columns: number;
  readonly onPick: (cell: number) => void;
}

/** The numbers around the one that is picked. */
export function NumberTable({ seen, cell, columns, onPick }: Props) {
  const say = inLanguage(sentences);
  const { got, want } = seen;
  const rows = Math.ceil(want.length / columns);
  const [row, column] = [Math.floor(cell / columns), cell % columns];
  const shownRows = around(row, ABOVE, rows);
  const shownColumns = around(column, BESIDE, columns);
  return (
    <div class="scroll" tabIndex={0} role="group" aria-label={say.caption}>
      <table class="numbers">
        <caption class="hidden">{say.caption}</caption>
        <thead>
          <tr>
            <td />
            {shownColumns.map((c) => (
              <th scope="col">{c}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {shownRows.map((r) => (
            <tr>
              <th scope="row">{r}</th>
              {shownColumns.map((c) => {
                const i = r * columns + c;
                if (i >= want.length) return <td />;
                const kind = `${isOff(seen, i) ? 'off' : ''} ${i === cell ? 'picked' : ''}`;
                return (
                  <td class={kind} onClick={() => onPick(i)}>
                    {formatRatio4(got[i])}
                    <small>{formatRatio4(want[i])}</small>
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const formatRatio4 = (value: number) => (Number.isFinite(value) ? formatRatio(value) : String(value));

/** So many before and after, moved to lie inside. */
function around(at: number, reach: number, count: number): number[] {
  const length = Math.min(count, 2 * reach + 1);
  const from = Math.max(0, Math.min(at - reach, count - length));
  return Array.from({ length }, (_, i) => from + i);
}
