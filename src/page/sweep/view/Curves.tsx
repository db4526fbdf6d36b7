import { useMemo, useState } from 'preact/hooks';
import { inLanguage } from '../../language.ts';
import type { Trial } from '../state/read.ts';
import { brushed, curveOf, hovered, marked, report, running, select, trials } from '../state/store.ts';
import { ranked } from '../state/table.ts';
import type { Chart } from './charts.ts';
import {
  type Curve,
  MEASURES,
  type Measure,
  curvesOf,
  curvesOption,
  curvesOver,
  nearest,
} from './curvesOption.ts';
import { Plot } from './Plot.tsx';
import { Under } from './Under.tsx';

const sentences = {
  en: {
    title: 'Curves',
    show: 'Show',
    epoch: 'epoch',
    names: {
      validationAccuracy: 'Validation accuracy',
      accuracy: 'Accuracy',
      validationLoss: 'Validation loss',
      loss: 'Loss',
    },
    label: (count: number, name: string) => `${name} of ${count} trials over their epochs`,
    hint: 'Click a curve to choose its trial.',
    most: (shown: number, all: number) => `The best ${shown} of ${all} curves.`,
  },
  tr: {
    title: 'Eğriler',
    show: 'Göster',
    epoch: 'dönem',
    names: {
      validationAccuracy: 'Doğrulama doğruluğu',
      accuracy: 'Doğruluk',
      validationLoss: 'Doğrulama kaybı',
      loss: 'Kayıp',
    },
    label: (count: number, name: string) => `Dönemler boyunca ${count} denemenin değerleri: ${name}`,
    hint: 'Denemesini seçmek için bir eğriye tıkla.',
    most: (shown: number, all: number) => `${all} eğrinin en iyi ${shown} tanesi.`,
  },
};

/** More would be one grey. */
const MOST_CURVES = 300;
/** How near the pointer has to be, in pixels. */
const NEAR = 24;

let curves: readonly Curve[] = [];

function listen(chart: Chart): void {
  const at = ({ offsetX, offsetY }: { offsetX: number; offsetY: number }): Trial | undefined => {
    if (!chart.containPixel('grid', [offsetX, offsetY])) return undefined;
    const place = chart.convertFromPixel('grid', [offsetX, offsetY]) as [number, number];
    const [, other] = chart.convertFromPixel('grid', [offsetX, offsetY + NEAR]) as [number, number];
    return nearest(curves, place, Math.abs(place[1] - other));
  };
  const canvas = chart.getZr();
  canvas.on('mousemove', (event) => {
    hovered.value = at(event)?.id;
  });
  canvas.on('globalout', () => void (hovered.value = undefined));
  canvas.on('click', (event) => {
    const trial = at(event);
    if (trial) select(trial.id);
  });
}

/** Each trial's curve over its epochs. */
export function Curves() {
  const say = inLanguage(sentences);
  const [wanted, want] = useState<Measure | undefined>();
  const visible = useMemo(
    () => ranked(trials.value.filter(({ id }) => brushed.value?.has(id) ?? true)),
    [trials.value, brushed.value],
  );
  const there = useMemo(
    () =>
      MEASURES.filter((name) =>
        visible.some((trial) => curveOf(trial).some((point) => point[name] !== undefined)),
      ),
    [visible, running.value],
  );
  const usual = there.find((name) => /loss/i.test(name) === (report.value!.metric.measure === 'loss'));
  const measure = wanted && there.includes(wanted) ? wanted : (usual ?? there[0] ?? 'loss');
  const all = useMemo(() => curvesOf(visible, measure), [visible, measure, running.value]);
  curves = useMemo(() => all.slice(0, MOST_CURVES), [all]);
  const option = useMemo(() => curvesOption(curves, say.epoch), [curves, say]);
  const over = useMemo(() => curvesOver(curvesOf(marked.value, measure)), [curves, measure, marked.value]);
  return (
    <section class="panel" aria-labelledby="curves-title">
      <div class="panel-head">
        <h2 id="curves-title">{say.title}</h2>
        <span class="segments" role="group" aria-label={say.show}>
          {there.map((name) => (
            <button
              type="button"
              data-measure={name}
              aria-pressed={name === measure}
              onClick={() => want(name)}
            >
              {say.names[name]}
            </button>
          ))}
        </span>
      </div>
      <Plot
        id="curves"
        label={say.label(curves.length, say.names[measure])}
        {...{ option, over }}
        onMade={listen}
      />
      <Under>
        {all.length > curves.length && `${say.most(curves.length, all.length)} `}
        {say.hint}
      </Under>
    </section>
  );
}
