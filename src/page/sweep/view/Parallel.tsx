import { signal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import { inLanguage } from '../../language.ts';
import { type Brush, axes, inside } from '../state/axes.ts';
import type { Trial } from '../state/read.ts';
import { brushed, hovered, marked, report, select, trials } from '../state/store.ts';
import type { Chart } from './charts.ts';
import { parallelOption, axisId, axisPlace, parallelOver } from './parallelOption.ts';
import { Plot } from './Plot.tsx';
import { Scale } from './Scale.tsx';
import { Under } from './Under.tsx';

const sentences = {
  en: {
    title: 'Parameters',
    label: (trials: number, axes: string) =>
      `A line for each of ${trials} trials over these axes: ${axes}. The table has the same numbers`,
    hint: 'Draw along an axis to keep only the trials in between; click a line to choose it.',
    clear: (count: number) => `Show all again (${count} in the brush)`,
  },
  tr: {
    title: 'Parametreler',
    label: (trials: number, axes: string) =>
      `Şu eksenler üzerinde ${trials} denemenin her biri için bir çizgi: ${axes}. Aynı sayılar çizelgede`,
    hint: 'Yalnız aradaki denemeleri bırakmak için bir eksen boyunca sürükle; seçmek için bir çizgiye tıkla.',
    clear: (count: number) => `Hepsini göster (seçimde ${count})`,
  },
};

const brush = signal<Brush>(new Map());
let made: Chart | undefined;

/** Lines in the order in which they are drawn: the best last. */
const drawn = (all: readonly Trial[]): readonly Trial[] => {
  const sign = report.value?.metric.higherIsBetter ? 1 : -1;
  const key = ({ value }: Trial) => (value === undefined ? -Infinity : sign * value);
  return all.filter(({ outcome }) => outcome !== 'open').sort((a, b) => key(a) - key(b) || 0);
};

function setBrush(at: number, intervals: readonly (readonly [number, number])[]): void {
  brush.value = new Map([...brush.value, [at, intervals]]);
  brushed.value = inside(brush.value, axes.value);
}

function clear(): void {
  const set = [...brush.value.keys()];
  brush.value = new Map();
  brushed.value = undefined;
  for (const at of set)
    made?.dispatchAction({ type: 'axisAreaSelect', parallelAxisId: axisId(at), intervals: [] });
}

let lines: readonly Trial[] = [];

function listen(chart: Chart): void {
  made = chart;
  chart.on('click', ({ dataIndex }) => {
    if (lines[dataIndex]) select(lines[dataIndex].id);
  });
  chart.on('mouseover', ({ dataIndex }) => {
    hovered.value = lines[dataIndex]?.id;
  });
  chart.on('mouseout', () => void (hovered.value = undefined));
  chart.on('axisareaselected', (event) => {
    const { parallelAxisId, intervals } = event as unknown as {
      parallelAxisId: string;
      intervals: [number, number][];
    };
    setBrush(axisPlace(parallelAxisId), intervals);
  });
}

/** What was brushed stays so when the picture is drawn anew. */
function restore(chart: Chart): void {
  for (const [at, intervals] of brush.value)
    if (intervals.length)
      chart.dispatchAction({ type: 'axisAreaSelect', parallelAxisId: axisId(at), intervals });
}

/** Parallel coordinates of all that varies, and of the metric. */
export function Parallel() {
  const say = inLanguage(sentences);
  lines = useMemo(() => drawn(trials.value), [trials.value]);
  const option = useMemo(() => parallelOption(axes.value, lines), [axes.value, lines]);
  const over = useMemo(
    () =>
      parallelOver(
        marked.value.filter(({ outcome }) => outcome !== 'open'),
        axes.value,
        lines.length,
      ),
    [axes.value, marked.value],
  );
  return (
    <section class="panel" aria-labelledby="parallel-title">
      <div class="panel-head">
        <h2 id="parallel-title">{say.title}</h2>
        <Scale />
        {brushed.value && (
          <button class="button small" type="button" data-action="clear-brush" onClick={clear}>
            {say.clear(brushed.value.size)}
          </button>
        )}
      </div>
      <div class="scroll" tabIndex={0} role="group" aria-labelledby="parallel-title">
        <div class="wide-chart" style={{ minWidth: `${92 * axes.value.length + 60}px` }}>
          <Plot
            id="parallel"
            label={say.label(lines.length, axes.value.map(({ name }) => name).join(', '))}
            {...{ option, over }}
            onMade={listen}
            onShown={restore}
          />
        </div>
      </div>
      <Under>{say.hint}</Under>
    </section>
  );
}
