import { useEffect, useState } from 'preact/hooks';
import { formatCount } from '../../format.ts';
import { NumberTable } from '../../inside/NumberTable.tsx';
import { PickedNumber } from '../../inside/PickedNumber.tsx';
import { Picture } from '../../inside/Picture.tsx';
import { VIEWS, firstOff } from '../../inside/seen.ts';
import { sentences as words } from '../../inside/words.ts';
import { inLanguage } from '../../language.ts';
import { lookInside } from '../state/actions.ts';
import { look, stage, verdict } from '../state/store.ts';
import type { Seen } from '../worker/messages.ts';

const sentences = {
  en: {
    none: 'Once a text has been judged, its outputs are shown here, beside what was wanted.',
    which: 'Case',
    output: 'Output',
    firstOff: 'First wrong number',
    picture: (view: string, output: string) => `${output}, ${view}`,
  },
  tr: {
    none: 'Bir metin sınandığında çıktıları burada, beklenenlerin yanında gösterilir.',
    which: 'Durum',
    output: 'Çıktı',
    firstOff: 'İlk yanlış sayı',
    picture: (view: string, output: string) => `${output}, ${view}`,
  },
};

/** The outputs of a judged run, as pictures and as numbers. */
export function LookInside() {
  const say = inLanguage(sentences);
  const found = verdict.value;
  const now = look.value;
  const isJudged = found?.kind === 'right' || found?.kind === 'wrong';
  const isIdle = stage.value === undefined;
  useEffect(() => {
    if (isJudged && isIdle && !now) lookInside();
  }, [isJudged, isIdle, now]);
  if (!isJudged) return <p class="note">{say.none}</p>;
  if (!now) return null;
  return (
    <div class="look">
      <label class="inline">
        {say.which}
        <span class="select">
          <select
            name="case"
            value={now.index}
            onChange={({ currentTarget }) => lookInside(Number(currentTarget.value))}
          >
            {now.names.map((name, i) => (
              <option value={i}>{`${i + 1}: ${name}`}</option>
            ))}
          </select>
        </span>
      </label>
      {now.outputs.map((seen) => (
        <Output key={`${now.index} ${seen.output}`} seen={seen} />
      ))}
      <p class="help">{inLanguage(words).colours}</p>
    </div>
  );
}

function Output({ seen }: { seen: Seen }) {
  const say = inLanguage(sentences);
  const { views } = inLanguage(words);
  const { output } = seen;
  const wrong = firstOff(seen);
  const [cell, setCell] = useState(Math.max(0, wrong));
  return (
    <section class="output" aria-label={`${say.output} ${output}`}>
      <div class="panel-head">
        <h2 class="code">{output}</h2>
        {wrong >= 0 && (
          <button class="button small quiet" type="button" onClick={() => setCell(wrong)}>
            {say.firstOff}
          </button>
        )}
      </div>
      <div class="pictures">
        {VIEWS.map((view) => (
          <figure>
            <Picture {...{ seen, view, cell }} label={say.picture(views[view], output)} onPick={setCell} />
            <figcaption>{views[view]}</figcaption>
          </figure>
        ))}
      </div>
      <PickedNumber {...{ seen, cell }} place={`${output}[${formatCount(cell)}]`} id={`cell-${output}`} />
      <NumberTable {...{ seen, cell }} onPick={setCell} />
    </section>
  );
}
