import { formatLoss, formatScore, formatShort } from '../format.ts';
import { inLanguage } from '../language.ts';
import { begin, select, setSpeed } from '../state/actions.ts';
import { probedLayers } from '../state/derived.ts';
import { experiment, judgements, lesson, looks, selected, weights } from '../state/store.ts';
import { difference } from '../state/experiment.ts';
import { LESSONS, type Lesson, type Way, experimentOf } from './lessons.ts';
import { WORDS } from './sentences.ts';
import { lazy } from '../view/lazy.tsx';

const StepByHand = lazy(async () => (await import('./StepByHand.tsx')).StepByHand);

const sentences = {
  en: {
    lessons: 'Lessons',
    try: 'Try',
    watch: 'Watch',
    alike: 'all alike',
    different: 'different',
    none: 'there are none',
    begin: 'Begin',
  },
  tr: {
    lessons: 'Dersler',
    try: 'Dene',
    watch: 'İzle',
    alike: 'hepsi aynı',
    different: 'farklı',
    none: 'hiç yok',
    begin: 'Başla',
  },
};

/** Steps a second in a lesson: fast enough to be over soon, slow enough to be seen. */
const SPEED = 300;

/** Short guided experiments on the playground itself, one for each point of the notes. */
export function Lessons() {
  const say = inLanguage(sentences);
  const words = inLanguage(WORDS);
  const number = lesson.value;
  const now = words[number - 1];
  const chosen = LESSONS[number - 1];
  return (
    <section class="lessons" aria-label={say.lessons}>
      <ol class="lesson-list">
        {words.map(({ title }, i) => (
          <li key={i}>
            <button
              type="button"
              data-lesson={i + 1}
              aria-current={number === i + 1 ? 'step' : undefined}
              onClick={() => open(i + 1)}
            >
              <span>{i + 1}</span> {title}
            </button>
          </li>
        ))}
      </ol>
      <div class="lesson">
        <h2 class={chosen ? undefined : 'hidden'}>{now.title}</h2>
        {now.text.map((sentence) => (
          <p key={sentence}>{sentence}</p>
        ))}
        {chosen ? (
          <>
            <p class="ways">
              <b>{say.try}</b>
              {chosen.ways.map((way) => (
                <button
                  type="button"
                  class="button small"
                  key={way.name}
                  data-way={way.name}
                  aria-pressed={isRunning(chosen, way)}
                  onClick={() => run(chosen, way)}
                >
                  {now.ways[way.name]}
                </button>
              ))}
            </p>
            <p class="watch">
              <b>{say.watch}</b> {now.watch}: <output id="watched">{watched(chosen)}</output>
            </p>
          </>
        ) : (
          <StepByHand />
        )}
      </div>
    </section>
  );
}

/** Opens a lesson and begins its experiment. */
export function open(number: number): void {
  lesson.value = number;
  const chosen = LESSONS[number - 1];
  if (chosen) run(chosen, chosen.ways[0], chosen.plays);
}

function run(chosen: Lesson, way: Way, plays = true): void {
  setSpeed(SPEED);
  begin({ start: experimentOf(chosen, way), edits: [], steps: 0 }, { plays });
  select(1, 0);
}

function isRunning(chosen: Lesson, way: Way): boolean {
  return Object.keys(difference(experimentOf(chosen, way), experiment.value)).length === 0;
}

/** What the lesson watches, now. */
function watched({ watches }: Lesson): string {
  const say = inLanguage(sentences);
  const judged = judgements.value.at(-1);
  switch (watches) {
    case 'loss':
      return formatLoss(judged?.train.loss);
    case 'score':
      return formatScore(judged?.train.score, false);
    case 'saturated':
      return formatScore(looks.value.at(-1)?.saturated, false);
    case 'unit': {
      const { layer, unit } = selected.value;
      const output = probedLayers.value?.[layer - 1];
      return output ? `z = ${formatShort(output.z[unit])}, a = ${formatShort(output.a[unit])}` : '–';
    }
    case 'alike': {
      if (!experiment.value.layers.length) return say.none;
      const [first] = weights.value ?? [];
      if (!first) return '–';
      const units = first.b.length;
      const same = first.w.every((value, i) => value === first.w[i - (i % units)]);
      return same && first.b.every((value) => value === first.b[0]) ? say.alike : say.different;
    }
  }
}
