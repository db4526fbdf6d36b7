import { useEffect, useRef, useState } from 'preact/hooks';
import { formatCount } from '../../format.ts';
import { inLanguage } from '../../language.ts';
import { isDark } from '../../theme.ts';
import { lookInside } from '../state/actions.ts';
import { look, stage, verdict } from '../state/store.ts';
import type { Seen } from '../worker/messages.ts';
import { NumberTable } from './NumberTable.tsx';
import { formatExact } from './numbers.ts';
import { isOff } from '../off.ts';
import { VIEWS, type View, paint, valueOf } from './picture.ts';

const sentences = {
  en: {
    none: 'Once a text has been judged, its outputs are shown here, beside what was wanted.',
    which: 'Case',
    output: 'Output',
    views: { got: 'got', want: 'wanted', difference: 'difference' },
    help: 'Blue above 0, orange below. In the difference, grey is within what is allowed and red beyond. Click, or use the arrow keys, to pick a number.',
    picked: (place: string) => `Picked: ${place}`,
    bound: 'allowed',
    firstOff: 'First wrong number',
    picture: (view: string, output: string) => `${output}, ${view}`,
  },
  tr: {
    none: 'Bir metin sınandığında çıktıları burada, beklenenlerin yanında gösterilir.',
    which: 'Durum',
    output: 'Çıktı',
    views: { got: 'çıkan', want: 'beklenen', difference: 'fark' },
    help: '0’ın üstü mavi, altı turuncu. Farkta gri izin verilenin içinde, kırmızı dışında. Bir sayı seçmek için tıkla ya da ok tuşlarını kullan.',
    picked: (place: string) => `Seçilen: ${place}`,
    bound: 'izin verilen',
    firstOff: 'İlk yanlış sayı',
    picture: (view: string, output: string) => `${output}, ${view}`,
  },
};

/** The outputs of a judged run, as pictures and as numbers. */
export function LookInside() {
  const say = inLanguage(sentences);
  const found = verdict.value;
  const now = look.value;
  const isJudged = found?.kind === 'right' || found?.kind === 'wrong';
  const isIdle = stage.value === undefined;
  useEffect(() => {
    if (isJudged && isIdle && !now) lookInside();
  }, [isJudged, isIdle, now]);
  if (!isJudged) return <p class="note">{say.none}</p>;
  if (!now) return null;
  return (
    <div class="look">
      <label class="inline">
        {say.which}
        <span class="select">
          <select
            name="case"
            value={now.index}
            onChange={({ currentTarget }) => lookInside(Number(currentTarget.value))}
          >
            {now.names.map((name, i) => (
              <option value={i}>{`${i + 1}: ${name}`}</option>
            ))}
          </select>
        </span>
      </label>
      {now.outputs.map((seen) => (
        <Output key={`${now.index} ${seen.output}`} seen={seen} />
      ))}
      <p class="help">{say.help}</p>
    </div>
  );
}

function Output({ seen }: { seen: Seen }) {
  const say = inLanguage(sentences);
  const { output, got, want, bound, columns } = seen;
  const firstOff = Array.from(want).findIndex((_, i) => isOff(seen, i));
  const [cell, setCell] = useState(Math.max(0, firstOff));
  const move = (by: number) => setCell(Math.max(0, Math.min(want.length - 1, cell + by)));
  return (
    <section class="output" aria-label={`${say.output} ${output}`}>
      <div class="panel-head">
        <h2 class="code">{output}</h2>
        {firstOff >= 0 && (
          <button class="button small quiet" type="button" onClick={() => setCell(firstOff)}>
            {say.firstOff}
          </button>
        )}
      </div>
      <div class="pictures">
        {VIEWS.map((view) => (
          <figure>
            <Picture
              {...{ seen, view, cell }}
              label={say.picture(say.views[view], output)}
              onPick={setCell}
              onMove={move}
            />
            <figcaption>{say.views[view]}</figcaption>
          </figure>
        ))}
      </div>
      <dl class="cell" id={`cell-${output}`}>
        <dt>{say.picked(`${output}[${formatCount(cell)}]`)}</dt>
        <dd>
          {say.views.got} <b>{formatExact(got[cell])}</b>
        </dd>
        <dd>
          {say.views.want} <b>{formatExact(want[cell])}</b>
        </dd>
        <dd class={isOff(seen, cell) ? 'off' : undefined}>
          {say.views.difference} <b>{formatExact(+valueOf(seen, 'difference', cell).toPrecision(3))}</b>
        </dd>
        <dd>
          {say.bound} <b>{formatExact(+bound[cell].toPrecision(3))}</b>
        </dd>
      </dl>
      <NumberTable {...{ seen, cell, columns }} onPick={setCell} />
    </section>
  );
}

interface PictureProps {
  readonly seen: Seen;
  readonly view: View;
  readonly cell: number;
  readonly label: string;
  readonly onPick: (cell: number) => void;
  readonly onMove: (by: number) => void;
}

function Picture({ seen, view, cell, label, onPick, onMove }: PictureProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const mark = useRef<HTMLSpanElement>(null);
  const { columns, want } = seen;
  const rows = Math.ceil(want.length / columns);
  useEffect(() => paint(canvas.current!, seen, view), [seen, view, isDark.value]);
  useEffect(() => {
    const { style } = mark.current!;
    style.left = `${(100 * ((cell % columns) + 0.5)) / columns}%`;
    style.top = `${(100 * (Math.floor(cell / columns) + 0.5)) / rows}%`;
  }, [cell, seen]);
  const pick = ({ offsetX, offsetY }: MouseEvent) => {
    const { clientWidth, clientHeight } = canvas.current!;
    const column = Math.min(columns - 1, Math.floor((offsetX / clientWidth) * columns));
    const row = Math.min(rows - 1, Math.floor((offsetY / clientHeight) * rows));
    onPick(Math.min(want.length - 1, row * columns + column));
  };
  const steps: Readonly<Record<string, number>> = {
    ...{ ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns },
  };
  const press = (event: KeyboardEvent) => {
    if (!Object.hasOwn(steps, event.key)) return;
    event.preventDefault();
    onMove(steps[event.key]);
  };
  return (
    <span
      class="picture"
      role="slider"
      tabIndex={0}
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={want.length - 1}
      aria-valuenow={cell}
      onKeyDown={press}
    >
      <canvas ref={canvas} onClick={pick} />
      <span class="mark" ref={mark} />
    </span>
  );
}
