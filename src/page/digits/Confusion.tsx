import { inLanguage } from '../language.ts';
import { recallOf } from './classify.ts';
import { percent } from './percent.ts';

interface ConfusionProps {
  /** [classes, classes] counts: rows are the truth, columns what was said; from `confusion`. */
  readonly counts: ArrayLike<number>;
  /** 2 to 20 names. */
  readonly classes: readonly string[];
}

const sentences = {
  en: {
    title: 'Confusion matrix',
    axes: 'down: truth, across: prediction',
    truth: 'Truth',
    recall: 'Recall',
  },
  tr: {
    title: 'Karışıklık matrisi',
    axes: 'aşağı: gerçek, yana: tahmin',
    truth: 'Gerçek',
    recall: 'Duyarlılık',
  },
};

/** How often each class was taken for each other, and how many of each were recognised. */
export function Confusion({ counts, classes }: ConfusionProps) {
  const say = inLanguage(sentences);
  const n = classes.length;
  const totals = classes.map((_, truth) => sum(n, (said) => counts[truth * n + said]));
  return (
    // Many classes are wider than a phone: it scrolls, also by keyboard.
    <div class="confusion" role="region" aria-label={say.title} tabIndex={0}>
      <table>
        <caption>
          <b>{say.title}</b> <span class="note">{say.axes}</span>
        </caption>
        <thead>
          <tr>
            <th scope="col">
              <span class="hidden">{say.truth}</span>
            </th>
            {classes.map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
            <th scope="col" class="confusion-recall">
              {say.recall}
            </th>
          </tr>
        </thead>
        <tbody>
          {classes.map((name, truth) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              {classes.map((other, said) => {
                const count = counts[truth * n + said];
                const kind = !count ? 'none' : truth === said ? 'right' : 'wrong';
                return (
                  <td key={other} class={kind} style={{ '--share': String(count / (totals[truth] || 1)) }}>
                    {count}
                  </td>
                );
              })}
              <td class="confusion-recall">{recallText(recallOf(counts, n, truth))}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const recallText = (recall: number | undefined) => (recall === undefined ? '–' : percent(recall));

function sum(n: number, term: (i: number) => number): number {
  let total = 0;
  for (let i = 0; i < n; i++) total += term(i);
  return total;
}
