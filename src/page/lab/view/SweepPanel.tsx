import { useId, useMemo, useState } from 'preact/hooks';
import { rows } from '../../../kernels/rows.ts';
import { shapeNames } from '../../../lab/workbench/shape.ts';
import type { SweepPoint } from '../../../lab/workbench/types.ts';
import { inLanguage } from '../../language.ts';
import { draft, sweep, type SweepResult } from '../state/store.ts';
import { type Axis, runSweep, stopSweep } from '../state/sweeps.ts';
import { constantsIn } from '../state/texts.ts';
import { formatSpan } from './numbers.ts';
import { Plot } from './Plot.tsx';
import { type SweepCell, sweepOption } from './sweepOption.ts';

const sentences = {
  en: {
    vary: 'Vary',
    and: 'and',
    nothing: 'nothing else',
    values: 'Values',
    run: 'Run sweep',
    stop: 'Stop',
    wrong: 'Whole numbers of at least 1, at most 24 of them, with commas between: 4, 8, 16.',
    kinds: { invalid: 'does not compile', hung: 'did not end', wrong: 'wrong', right: 'right, not timed' },
    time: 'Time of one dispatch',
    fastest: 'fastest, or not to be told from it',
    help: 'Every value is judged; only those that are right are timed, together.',
    plot: (name: string) => `Time of one dispatch over ${name}; the numbers are in the table below`,
  },
  tr: {
    vary: 'Değiştir',
    and: 've',
    nothing: 'başka bir şey yok',
    values: 'Değerler',
    run: 'Taramayı başlat',
    stop: 'Durdur',
    wrong: 'En az 1 olan, en çok 24 tam sayı, aralarında virgülle: 4, 8, 16.',
    kinds: { invalid: 'derlenmiyor', hung: 'bitmedi', wrong: 'yanlış', right: 'doğru, ölçülmedi' },
    time: 'Bir gönderimin süresi',
    fastest: 'en hızlısı ya da ondan ayırt edilemeyen',
    help: 'Her değer sınanır; yalnız doğru olanların süresi, birlikte ölçülür.',
    plot: (name: string) => `Bir gönderimin ${name} değerine göre süresi; sayılar aşağıdaki çizelgede`,
  },
};

const MOST_VALUES = 24;

/** The values of a list; undefined if it is none. */
function readValues(text: string): number[] | undefined {
  const parts = text.split(',').map((part) => part.trim());
  if (parts.length > MOST_VALUES || !parts.every((part) => /^\d{1,9}$/.test(part) && Number(part) >= 1))
    return undefined;
  return [...new Set(parts.map(Number))];
}

/** Times over a count, an override or a size; over two of them, as a heat map. */
export function SweepPanel() {
  const say = inLanguage(sentences);
  const { kernel, source, constants, sizes } = draft.value!;
  const row = rows[kernel];
  const names = [
    ...constantsIn(source, { ...row.counts, ...row.overrides }).map(({ name }) => name),
    ...shapeNames(kernel),
  ];
  const start = (name: string) => {
    const at = shapeNames(kernel).indexOf(name);
    return at < 0
      ? /workgroup/i.test(name)
        ? '4, 16, 64'
        : '1, 2, 4'
      : [sizes[at] / 4, sizes[at] / 2, sizes[at]].map(Math.ceil).join(', ');
  };
  const [first, setFirst] = useState({ name: names[0], text: start(names[0]) });
  const [second, setSecond] = useState({ name: '', text: '' });
  const [isWrong, setWrong] = useState(false);
  const chosen = names.includes(first.name) ? first : { name: names[0], text: start(names[0]) };
  const result = sweep.value;
  const isRunning = result !== undefined && !result.done;
  const run = () => {
    const values = readValues(chosen.text);
    const others = second.name ? readValues(second.text) : [];
    setWrong(!values || !others);
    if (!values || !others) return;
    const other: Axis | undefined = second.name ? { name: second.name, values: others } : undefined;
    runSweep({ name: chosen.name, values }, other);
  };
  void constants;
  return (
    <div class="sweep">
      <div class="axes">
        <AxisFields
          {...{ names, label: say.vary, which: 'first' }}
          axis={chosen}
          onChange={(axis) =>
            setFirst(axis.name === chosen.name ? axis : { name: axis.name, text: start(axis.name) })
          }
        />
        <AxisFields
          {...{ label: say.and, which: 'second', none: say.nothing }}
          names={names.filter((name) => name !== chosen.name)}
          axis={second}
          onChange={(axis) =>
            setSecond(
              axis.name === second.name ? axis : { name: axis.name, text: axis.name && start(axis.name) },
            )
          }
        />
        <button class="button small" type="button" data-action="sweep" onClick={isRunning ? stopSweep : run}>
          {isRunning ? say.stop : say.run}
        </button>
      </div>
      <p class="error" role="alert">
        {isWrong && say.wrong}
      </p>
      <p class="help">{say.help}</p>
      {result && result.rows.length > 0 && <Result result={result} />}
    </div>
  );
}

interface FieldsProps {
  readonly names: readonly string[];
  readonly axis: { readonly name: string; readonly text: string };
  readonly label: string;
  readonly which: string;
  readonly none?: string;
  readonly onChange: (axis: { name: string; text: string }) => void;
}

function AxisFields({ names, axis, label, which, none, onChange }: FieldsProps) {
  const say = inLanguage(sentences);
  const id = useId();
  return (
    <div class="axis field">
      <label for={id}>{label}</label>
      <span class="select">
        <select
          {...{ id, name: `${which}Axis`, value: axis.name }}
          onChange={({ currentTarget }) => onChange({ name: currentTarget.value, text: axis.text })}
        >
          {none !== undefined && <option value="">{none}</option>}
          {names.map((name) => (
            <option value={name}>{name}</option>
          ))}
        </select>
      </span>
      {axis.name && (
        <input
          name={`${which}Values`}
          aria-label={`${say.values} ${axis.name}`}
          autocomplete="off"
          value={axis.text}
          onInput={({ currentTarget }) => onChange({ name: axis.name, text: currentTarget.value })}
        />
      )}
    </div>
  );
}

const timeOf = ({ verdict }: SweepPoint) =>
  verdict.kind === 'right' ? verdict.timing?.attempt.median : undefined;

function Result({ result }: { result: SweepResult }) {
  const say = inLanguage(sentences);
  const option = useMemo(() => {
    const cells = result.rows.flatMap(({ value, points }): SweepCell[] =>
      points.map((point) => ({ x: point.value, y: value, ms: timeOf(point) })),
    );
    return sweepOption(cells, result.name, result.other);
  }, [result]);
  const values = result.rows[0].points.map(({ value }) => value);
  const said = (point: SweepPoint) => {
    const time = timeOf(point);
    return time === undefined ? say.kinds[point.verdict.kind] : formatSpan(time);
  };
  return (
    <>
      <Plot
        id="sweep"
        option={option}
        label={say.plot([result.name, result.other].filter(Boolean).join(', '))}
      />
      <div class="scroll" tabIndex={0} role="group" aria-label={say.time}>
        <table class="numbers" id="sweep-table">
          <caption class="hidden">{say.time}</caption>
          <thead>
            <tr>
              <th scope="col">{result.other ? `${result.other} \\ ${result.name}` : result.name}</th>
              {values.map((value) => (
                <th scope="col">{value}</th>
              ))}
            </tr>
          </thead>
          <tbody>
            {result.rows.map(({ value, points, fastest }) => (
              <tr>
                <th scope="row">{result.other ? value : say.time}</th>
                {points.map((point) => (
                  <td
                    data-kind={point.verdict.kind}
                    class={fastest.includes(point.value) ? 'best' : ''}
                    title={fastest.includes(point.value) ? say.fastest : undefined}
                  >
                    {said(point)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}
