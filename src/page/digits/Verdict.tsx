import { inLanguage } from '../language.ts';
import { percent } from './percent.ts';

interface VerdictProps {
  /** Of each class; undefined while nothing is drawn. */
  readonly probabilities: ArrayLike<number> | undefined;
  readonly classes: readonly string[];
}

const sentences = {
  en: { title: 'Output', winner: (name: string) => `The network says ${name}` },
  tr: { title: 'Çıktı', winner: (name: string) => `Ağın cevabı: ${name}` },
};

/** What the network says: a bar for each class, the most probable one in bold. */
export function Verdict({ probabilities, classes }: VerdictProps) {
  const say = inLanguage(sentences);
  const shares = classes.map((_, i) => probabilities?.[i]);
  const most = Math.max(...shares.map((share) => share ?? 0));
  const winner = probabilities ? shares.indexOf(most) : -1;
  return (
    <section class="verdict-bars" aria-label={say.title}>
      <h2>{say.title}</h2>
      <ol>
        {classes.map((name, i) => {
          const share = shares[i];
          return (
            <li key={name} class={i === winner ? 'winner' : undefined}>
              <span class="verdict-class">{name}</span>
              <span class="verdict-bar" aria-hidden="true">
                <span style={{ width: `${100 * (share ?? 0)}%` }} />
              </span>
              <span class="verdict-share">{share === undefined ? '' : percent(share)}</span>
            </li>
          );
        })}
      </ol>
      {/* The winner alone: shares change with every move of the pen. */}
      <p class="hidden" aria-live="polite">
        {winner < 0 ? '' : say.winner(classes[winner])}
      </p>
    </section>
  );
}
