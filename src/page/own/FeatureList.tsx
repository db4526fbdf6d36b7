import { useState } from 'preact/hooks';
import { inLanguage } from '../language.ts';
import type { ColumnSummary } from './column.ts';
import { count, shortNumber } from './numbers.ts';
import { type Choice, MOST_CATEGORIES, type TableSummary, unusable } from './table.ts';

/** Columns that are listed before a person asks for all. */
const FIRST = 40;

const sentences = {
  en: {
    title: 'Features',
    all: 'All',
    none: 'None',
    column: 'Column',
    type: 'Type',
    values: 'Values',
    missing: 'Missing',
    number: 'number',
    text: 'text',
    label: 'label',
    texts: `more than ${MOST_CATEGORIES} texts: no feature`,
    empty: 'empty: no feature',
    mean: (mean: string) => `mean ${mean}`,
    strays: (n: number) => (n === 1 ? '1 cell is no number' : `${count(n)} cells are no numbers`),
    more: (n: number) => `Show all ${count(n)} columns`,
  },
  tr: {
    title: 'Öznitelikler',
    all: 'Hepsi',
    none: 'Hiçbiri',
    column: 'Sütun',
    type: 'Tür',
    values: 'Değerler',
    missing: 'Eksik',
    number: 'sayı',
    text: 'metin',
    label: 'etiket',
    texts: `${MOST_CATEGORIES} metinden fazla: öznitelik olamaz`,
    empty: 'boş: öznitelik olamaz',
    mean: (mean: string) => `ortalama ${mean}`,
    strays: (n: number) => `${count(n)} hücre sayı değil`,
    more: (n: number) => `${count(n)} sütunun hepsini göster`,
  },
};

interface FeatureListProps {
  readonly summary: TableSummary;
  readonly choice: Choice;
  readonly onChange: (features: string[]) => void;
}

/** All columns, of which those that are checked are features. */
export function FeatureList({ summary: { columns, rows }, choice, onChange }: FeatureListProps) {
  const say = inLanguage(sentences);
  const [all, setAll] = useState(false);
  const chosen = new Set(choice.features);
  const usable = columns.filter((column) => column.name !== choice.label && !unusable(column, rows));
  const listed = all ? columns : columns.slice(0, FIRST);
  const toggle = (name: string, on: boolean) =>
    onChange(
      columns.map((column) => column.name).filter((other) => (other === name ? on : chosen.has(other))),
    );
  return (
    <fieldset class="own-features">
      <legend>{say.title}</legend>
      <span class="own-both">
        <button class="link" type="button" onClick={() => onChange(usable.map(({ name }) => name))}>
          {say.all}
        </button>
        <button class="link" type="button" onClick={() => onChange([])}>
          {say.none}
        </button>
      </span>
      <div class="own-scroll">
        <table>
          <thead>
            <tr>
              <th scope="col">{say.column}</th>
              <th scope="col">{say.type}</th>
              <th scope="col">{say.values}</th>
              <th scope="col" class="number">
                {say.missing}
              </th>
            </tr>
          </thead>
          <tbody>
            {listed.map((column) => (
              <FeatureRow
                key={column.name}
                column={column}
                rows={rows}
                isLabel={column.name === choice.label}
                checked={chosen.has(column.name)}
                onToggle={(on) => toggle(column.name, on)}
              />
            ))}
          </tbody>
        </table>
        {listed.length < columns.length && (
          <button class="button" type="button" onClick={() => setAll(true)}>
            {say.more(columns.length)}
          </button>
        )}
      </div>
    </fieldset>
  );
}

interface FeatureRowProps {
  readonly column: ColumnSummary;
  readonly rows: number;
  readonly isLabel: boolean;
  readonly checked: boolean;
  readonly onToggle: (on: boolean) => void;
}

function FeatureRow({ column, rows, isLabel, checked, onToggle }: FeatureRowProps) {
  const say = inLanguage(sentences);
  const reason = isLabel ? undefined : unusable(column, rows);
  const { name, kind, strays, missing } = column;
  return (
    <tr>
      <th scope="row">
        <label class="own-check">
          <input
            type="checkbox"
            name="feature"
            value={name}
            checked={checked}
            disabled={isLabel || reason !== undefined}
            onChange={(event) => onToggle(event.currentTarget.checked)}
          />
          <span>{name}</span>
        </label>
      </th>
      <td>{isLabel ? say.label : say[kind]}</td>
      <td>
        {reason ? say[reason] : <Values column={column} />}
        {strays > 0 && <span class="own-stray"> {say.strays(strays)}</span>}
      </td>
      <td class={missing ? 'number own-missing' : 'number'}>{count(missing)}</td>
    </tr>
  );
}

function Values({ column: { kind, min, max, mean, examples, distinct } }: { column: ColumnSummary }) {
  const say = inLanguage(sentences);
  if (kind === 'number') {
    return (
      <>
        {shortNumber(min)} … {shortNumber(max)}, {say.mean(shortNumber(mean))}
      </>
    );
  }
  const rest = distinct === undefined || distinct > examples.length;
  return (
    <>
      {examples.join(', ')}
      {rest && ' …'}
    </>
  );
}
