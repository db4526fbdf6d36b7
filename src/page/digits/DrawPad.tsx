import { useId, useRef, useState } from 'preact/hooks';
import { inLanguage } from '../language.ts';
import { frameFor } from './frame.ts';
import { Picture } from './Picture.tsx';
import { toImage } from './place.ts';
import { type Marks, NOTHING, PEN, type Point, cellPath, inkOf, painted, pathOf, penFor } from './strokes.ts';
import { useFrame } from './useFrame.ts';

interface DrawPadProps {
  /** Pixels of a side of the images, 8 or 28. */
  readonly side: number;
  /** The number of a pixel that is all ink. */
  readonly top: number;
  /** Hears the drawing as an image of the set, side x side whole numbers from 0 to `top`; zeros once it is cleared. */
  readonly onImage: (pixels: Float32Array) => void;
}

const sentences = {
  en: {
    title: 'Draw a digit',
    clear: 'Clear',
    pad: 'Drawing area',
    help: 'Draw with the mouse, a finger or a pen; or move with the arrow keys and paint with Space.',
    seen: 'What the network sees',
    pixels: (side: number) => `${side} × ${side} pixels`,
    cell: (row: number, column: number, painted: boolean) =>
      `Row ${row}, column ${column}${painted ? ', painted' : ''}`,
  },
  tr: {
    title: 'Bir rakam çiz',
    clear: 'Temizle',
    pad: 'Çizim alanı',
    help: 'Fareyle, parmakla ya da kalemle çiz; ya da ok tuşlarıyla gezin ve boşluk tuşuyla boya.',
    seen: 'Ağın gördüğü',
    pixels: (side: number) => `${side} × ${side} piksel`,
    cell: (row: number, column: number, painted: boolean) =>
      `Satır ${row}, sütun ${column}${painted ? ', boyalı' : ''}`,
  },
};

/** Pixels of a side of what the strokes are drawn on before they are averaged. */
const FINE = 256;

/** How far each arrow key moves: [x, y]. */
const ARROWS: Readonly<Record<string, Point>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** A pad to draw on: what is drawn is brought into the frame of the set's own images. Another `side` wants another `key`. */
export function DrawPad({ side, top, onImage }: DrawPadProps) {
  const say = inLanguage(sentences);
  const help = useId();
  const [marks, setMarks] = useState<Marks>(NOTHING);
  const [seen, setSeen] = useState<Float32Array>(() => new Float32Array(side * side));
  const [cursor, setCursor] = useState(0);
  const [heard, setHeard] = useState('');
  const pen = useRef<number | undefined>(undefined);
  const context = useRef<OffscreenCanvasRenderingContext2D | undefined>(undefined);

  const draw = useFrame(() => {
    const image = marks.strokes.length ? drawn() : painted(marks, side, top);
    setSeen(image);
    onImage(image);
  });

  const drawn = () => {
    context.current ??= new OffscreenCanvas(FINE, FINE).getContext('2d', { willReadFrequently: true })!;
    const frame = frameFor(side);
    const ink = inkOf(marks, side, penFor(marks, side, frame), context.current);
    return toImage({ ink, size: FINE }, { side, top, frame });
  };

  const clear = () => {
    const empty = new Float32Array(side * side);
    setMarks(NOTHING);
    setSeen(empty);
    setHeard('');
    onImage(empty);
  };

  const pointsOf = (event: PointerEvent): Point[] => {
    const { left, top, width, height } = (event.currentTarget as Element).getBoundingClientRect();
    const all = event.getCoalescedEvents?.() ?? [];
    return (all.length ? all : [event]).map(({ clientX, clientY }) => [
      ((clientX - left) / width) * side,
      ((clientY - top) / height) * side,
    ]);
  };

  const begin = (event: PointerEvent) => {
    if (pen.current !== undefined || event.button !== 0) return;
    pen.current = event.pointerId;
    (event.currentTarget as Element).setPointerCapture(event.pointerId);
    const points = pointsOf(event);
    setMarks(({ strokes, cells }) => ({ cells, strokes: [...strokes, points] }));
    draw();
  };

  const go = (event: PointerEvent) => {
    if (pen.current !== event.pointerId) return;
    const points = pointsOf(event);
    setMarks(({ strokes, cells }) => {
      // Cleared in the middle of a stroke: the rest is one of its own.
      const last = strokes[strokes.length - 1] ?? [];
      return { cells, strokes: [...strokes.slice(0, -1), [...last, ...points]] };
    });
    draw();
  };

  const end = (event: PointerEvent) => {
    if (pen.current === event.pointerId) pen.current = undefined;
  };

  const press = (event: KeyboardEvent) => {
    const arrow = ARROWS[event.key];
    let { cells } = marks;
    let to = cursor;
    if (arrow) {
      const [x, y] = [(cursor % side) + arrow[0], Math.floor(cursor / side) + arrow[1]];
      if (x >= 0 && x < side && y >= 0 && y < side) to = y * side + x;
    } else if (event.key === ' ') {
      const others = [...cells].filter((cell) => cell !== cursor);
      cells = new Set(cells.has(cursor) ? others : [...others, cursor]);
      setMarks({ strokes: marks.strokes, cells });
      draw();
    } else return;
    event.preventDefault();
    // Keys of the page are not meant.
    event.stopPropagation();
    setCursor(to);
    setHeard(say.cell(Math.floor(to / side) + 1, (to % side) + 1, cells.has(to)));
  };

  return (
    <section class="drawpad" aria-label={say.title}>
      <div class="drawpad-head">
        <h2>{say.title}</h2>
        <button class="button quiet" type="button" onClick={clear}>
          {say.clear}
        </button>
      </div>
      <svg
        class="pad"
        viewBox={`0 0 ${side} ${side}`}
        tabindex={0}
        role="application"
        aria-label={say.pad}
        aria-describedby={help}
        onPointerDown={begin}
        onPointerMove={go}
        onPointerUp={end}
        onPointerCancel={end}
        onKeyDown={press}
      >
        {[...marks.cells].map((cell) => (
          <path key={`cell${cell}`} class="pad-cell" d={cellPath(cell, side)} />
        ))}
        {marks.strokes.map((stroke, i) => (
          <path key={`stroke${i}`} class="pad-stroke" stroke-width={PEN * side} d={pathOf(stroke)} />
        ))}
        <path class="pad-cursor" d={cellPath(cursor, side)} />
      </svg>
      <figure class="drawpad-seen">
        <Picture pixels={seen} side={side} top={top} label={say.seen} />
        <figcaption>{say.pixels(side)}</figcaption>
      </figure>
      <p id={help} class="note">
        {say.help}
      </p>
      <span class="hidden" aria-live="polite">
        {heard}
      </span>
    </section>
  );
}
