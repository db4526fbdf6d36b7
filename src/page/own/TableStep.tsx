import { useEffect, useId, useRef, useState } from 'preact/hooks';
import type { Task } from '../../data/dataset.ts';
import { inLanguage } from '../language.ts';
import { DerivedFields, formulaProblems } from './DerivedFields.tsx';
import { FeatureList } from './FeatureList.tsx';
import { useHeadingFocus } from './focus.ts';
import type { AnyChoice } from './messages.ts';
import { count } from './numbers.ts';
import type { Planned } from './OwnData.tsx';
import { PlanView } from './PlanView.tsx';
import { Preview } from './Preview.tsx';
import { problemInLanguage } from './problems.ts';
import { ShareField } from './ShareField.tsx';
import { type Choice, type TableSummary, firstChoice, guessTask, unusable } from './table.ts';

/** Milliseconds that a person may go on typing before what they chose is computed. */
const PAUSE = 150;

const sentences = {
  en: {
    found: (rows: string, columns: string) => `${rows} rows, ${columns} columns`,
    label: 'Label, to be predicted',
    task: 'Task',
    classification: 'classification',
    regression: 'regression',
    missing: (rows: number) =>
      rows === 1 ? '1 row has missing values' : `${count(rows)} rows have missing values`,
    drop: 'leave those rows out',
    impute: 'fill in the mean',
  },
  tr: {
    found: (rows: string, columns: string) => `${rows} satır, ${columns} sütun`,
    label: 'Etiket: tahmin edilecek sütun',
    task: 'Görev',
    classification: 'sınıflandırma',
    regression: 'regresyon',
    missing: (rows: number) => `${count(rows)} satırda eksik değer var`,
    drop: 'o satırları çıkar',
    impute: 'ortalamayla doldur',
  },
};

interface TableStepProps {
  readonly summary: TableSummary;
  readonly planned: Planned;
  readonly onChoice: (choice: AnyChoice) => void;
  readonly onUse: (choice: AnyChoice) => void;
  readonly onBack: () => void;
}

/** What was found in a table, and all that a person decides about it. */
export function TableStep({ summary, planned, onChoice, onUse, onBack }: TableStepProps) {
  const say = inLanguage(sentences);
  const id = useId();
  const heading = useHeadingFocus();
  const [choice, setChoice] = useState<Choice>(() => firstChoice(summary));
  const change = (changed: Partial<Choice>) => setChoice((before) => ({ ...before, ...changed }));
  const wrong = formulaProblems(choice, summary);
  // A field that is still empty asks for nothing.
  const asked = { ...choice, derived: choice.derived.filter((text) => text.trim()) };
  const ready = wrong.every((problem) => !problem);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => {
    if (!ready) return undefined;
    timer.current = setTimeout(() => onChoice(asked), PAUSE);
    return () => clearTimeout(timer.current);
  }, [choice]);

  const { problem } = planned;
  const atFormula = choice.derived.findIndex((text) => problem && text.trim() === problem.column);
  const shown = wrong.map((text, i) => text || (i === atFormula ? problemInLanguage(problem!.message) : ''));
  const atField = atFormula >= 0 || !ready;

  return (
    <div class="own-body">
      <section>
        <h3 ref={heading} tabIndex={-1}>
          {summary.file}
        </h3>
        <p class="note">{say.found(count(summary.rows), count(summary.columns.length))}</p>
        <Preview summary={summary} />
      </section>
      <div class="own-columns">
        <section>
          <div class="field">
            <label for={`${id}label`}>{say.label}</label>
            <span class="select">
              <select
                id={`${id}label`}
                name="label"
                value={choice.label}
                onChange={(event) => setChoice(withLabel(choice, summary, event.currentTarget.value))}
              >
                {summary.columns.map(({ name }) => (
                  <option key={name} value={name}>
                    {name}
                  </option>
                ))}
              </select>
            </span>
          </div>
          <div class="field">
            <label for={`${id}task`}>{say.task}</label>
            <span class="select">
              <select
                id={`${id}task`}
                name="task"
                value={choice.task}
                onChange={(event) => change({ task: event.currentTarget.value as Task })}
              >
                <option value="classification">{say.classification}</option>
                <option value="regression">{say.regression}</option>
              </select>
            </span>
          </div>
          {summary.rowsWithMissing > 0 && (
            <div class="field">
              <label for={`${id}missing`}>{say.missing(summary.rowsWithMissing)}</label>
              <span class="select">
                <select
                  id={`${id}missing`}
                  name="missing"
                  value={choice.missing}
                  onChange={(event) => change({ missing: event.currentTarget.value as Choice['missing'] })}
                >
                  <option value="drop">{say.drop}</option>
                  <option value="impute">{say.impute}</option>
                </select>
              </span>
            </div>
          )}
          <ShareField value={choice.testShare} onChange={(testShare) => change({ testShare })} />
          <DerivedFields
            formulas={choice.derived}
            problems={shown}
            onChange={(derived) => change({ derived })}
          />
        </section>
        <FeatureList summary={summary} choice={choice} onChange={(features) => change({ features })} />
      </div>
      <PlanView
        planned={atField ? {} : planned}
        blocked={atField}
        onUse={() => {
          // What is asked last is what is answered.
          clearTimeout(timer.current);
          onUse(asked);
        }}
        onBack={onBack}
      />
    </div>
  );
}

/** A choice with another label: what was the label becomes a feature, if it can be one. */
function withLabel(choice: Choice, { columns, rows }: TableSummary, label: string): Choice {
  const features = columns.filter(
    (column) =>
      column.name !== label &&
      (choice.features.includes(column.name) || (column.name === choice.label && !unusable(column, rows))),
  );
  return {
    ...choice,
    label,
    task: guessTask(columns.find(({ name }) => name === label)!),
    features: features.map(({ name }) => name),
  };
}
