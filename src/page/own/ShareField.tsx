import { useId } from 'preact/hooks';
import { inLanguage } from '../language.ts';
import { percent } from './numbers.ts';

const SHARES = [0, 0.1, 0.2, 0.3, 0.4, 0.5];

const sentences = {
  en: { share: 'Kept for the test', none: 'none' },
  tr: { share: 'Test için ayrılan', none: 'hiç' },
};

/** The share of the rows that is kept for the test. */
export function ShareField({ value, onChange }: { value: number; onChange: (share: number) => void }) {
  const say = inLanguage(sentences);
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{say.share}</label>
      <span class="select">
        <select
          id={id}
          name="testShare"
          value={value}
          onChange={(event) => onChange(Number(event.currentTarget.value))}
        >
          {SHARES.map((share) => (
            <option key={share} value={share}>
              {share ? percent(share) : say.none}
            </option>
          ))}
        </select>
      </span>
    </div>
  );
}
