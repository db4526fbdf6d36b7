import { useId, useRef } from 'preact/hooks';
import { inLanguage } from '../language.ts';
import { FUNCTION_NAMES, FormulaError, LONGEST_FORMULA, parseFormula } from './derived.ts';
import { problemInLanguage } from './problems.ts';
import type { Choice, TableSummary } from './table.ts';

const sentences = {
  en: {
    title: 'Derived features',
    hint: `Formulas over the columns: + - * / ^, ${FUNCTION_NAMES.join(', ')}. A name with spaces stands between backquotes.`,
    name: (n: number) => `Derived feature ${n}`,
    remove: (text: string) => `Remove ${text || 'the empty formula'}`,
    add: 'Add a feature',
  },
  tr: {
    title: 'Türetilmiş öznitelikler',
    hint: `Sütunlar üzerinde formüller: + - * / ^, ${FUNCTION_NAMES.join(', ')}. Boşluk içeren adlar ters tırnak arasına yazılır.`,
    name: (n: number) => `Türetilmiş öznitelik ${n}`,
    remove: (text: string) => `Kaldır: ${text || 'boş formül'}`,
    add: 'Öznitelik ekle',
  },
};

/** What is wrong with each derived feature, in the language of the page; nothing where it is empty. */
export function formulaProblems({ derived, label }: Choice, { columns }: TableSummary): string[] {
  const names = columns
    .filter(({ kind, name }) => kind === 'number' && name !== label)
    .map(({ name }) => name);
  return derived.map((text) => {
    if (!text.trim()) return '';
    try {
      parseFormula(text, names);
      return '';
    } catch (error) {
      if (!(error instanceof FormulaError)) throw error;
      return problemInLanguage(error.message);
    }
  });
}

interface DerivedFieldsProps {
  readonly formulas: readonly string[];
  /** What is wrong with each; empty where nothing is. */
  readonly problems: readonly string[];
  readonly onChange: (formulas: string[]) => void;
}

/** The fields of derived features, each with what is wrong with it below. */
export function DerivedFields({ formulas, problems, onChange }: DerivedFieldsProps) {
  const say = inLanguage(sentences);
  const id = useId();
  const add = useRef<HTMLButtonElement>(null);
  return (
    <fieldset class="own-derived">
      <legend>{say.title}</legend>
      <p class="note" id={`${id}hint`}>
        {say.hint}
      </p>
      {formulas.map((text, i) => (
        <div class="own-formula" key={i}>
          <input
            type="text"
            name="derived"
            aria-label={say.name(i + 1)}
            aria-describedby={`${id}hint ${id}${i}`}
            aria-invalid={problems[i] ? 'true' : undefined}
            value={text}
            maxLength={LONGEST_FORMULA}
            placeholder="x1^2"
            spellcheck={false}
            autocapitalize="off"
            autocomplete="off"
            ref={(input) => {
              // A field that was just added is the one to write in.
              if (input && !text && document.activeElement === add.current) input.focus();
            }}
            onInput={(event) => onChange(formulas.with(i, event.currentTarget.value))}
          />
          <button
            class="button quiet icon"
            type="button"
            aria-label={say.remove(text)}
            onClick={() => {
              onChange(formulas.toSpliced(i, 1));
              add.current?.focus();
            }}
          >
            <svg class="icon-svg" viewBox="0 0 20 20" aria-hidden="true">
              <path d="M5 5l10 10M15 5L5 15" />
            </svg>
          </button>
          <p class="error" id={`${id}${i}`}>
            {problems[i]}
          </p>
        </div>
      ))}
      <button ref={add} class="button" type="button" onClick={() => onChange([...formulas, ''])}>
        {say.add}
      </button>
    </fieldset>
  );
}
