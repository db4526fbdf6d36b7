import { useEffect, useRef } from 'preact/hooks';
import { isDark } from '../theme.ts';
import { ledTo } from './keys.ts';
import { paint } from './picture.ts';
import { type Seen, type View, countOf } from './seen.ts';

interface Props {
  readonly seen: Seen;
  readonly view: View;
  /** The number that is picked. */
  readonly cell: number;
  readonly label: string;
  /** What is said of the number that is picked. */
  readonly text?: string;
  readonly onPick: (cell: number) => void;
}

/** Numbers as a picture, in which one can be picked. */
export function Picture({ seen, view, cell, label, text, onPick }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const mark = useRef<HTMLSpanElement>(null);
  const { columns } = seen;
  const count = countOf(seen);
  const rows = Math.ceil(count / columns);
  useEffect(() => paint(canvas.current!, seen, view), [seen, view, isDark.value]);
  useEffect(() => {
    const { style } = mark.current!;
    style.left = `${(100 * ((cell % columns) + 0.5)) / columns}%`;
    style.top = `${(100 * (Math.floor(cell / columns) + 0.5)) / rows}%`;
  }, [cell, seen]);
  const pick = ({ offsetX, offsetY }: MouseEvent) => {
    const { clientWidth, clientHeight } = canvas.current!;
    const column = Math.max(0, Math.min(columns - 1, Math.floor((offsetX / clientWidth) * columns)));
    const row = Math.max(0, Math.min(rows - 1, Math.floor((offsetY / clientHeight) * rows)));
    onPick(Math.min(count - 1, row * columns + column));
  };
  const press = (event: KeyboardEvent) => {
    const to = ledTo(event.key, cell, columns, count);
    if (to === undefined) return;
    event.preventDefault();
    onPick(to);
  };
  return (
    <span
      class="heat"
      role="slider"
      tabIndex={0}
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={count - 1}
      aria-valuenow={cell}
      aria-valuetext={text}
      onKeyDown={press}
    >
      <canvas ref={canvas} onClick={pick} />
      <span class="mark" ref={mark} />
    </span>
  );
}
