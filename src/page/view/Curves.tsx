import { useEffect, useRef, useState } from 'preact/hooks';
import { formatCount, formatLoss, formatScore, formatSetting } from '../format.ts';
import { inLanguage } from '../language.ts';
import { difference } from '../state/experiment.ts';
import { write } from '../state/settings.ts';
import { batches, experiment, isRegression, judgements, keptRuns, marks, summary } from '../state/store.ts';
import { isDark, restored } from '../theme.ts';
import { ceilNice, floorNice } from '../ticks.ts';
import type { Chart, Line } from './chart.ts';
import { settingLabel } from './words.ts';

const sentences = {
  en: {
    curves: 'Curves',
    show: 'Curve',
    loss: 'Loss',
    accuracy: 'Accuracy',
    rate: 'Learning rate',
    log: 'Log',
    smooth: 'Smooth',
    training: 'training',
    validation: 'validation',
    batches: 'single batches',
    kept: 'earlier runs',
    nothing: 'nothing trained yet',
    from: (name: string, from: string, to: string, steps: string) =>
      `${name} from ${from} to ${to} in ${steps} steps`,
    at: (step: string) => `step ${step}`,
    forget: 'Forget the earlier runs',
    same: 'the same settings',
  },
  tr: {
    curves: 'Eğriler',
    show: 'Eğri',
    loss: 'Kayıp',
    accuracy: 'Doğruluk',
    rate: 'Öğrenme oranı',
    log: 'Log',
    smooth: 'Yumuşat',
    training: 'eğitim',
    validation: 'doğrulama',
    batches: 'tek yığınlar',
    kept: 'önceki çalıştırmalar',
    nothing: 'henüz eğitilmedi',
    from: (name: string, from: string, to: string, steps: string) =>
      `${name} ${steps} adımda ${from} değerinden ${to} değerine`,
    at: (step: string) => `adım ${step}`,
    forget: 'Önceki çalıştırmaları unut',
    same: 'aynı ayarlar',
  },
};

type Kind = 'loss' | 'score' | 'rate';

/** Loss, accuracy and learning rate against steps, with earlier runs on the same data to compare with. */
export function Curves() {
  const say = inLanguage(sentences);
  const [kind, setKind] = useState<Kind>('loss');
  const [log, setLog] = useState(false);
  const [smooth, setSmooth] = useState(true);
  const [hovered, hover] = useState<number | undefined>();
  const regression = isRegression.value;
  const names = { loss: say.loss, score: regression ? 'R²' : say.accuracy, rate: say.rate };
  const lines = linesOf(kind, smooth);
  return (
    <section class="curve lower" aria-label={say.curves}>
      <div class="panel-head">
        <h2 class="hidden">{names[kind]}</h2>
        <span class="segments" role="group" aria-label={say.show}>
          {(['loss', 'score', 'rate'] as const).map((one) => (
            <button
              type="button"
              key={one}
              data-curve={one}
              aria-pressed={kind === one}
              onClick={() => setKind(one)}
            >
              {one === 'rate' ? 'α' : names[one]}
              {one === 'rate' && <span class="hidden"> {names.rate}</span>}
            </button>
          ))}
        </span>
        <span class="segments">
          <button type="button" id="log" aria-pressed={log} onClick={() => setLog(!log)}>
            {say.log}
          </button>
          <button type="button" id="smooth" aria-pressed={smooth} onClick={() => setSmooth(!smooth)}>
            {say.smooth}
          </button>
        </span>
      </div>
      <Plot
        {...{ lines, kind, regression }}
        log={log && kind !== 'score'}
        label={describe(lines, names[kind], kind)}
        onHover={hover}
      />
      <p class="legend" aria-hidden="true">
        {hovered === undefined ? (
          <>
            <span class="key train">{kind === 'rate' ? say.rate : say.training}</span>
            {summary.value?.testRows && kind !== 'rate' ? (
              <span class="key test">{say.validation}</span>
            ) : null}
            {kind === 'loss' && (summary.value?.perEpoch ?? 1) > 1 && (
              <span class="key batch">{say.batches}</span>
            )}
          </>
        ) : (
          <Hovered step={hovered} lines={lines} kind={kind} />
        )}
      </p>
      <Kept />
    </section>
  );
}

function Hovered({ step, lines, kind }: { step: number; lines: readonly Line[]; kind: Kind }) {
  const say = inLanguage(sentences);
  const words = {
    train: kind === 'rate' ? say.rate : say.training,
    test: say.validation,
    batch: say.batches,
    kept: say.kept,
  };
  return (
    <>
      <span>{say.at(formatCount(step))}</span>
      {lines.map(({ style, x, y }, i) => {
        const at = nearest(x, step);
        const value = at === undefined ? undefined : y[at];
        return (
          value !== undefined && (
            <span class={`key ${style}`} key={i}>
              {words[style]} {format(kind, value)}
            </span>
          )
        );
      })}
    </>
  );
}

function format(kind: Kind, value: number): string {
  return kind === 'score'
    ? formatScore(value, isRegression.value)
    : kind === 'rate'
      ? formatSetting(value)
      : formatLoss(value);
}

function nearest(x: readonly number[], step: number): number | undefined {
  if (!x.length) return undefined;
  return x.reduce((best, value, i) => (Math.abs(value - step) < Math.abs(x[best] - step) ? i : best), 0);
}

function linesOf(kind: Kind, smooth: boolean): Line[] {
  const judged = judgements.value;
  const x = judged.map(({ step }) => step);
  if (kind === 'rate') {
    const all = batches.value;
    return [{ style: 'train', x: all.map(({ step }) => step), y: all.map(({ rate }) => rate) }];
  }
  const value = (m: { loss: number; score: number | undefined } | undefined) =>
    kind === 'loss' ? m?.loss : m?.score;
  const kept = keptRuns.value.map(({ judgements }): Line => ({
    style: 'kept',
    x: judgements.map(({ step }) => step),
    y: judgements.map(({ train }) => value(train)),
  }));
  const all = batches.value;
  const losses = all.map(({ loss }) => loss);
  return [
    ...kept,
    ...(kind === 'loss' && (summary.value?.perEpoch ?? 1) > 1
      ? [{ style: 'batch', x: all.map(({ step }) => step), y: smooth ? smoothed(losses) : losses } as const]
      : []),
    { style: 'test', x, y: judged.map(({ test }) => value(test)) },
    { style: 'train', x, y: judged.map(({ train }) => value(train)) },
  ];
}

/** How much of the running mean stays with each point. */
const MEMORY = 0.85;

/** The running mean of single batches. */
function smoothed(values: readonly number[]): number[] {
  let mean = NaN;
  return values.map((value) => (mean = Number.isFinite(mean) ? MEMORY * mean + (1 - MEMORY) * value : value));
}

function describe(lines: readonly Line[], name: string, kind: Kind): string {
  const say = inLanguage(sentences);
  const train = lines[lines.length - 1];
  const [first, last] = [train.y[0], train.y[train.y.length - 1]];
  if (first === undefined || last === undefined || train.x.length < 2) return `${name}: ${say.nothing}`;
  return say.from(name, format(kind, first), format(kind, last), formatCount(train.x[train.x.length - 1]));
}

interface PlotProps {
  readonly lines: readonly Line[];
  readonly kind: Kind;
  readonly log: boolean;
  readonly regression: boolean;
  readonly label: string;
  readonly onHover: (step: number | undefined) => void;
}

function Plot({ lines, kind, log, regression, label, onHover }: PlotProps) {
  const element = useRef<HTMLDivElement>(null);
  const chart = useRef<Chart | undefined>(undefined);
  const latest = useRef(lines);
  latest.current = lines;
  const styles = lines.map(({ style }) => style).join();
  const [dark, again] = [isDark.value, restored.value];
  useEffect(() => {
    const range = kind === 'score' ? scoreRange : lossRange;
    const axis = (value: number) =>
      kind !== 'score'
        ? axisNumber(value)
        : regression
          ? `${+value.toFixed(2)}`
          : `${+(100 * value).toFixed(1)}\u00a0%`;
    let isGone = false;
    // The library of charts comes after what is seen first.
    void import('./chart.ts').then(({ Chart }) => {
      if (isGone) return;
      chart.current = new Chart(element.current!, latest.current, {
        ...{ log, range, format: axis, onHover, marks: () => marks.value },
      });
    });
    return () => {
      isGone = true;
      chart.current?.destroy();
      chart.current = undefined;
    };
  }, [kind, log, styles, dark, again, regression]);
  useEffect(() => chart.current?.show(lines, log), [lines]);
  return <div class="plot" ref={element} role="img" aria-label={label} />;
}

function axisNumber(value: number): string {
  return value > 0 && value < 1e-3 ? value.toExponential(0) : String(+value.toPrecision(3));
}

function lossRange(low: number | null, high: number | null, log: boolean): [number, number] {
  if (low === null || high === null) return log ? [0.1, 1] : [0, 1];
  if (!log) return [0, ceilNice(Math.max(high, 1e-30))];
  const [bottom, top] = [floorNice(low), ceilNice(high)];
  return top > bottom ? [bottom, top] : [bottom / 2, top * 2];
}

/** Up to 1, and down to a round number that leaves the line in sight. */
function scoreRange(low: number | null): [number, number] {
  const grain = low === null || low < 0.6 ? 5 : 10;
  return [Math.max(-1, Math.min(0.9, Math.floor(grain * (low ?? 0) + 1e-9) / grain)), 1];
}

/** Earlier runs on the same data: what was otherwise in each. */
function Kept() {
  const say = inLanguage(sentences);
  if (!keptRuns.value.length) return null;
  return (
    <ul class="kept">
      {keptRuns.value.map(({ id, experiment: earlier, judgements }) => {
        const other = Object.entries(difference(experiment.value, earlier)).slice(0, 3) as [
          keyof typeof earlier,
          never,
        ][];
        const words =
          other.map(([name, value]) => `${settingLabel(name)} ${write(value)}`).join(', ') || say.same;
        return (
          <li key={id} class="key kept">
            {words}: {formatLoss(judgements.at(-1)?.train.loss)}
          </li>
        );
      })}
      <li>
        <button type="button" class="plain" onClick={() => (keptRuns.value = [])}>
          {say.forget}
        </button>
      </li>
    </ul>
  );
}
