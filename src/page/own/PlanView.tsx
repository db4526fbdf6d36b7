import { inLanguage } from '../language.ts';
import { planNotes, planSentence } from './notes.ts';
import { count, shortNumber } from './numbers.ts';
import type { Planned } from './OwnData.tsx';
import type { Plan } from './plan.ts';
import { problemInLanguage } from './problems.ts';

const sentences = {
  en: {
    title: 'Before the training',
    counting: 'Counting …',
    standardized:
      'Every feature is standardised: its mean becomes 0 and its standard deviation 1. Both come from the training rows alone, here those of seed 1.',
    scales: 'Means and standard deviations',
    feature: 'Feature',
    mean: 'Mean',
    std: 'Deviation',
    label: (name: string) => `${name} (label)`,
    more: (n: number) => `and ${count(n)} more`,
    back: 'Other data',
    use: 'Use this data',
  },
  tr: {
    title: 'Eğitimden önce',
    counting: 'Sayılıyor …',
    standardized:
      'Her öznitelik standartlaştırılır: ortalaması 0, standart sapması 1 olur. İkisi de yalnızca eğitim satırlarından (burada tohum 1 ile) hesaplanır.',
    scales: 'Ortalamalar ve standart sapmalar',
    feature: 'Öznitelik',
    mean: 'Ortalama',
    std: 'Std. sapma',
    label: (name: string) => `${name} (etiket)`,
    more: (n: number) => `ve ${count(n)} tane daha`,
    back: 'Başka veri',
    use: 'Bu verileri kullan',
  },
};

interface PlanViewProps {
  readonly planned: Planned;
  /** Whether something is wrong that stands beside its field. */
  readonly blocked?: boolean;
  readonly onUse: () => void;
  readonly onBack: () => void;
}

/** What a choice gives, or why it gives nothing, and the buttons that end the choosing. */
export function PlanView({ planned: { plan, problem }, blocked, onUse, onBack }: PlanViewProps) {
  const say = inLanguage(sentences);
  return (
    <>
      {plan && (
        <section class="own-plan">
          <h3>{say.title}</h3>
          {planNotes(plan).map((note) => (
            <p key={note} class="note">
              {note}
            </p>
          ))}
          <p class="note">{say.standardized}</p>
          <Scales plan={plan} />
        </section>
      )}
      <footer class="own-foot">
        <p class="own-problem" role="alert">
          {problem && problemInLanguage(problem.message)}
        </p>
        <p class="own-sentence" role="status">
          {plan ? planSentence(plan) : problem || blocked ? '' : say.counting}
        </p>
        <button class="button" type="button" onClick={onBack}>
          {say.back}
        </button>
        <button class="button primary" type="button" disabled={!plan} onClick={onUse}>
          {say.use}
        </button>
      </footer>
    </>
  );
}

function Scales({ plan: { scales, target, features } }: { plan: Plan }) {
  const say = inLanguage(sentences);
  const rows = target ? [...scales, { ...target, name: say.label(target.name) }] : scales;
  return (
    <div class="own-scroll own-scales" role="region" tabIndex={0} aria-label={say.scales}>
      <table>
        <thead>
          <tr>
            <th scope="col">{say.feature}</th>
            <th scope="col" class="number">
              {say.mean}
            </th>
            <th scope="col" class="number">
              {say.std}
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ name, mean, std }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td class="number">{shortNumber(mean)}</td>
              <td class="number">{shortNumber(std)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {features > scales.length && <p class="note">{say.more(features - scales.length)}</p>}
    </div>
  );
}
