import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { formatShort } from '../format.ts';
import { inLanguage } from '../language.ts';
import { dotOf, dotOfValue } from '../palette.ts';
import { select, setDiscrete, setPlane } from '../state/actions.ts';
import { probedLayers } from '../state/derived.ts';
import {
  canvases,
  discrete,
  ground,
  isRegression,
  judgements,
  plane,
  points,
  probe,
  selected,
  summary,
} from '../state/store.ts';
import { isDark, restored } from '../theme.ts';
import { formatScore } from '../format.ts';
import { activationName } from './words.ts';

const sentences = {
  en: {
    title: 'Output',
    learnt: 'What the network has learnt',
    surface: (score: string) =>
      `Decision surface: ${score} of the training examples are on the right side. Arrow keys move the cross-hair.`,
    regression: (score: string) => `Regression surface: R² is ${score}. Arrow keys move the cross-hair.`,
    class: (name: string) => `class ${name}`,
    low: 'low',
    high: 'high',
    look: 'Look at the output layer',
    decisions: 'Decisions',
    plane: 'Plane',
    components: 'principal components',
    across: 'Across',
    up: 'Up',
  },
  tr: {
    title: 'Çıktı',
    learnt: 'Ağın öğrendiği',
    surface: (score: string) =>
      `Karar yüzeyi: eğitim örneklerinin ${score} kadarı doğru tarafta. Ok tuşları artı imlecini kaydırır.`,
    regression: (score: string) => `Regresyon yüzeyi: R² ${score}. Ok tuşları artı imlecini kaydırır.`,
    class: (name: string) => `sınıf ${name}`,
    low: 'düşük',
    high: 'yüksek',
    look: 'Çıktı katmanına bak',
    decisions: 'Kararlar',
    plane: 'Düzlem',
    components: 'temel bileşenler',
    across: 'Yatay',
    up: 'Dikey',
  },
};

/** The decision boundary, or the surface of a regression, painted by the worker; the data over it, and a cross-hair. */
export function Surface() {
  const say = inLanguage(sentences);
  const figure = useRef<HTMLElement>(null);
  const dots = useRef<HTMLCanvasElement>(null);
  const [side, resize] = useState(0);
  useLayoutEffect(() => {
    const observer = new ResizeObserver(([{ contentRect }]) => resize(Math.round(contentRect.width)));
    observer.observe(figure.current!);
    return () => observer.disconnect();
  }, []);
  const [reach, shown, dark] = [ground.value?.reach ?? 1, points.value, isDark.value];
  const regression = isRegression.value;
  useEffect(() => {
    if (dots.current && side && shown) drawDots(dots.current, side, reach, shown, regression);
  }, [side, shown, reach, dark, restored.value, regression]);
  const move = (u: number, v: number) => {
    const most = reach * 0.99;
    probe.value = { u: Math.max(-most, Math.min(most, u)), v: Math.max(-most, Math.min(most, v)) };
  };
  const point = ({ clientX, clientY }: PointerEvent) => {
    const { left, top, width, height } = figure.current!.getBoundingClientRect();
    move(reach * ((2 * (clientX - left)) / width - 1), reach * (1 - (2 * (clientY - top)) / height));
  };
  const score = formatScore(judgements.value.at(-1)?.train.score, regression);
  const output = summary.value?.architecture.layers.at(-1);
  return (
    <section class="surf" aria-label={say.learnt}>
      <div class="stagehead">
        <button
          type="button"
          class="plain title"
          title={say.look}
          aria-pressed={selected.value.layer === summary.value?.architecture.layers.length}
          onClick={() => select(summary.value?.architecture.layers.length ?? 1, 0)}
        >
          {say.title}
        </button>
        <span class="note">{output && activationName(output.activation)}</span>
        <label class="tick">
          <input
            type="checkbox"
            id="discrete"
            checked={discrete.value}
            onChange={({ currentTarget }) => setDiscrete(currentTarget.checked)}
          />
          {say.decisions}
        </label>
        <Scale />
      </div>
      <figure
        ref={figure}
        class="map"
        tabIndex={0}
        role="application"
        aria-label={regression ? say.regression(score) : say.surface(score)}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          point(event);
        }}
        onPointerMove={(event) => event.buttons && point(event)}
        onKeyDown={(event) => {
          const way = ARROWS[event.key];
          if (!way) return;
          event.preventDefault();
          move(probe.value.u + (way[0] * reach) / 25, probe.value.v + (way[1] * reach) / 25);
        }}
      >
        <canvas key={canvases.value} class="surface" id="surface" aria-hidden="true" />
        <canvas class="dots" ref={dots} aria-hidden="true" />
        {side > 0 && <CrossHair side={side} reach={reach} />}
      </figure>
      <Planes />
    </section>
  );
}

const ARROWS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
};

function Scale() {
  const say = inLanguage(sentences);
  const about = summary.value;
  if (!about || (about.classes?.length ?? 0) > 2) return null;
  const [low, high] = about.classes ? about.classes.map(say.class) : [say.low, say.high];
  return (
    <span class="scale" aria-hidden="true">
      <span class="neg">{low}</span>
      <i />
      <span class="pos">{high}</span>
    </span>
  );
}

/** The cross-hair with the network's answer there. */
function CrossHair({ side, reach }: { side: number; reach: number }) {
  const { u, v } = probe.value;
  const [x, y] = [((u / reach + 1) * side) / 2, ((1 - v / reach) * side) / 2];
  const about = summary.value;
  const outputs = probedLayers.value?.at(-1)?.a;
  const labels = ground.value?.labels;
  const value = outputs && about ? answerOf(outputs, about) : '';
  return (
    <>
      <span class="hair across" style={{ top: `${y}px` }} />
      <span class="hair up" style={{ left: `${x}px` }} />
      <span class="eye" style={{ left: `${x}px`, top: `${y}px` }} />
      <span
        class={`probe${x > side / 2 ? ' left' : ''}${y > side / 2 ? ' above' : ''}`}
        style={{ left: `${x}px`, top: `${y}px` }}
        id="probe"
      >
        {value}
      </span>
      {labels && about && (
        <>
          <span class="chip bottom" style={{ left: `${Math.max(48, Math.min(side - 48, x))}px` }}>
            {labels[0]} {coordinate(u, 0)}
          </span>
          <span class="chip side" style={{ top: `${Math.max(12, Math.min(side - 12, y))}px` }}>
            {labels[1]} {coordinate(v, 1)}
          </span>
        </>
      )}
    </>
  );
}

type About = NonNullable<typeof summary.value>;

/** A coordinate of the plane in the data's own unit, where the plane is one of features. */
function coordinate(value: number, axis: 0 | 1): string {
  const about = summary.value!;
  const { across, up } = ground.value!;
  const feature = (axis === 0 ? across : up).indexOf(1);
  const isFeature = feature >= 0 && ground.value!.labels[axis] === about.features[feature];
  return formatShort(isFeature ? about.mean[feature] + value * about.deviation[feature] : value);
}

/** What the outputs say, in a few signs. */
function answerOf(outputs: Float32Array, { classes, target, targets }: About): string {
  if (!classes)
    return `${targets[0]} = ${formatShort(target ? outputs[0] * target.deviation + target.mean : outputs[0])}`;
  if (outputs.length === 1) return `ŷ = ${formatShort(outputs[0])}`;
  const best = outputs.reduce((most, value, i) => (value > outputs[most] ? i : most), 0);
  return `${classes[best]}: ${formatScore(outputs[best], false)}`;
}

/** Which plane of a space of more dimensions is shown. */
function Planes() {
  const say = inLanguage(sentences);
  const about = summary.value;
  if (!about || about.features.length < 3) return null;
  const now = plane.value ?? { kind: 'components' };
  const axes = now.kind === 'features' ? now.axes : ([0, 1] as const);
  const options = about.features.map((name, i) => <option value={i}>{name}</option>);
  return (
    <div class="planes">
      <label>
        {say.plane}
        <span class="select tiny">
          <select
            id="plane"
            value={now.kind}
            onChange={({ currentTarget }) =>
              setPlane(
                currentTarget.value === 'features' ? { kind: 'features', axes } : { kind: 'components' },
              )
            }
          >
            <option value="components">{say.components}</option>
            <option value="features">
              {say.across} / {say.up}
            </option>
          </select>
        </span>
      </label>
      {now.kind === 'features' &&
        ([0, 1] as const).map((axis) => (
          <label key={axis}>
            {axis ? say.up : say.across}
            <span class="select tiny">
              <select
                value={axes[axis]}
                onChange={({ currentTarget }) => {
                  const chosen = Number(currentTarget.value);
                  setPlane({ kind: 'features', axes: axis ? [axes[0], chosen] : [chosen, axes[1]] });
                }}
              >
                {options}
              </select>
            </span>
          </label>
        ))}
    </div>
  );
}

/** The data as dots; those that are held out are hollow. */
function drawDots(
  canvas: HTMLCanvasElement,
  side: number,
  reach: number,
  { train, test }: NonNullable<typeof points.value>,
  regression: boolean,
): void {
  const ratio = devicePixelRatio;
  canvas.width = canvas.height = Math.round(side * ratio);
  const context = canvas.getContext('2d')!;
  context.scale(ratio, ratio);
  const paper = isDark.value ? '#121417' : '#ffffff';
  const draw = (rows: Float32Array, hollow: boolean) => {
    for (let i = 0; i < rows.length; i += 3) {
      const [x, y] = [((rows[i] / reach + 1) * side) / 2, ((1 - rows[i + 1] / reach) * side) / 2];
      const colour = regression ? dotOfValue(rows[i + 2]) : dotOf(rows[i + 2]);
      context.beginPath();
      context.arc(x, y, 3, 0, 2 * Math.PI);
      context.fillStyle = hollow ? paper : colour;
      context.strokeStyle = hollow ? colour : paper;
      context.lineWidth = hollow ? 1.5 : 0.8;
      context.fill();
      context.stroke();
    }
  };
  draw(train, false);
  draw(test, true);
}
