import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { formatCount } from '../../format.ts';
import { inLanguage } from '../../language.ts';
import { textOf } from '../state/axes.ts';
import type { Trial } from '../state/read.ts';
import { chosen, filter, hovered, report, running, select, selected, trials } from '../state/store.ts';
import { cellOf, columnName, columns, order, rows, sortBy } from '../state/table.ts';
import { formatSeconds, formatValue, shortId } from './numbers.ts';
import { outcomeOf } from './words.ts';

const sentences = {
  en: {
    title: 'Trials',
    caption: 'Trials; the best first, or as a column sorts them',
    filter: 'Filter',
    example: 'learningRate=0.1',
    trial: 'Trial',
    seconds: 'Time',
    outcome: 'Outcome',
    seed: 'seed',
    fold: 'fold',
    shown: (shown: string, all: string) => `${shown} of ${all}`,
    none: 'No trial has all of these words.',
  },
  tr: {
    title: 'Denemeler',
    caption: 'Denemeler; en iyisi önce ya da bir sütuna göre',
    filter: 'Süz',
    example: 'learningRate=0.1',
    trial: 'Deneme',
    seconds: 'Süre',
    outcome: 'Sonuç',
    seed: 'tohum',
    fold: 'kat',
    shown: (shown: string, all: string) => `${shown} / ${all}`,
    none: 'Bu sözcüklerin hepsini içeren deneme yok.',
  },
};

/** Height of a row, as the style has it, in pixels; and the rows around what is seen. */
const ROW = 32;
const MARGIN = 8;

/** The trials as a table, of which only the rows that are to be seen are made. */
export function Trials() {
  const say = inLanguage(sentences);
  const id = useId();
  const host = useRef<HTMLDivElement>(null);
  const [[first, last], see] = useState<readonly [number, number]>([0, 24]);
  const found = rows.value;
  const look = () => {
    const { scrollTop, clientHeight } = host.current!;
    see([
      Math.max(0, Math.floor(scrollTop / ROW) - MARGIN),
      Math.ceil((scrollTop + clientHeight) / ROW) + MARGIN,
    ]);
  };
  const place = found.findIndex((trial) => trial.id === selected.value?.id);
  const show = (at: number) => {
    const { scrollTop, clientHeight } = host.current!;
    // The head covers the first row's height.
    if (at * ROW < scrollTop) host.current!.scrollTop = at * ROW;
    else if ((at + 2) * ROW > scrollTop + clientHeight)
      host.current!.scrollTop = (at + 2) * ROW - clientHeight;
  };
  useEffect(look, [found.length]);
  useEffect(() => {
    if (chosen.value !== undefined && place >= 0) show(place);
  }, [chosen.value]);
  const press = (event: KeyboardEvent) => {
    const steps: Readonly<Record<string, number>> = {
      ...{ ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10, Home: -found.length, End: found.length },
    };
    if (!Object.hasOwn(steps, event.key) || !found.length) return;
    event.preventDefault();
    select(found[Math.max(0, Math.min(found.length - 1, place + steps[event.key]))].id);
    host.current!.focus();
  };
  const visible = found.slice(first, last);
  const all = [...columns.value, 'value', 'seconds', 'outcome'];
  const heads: Readonly<Record<string, string>> = {
    ...{ value: report.value!.metric.name, seconds: say.seconds, outcome: say.outcome },
    ...{ seed: say.seed, fold: say.fold },
  };
  return (
    <section class="panel" aria-labelledby="trials-title" id="trials" tabIndex={-1}>
      <div class="panel-head">
        <h2 id="trials-title">{say.title}</h2>
        <span class="note" id="shown" role="status">
          {say.shown(formatCount(found.length), formatCount(trials.value.length))}
        </span>
        <span class="choose filter">
          <label for={id}>{say.filter}</label>
          <input
            {...{ id, placeholder: say.example, value: filter.value }}
            name="filter"
            type="search"
            autocomplete="off"
            onInput={({ currentTarget }) => (filter.value = currentTarget.value)}
          />
        </span>
      </div>
      <div
        class="rows"
        ref={host}
        tabIndex={0}
        role="group"
        aria-label={say.title}
        onScroll={look}
        onKeyDown={press}
      >
        <table aria-rowcount={found.length + 1}>
          <caption class="hidden">{say.caption}</caption>
          <thead>
            <tr aria-rowindex={1}>
              <Head by="id" name={say.trial} />
              {all.map((column) => (
                <Head key={column} by={column} name={heads[column] ?? columnName(column)} />
              ))}
            </tr>
          </thead>
          <tbody>
            <Gap rows={Math.min(first, found.length)} columns={all.length + 1} />
            {visible.map((trial, i) => (
              <Line key={trial.id} {...{ trial }} index={first + i + 2} columns={columns.value} />
            ))}
            <Gap rows={Math.max(0, found.length - last)} columns={all.length + 1} />
          </tbody>
        </table>
        {!found.length && <p class="nothing">{say.none}</p>}
      </div>
    </section>
  );
}

/** The room of rows that are not made. */
function Gap({ rows, columns }: { rows: number; columns: number }) {
  if (!rows) return null;
  return (
    <tr class="gap" aria-hidden="true">
      <td colSpan={columns} style={{ height: `${rows * ROW}px` }} />
    </tr>
  );
}

function Head({ by, name }: { by: string; name: string }) {
  const isUsual = !order.value && by === 'value';
  const isDescending = isUsual ? report.value!.metric.higherIsBetter : order.value?.descending;
  const isSorted = isUsual || order.value?.by === by;
  return (
    <th scope="col" aria-sort={isSorted ? (isDescending ? 'descending' : 'ascending') : undefined}>
      <button class="plain sort" type="button" data-sort={by} title={name} onClick={() => sortBy(by)}>
        <span>{name}</span>
        <span class="way" aria-hidden="true">
          {isSorted ? (isDescending ? '↓' : '↑') : ''}
        </span>
      </button>
    </th>
  );
}

interface LineProps {
  readonly trial: Trial;
  readonly index: number;
  readonly columns: readonly string[];
}

function Line({ trial, index, columns }: LineProps) {
  const { id, outcome, value, seconds, error } = trial;
  const isSelected = selected.value?.id === id;
  const isBest = report.value!.best?.trial === id;
  const state = outcome === 'open' && running.value.has(id) ? 'running' : outcome;
  return (
    <tr
      aria-rowindex={index}
      data-trial={id}
      data-selected={isSelected || undefined}
      data-hovered={hovered.value === id || undefined}
      class={state}
      onClick={() => select(id)}
      onMouseEnter={() => (hovered.value = id)}
      onMouseLeave={() => (hovered.value = undefined)}
    >
      <td>
        <button class="pick" type="button" aria-pressed={isSelected} onClick={() => select(id)}>
          {shortId(id)}
          {isBest && <span aria-hidden="true"> ★</span>}
        </button>
      </td>
      {columns.map((column) => {
        const cell = cellOf(trial, column);
        return <td>{typeof cell === 'number' ? formatValue(cell) : textOf(cell)}</td>;
      })}
      <td class="metric">{formatValue(value)}</td>
      <td>{formatSeconds(seconds)}</td>
      <td class="outcome" title={error}>
        <b>{outcomeOf(state)}</b>
        {error && ` ${error}`}
      </td>
    </tr>
  );
}
