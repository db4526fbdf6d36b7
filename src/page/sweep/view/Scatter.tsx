import { useId, useMemo, useState } from 'preact/hooks';
import { dotOf } from '../../palette.ts';
import { isDark } from '../../theme.ts';
import { inLanguage } from '../../language.ts';
import { type Axis, axes } from '../state/axes.ts';
import type { Trial } from '../state/read.ts';
import { brushed, hovered, marked, select, trials } from '../state/store.ts';
import type { Chart } from './charts.ts';
import { Plot } from './Plot.tsx';
import { type ScatterAxes, colouring, pointsOf, scatterOption, scatterOver } from './scatterOption.ts';
import { Under } from './Under.tsx';

const sentences = {
  en: {
    title: 'Scatter',
    x: 'Across',
    y: 'Up',
    colour: 'Colour',
    label: (count: number, x: string, y: string) =>
      `${count} trials, ${y} against ${x}. The table has the same numbers`,
    hint: 'Click a point to choose its trial.',
  },
  tr: {
    title: 'Saçılım',
    x: 'Yatay',
    y: 'Dikey',
    colour: 'Renk',
    label: (count: number, x: string, y: string) =>
      `${count} deneme, ${x} karşısında ${y}. Aynı sayılar çizelgede`,
    hint: 'Denemesini seçmek için bir noktaya tıkla.',
  },
};

/** Names of colours that a legend has room for. */
const MOST_NAMES = 10;

let points: readonly Trial[] = [];

function listen(chart: Chart): void {
  chart.on('click', ({ dataIndex }) => {
    if (points[dataIndex]) select(points[dataIndex].id);
  });
  chart.on('mouseover', ({ dataIndex }) => {
    hovered.value = points[dataIndex]?.id;
  });
  chart.on('mouseout', () => void (hovered.value = undefined));
}

/** Trials as points, of any two axes and a colour. */
export function Scatter() {
  const say = inLanguage(sentences);
  const [names, setNames] = useState<Readonly<Record<'x' | 'y' | 'colour', string | undefined>>>({
    ...{ x: undefined, y: undefined, colour: undefined },
  });
  const all = axes.value;
  const metric = all[all.length - 1];
  const named = (name: string | undefined, otherwise: Axis) =>
    all.find((one) => one.name === name) ?? otherwise;
  const x = named(names.x, all.find(({ kind }) => kind !== 'category') ?? all[0]);
  const y = named(names.y, metric);
  const by = named(names.colour, metric);
  const visible = useMemo(
    () => trials.value.filter(({ id }) => brushed.value?.has(id) ?? true),
    [trials.value, brushed.value],
  );
  const chosen: ScatterAxes = useMemo(
    () => ({ x, y, colourOf: colouring(by, by === metric, visible) }),
    [x, y, by, visible, isDark.value],
  );
  points = useMemo(() => pointsOf(visible, chosen), [visible, chosen]);
  const option = useMemo(() => scatterOption(points, chosen), [points, chosen]);
  const over = useMemo(
    () => scatterOver(pointsOf(marked.value, chosen), chosen),
    [chosen, points, marked.value],
  );
  return (
    <section class="panel" aria-labelledby="scatter-title">
      <div class="panel-head">
        <h2 id="scatter-title">{say.title}</h2>
        {(['x', 'y', 'colour'] as const).map((which) => (
          <AxisField
            key={which}
            label={say[which]}
            name={which}
            value={{ x, y, colour: by }[which].name}
            onChange={(name) => setNames({ ...names, [which]: name })}
          />
        ))}
      </div>
      <Plot
        id="scatter"
        label={say.label(points.length, x.name, y.name)}
        {...{ option, over }}
        onMade={listen}
      />
      <Under>
        {by.kind === 'category' && by.values.length <= MOST_NAMES ? (
          by.values.map((value, i) => (
            <span class="swatch">
              <i style={{ background: dotOf(i) }} />
              {value}
            </span>
          ))
        ) : (
          <>{say.hint}</>
        )}
      </Under>
    </section>
  );
}

interface FieldProps {
  readonly label: string;
  readonly name: string;
  readonly value: string;
  readonly onChange: (name: string) => void;
}

function AxisField({ label, name, value, onChange }: FieldProps) {
  const id = useId();
  return (
    <span class="choose">
      <label for={id}>{label}</label>
      <span class="select tiny">
        <select {...{ id, name, value }} onChange={({ currentTarget }) => onChange(currentTarget.value)}>
          {axes.value.map((axis) => (
            <option value={axis.name}>{axis.name}</option>
          ))}
        </select>
      </span>
    </span>
  );
}
