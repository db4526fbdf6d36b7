import { useEffect, useRef } from 'preact/hooks';
import { inLanguage } from '../language.ts';
import { formatRatio } from '../numbers.ts';
import { ledTo } from './keys.ts';
import { type Seen, type View, countOf, hasView, isOff, valueOf } from './seen.ts';
import { sentences } from './words.ts';

const ABOVE = 2;
const BESIDE = 3;

interface Props {
  readonly seen: Seen;
  /** What stands first in each field: `got` if left out. */
  readonly view?: View;
  readonly cell: number;
  /** The row and column of the first number in its tensor. */
  readonly from?: number;
  readonly onPick: (cell: number) => void;
}

/** What stands below the first number of a field. */
const BELOW: Readonly<Record<View, View | 'bound'>> = { got: 'want', want: 'got', difference: 'bound' };

/** The numbers around the one that is picked; the arrow keys, Page Up and Down, Home and End pick others. */
export function NumberTable({ seen, view = 'got', cell, from = 0, onPick }: Props) {
  const say = inLanguage(sentences);
  const scroll = useRef<HTMLDivElement>(null);
  const { columns } = seen;
  const count = countOf(seen);
  const rows = Math.ceil(count / columns);
  const [row, column] = [Math.floor(cell / columns), cell % columns];
  const shownRows = around(row, ABOVE, rows);
  const shownColumns = around(column, BESIDE, columns);
  // In the middle of what can be seen of it, without moving the page.
  useEffect(() => {
    const box = scroll.current!;
    const picked = box.querySelector<HTMLElement>('.picked');
    if (picked) box.scrollLeft = picked.offsetLeft - (box.clientWidth - picked.offsetWidth) / 2;
  }, [cell, seen]);
  const press = (event: KeyboardEvent) => {
    const to = ledTo(event.key, cell, columns, count);
    if (to === undefined) return;
    event.preventDefault();
    onPick(to);
  };
  const isJudged = hasView(seen, 'difference');
  const caption = say.table(view, isJudged);
  const below = (i: number) => {
    const what = BELOW[view];
    return what === 'bound' ? `± ${formatNumber(seen.bound![i])}` : formatNumber(valueOf(seen, what, i));
  };
  return (
    <div class="scroll" ref={scroll} tabIndex={0} role="group" aria-label={caption} onKeyDown={press}>
      <table class="numbers">
        <caption class="hidden">{caption}</caption>
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
              <th scope="row">{from + r}</th>
              {shownColumns.map((c) => {
                const i = r * columns + c;
                if (i >= count) return <td />;
                const kind = `${isOff(seen, i) ? 'off' : ''} ${i === cell ? 'picked' : ''}`;
                return (
                  <td class={kind} onClick={() => onPick(i)}>
                    {formatNumber(valueOf(seen, view, i))}
                    {isJudged && <small>{below(i)}</small>}
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

const formatNumber = (value: number) => (Number.isFinite(value) ? formatRatio(value) : String(value));

/** So many before and after, moved to lie inside. */
function around(at: number, reach: number, count: number): number[] {
  const length = Math.min(count, 2 * reach + 1);
  const from = Math.max(0, Math.min(at - reach, count - length));
  return Array.from({ length }, (_, i) => from + i);
}
