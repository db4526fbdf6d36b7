import { useMemo, useState } from 'preact/hooks';
import { inLanguage } from '../language.ts';
import { type Judged, judge, wrongFirst } from './classify.ts';
import { percent } from './percent.ts';
import { Picture } from './Picture.tsx';

interface ExamplesProps {
  /** [examples, side x side] numbers from 0 to `top`, row-major. */
  readonly images: Float32Array;
  readonly side: number;
  readonly top: number;
  readonly classes: readonly string[];
  /** The class of each example, from 0. */
  readonly truth: ArrayLike<number>;
  /** [examples, classes] probabilities, row-major. */
  readonly predictions: ArrayLike<number>;
}

const sentences = {
  en: {
    title: 'Examples',
    wrong: (count: number, of: number) => `${count} of ${of} wrong`,
    is: (name: string) => `is ${name}`,
    more: 'Show more',
    picture: (name: string) => `Image of ${name}`,
    marks: { right: 'right', wrong: 'wrong' },
  },
  tr: {
    title: 'Örnekler',
    wrong: (count: number, of: number) => `${of} örnekten ${count} tanesi yanlış`,
    is: (name: string) => `doğrusu ${name}`,
    more: 'Daha fazla göster',
    picture: (name: string) => `Görüntü: ${name}`,
    marks: { right: 'doğru', wrong: 'yanlış' },
  },
};

/** How many are shown at first, and how many more at a time. */
const SHOWN = 60;

/** Examples and what the network says of them, the wrong ones first. */
export function Examples({ images, side, top, classes, truth, predictions }: ExamplesProps) {
  const say = inLanguage(sentences);
  const [shown, setShown] = useState(SHOWN);
  const judged = useMemo(() => wrongFirst(judge(predictions, truth)), [predictions, truth]);
  const wrong = judged.filter(({ truth, said }) => truth !== said).length;
  const pixels = (row: number) => images.subarray(row * side * side, (row + 1) * side * side);
  return (
    <section class="examples" aria-label={say.title}>
      <div class="examples-head">
        <h2>{say.title}</h2>
        <span class="note">{say.wrong(wrong, judged.length)}</span>
      </div>
      <ul>
        {judged.slice(0, shown).map((one) => (
          <li key={one.row}>
            <figure class={one.truth === one.said ? 'example' : 'example wrong'}>
              <Picture
                pixels={pixels(one.row)}
                side={side}
                top={top}
                label={say.picture(classes[one.truth])}
              />
              <Caption one={one} classes={classes} />
            </figure>
          </li>
        ))}
      </ul>
      {shown < judged.length && (
        <button class="button" type="button" onClick={() => setShown(shown + SHOWN)}>
          {say.more}
        </button>
      )}
    </section>
  );
}

/** A mark, what was said and how surely, and the truth. */
function Caption({ one: { truth, said, confidence }, classes }: { one: Judged; classes: readonly string[] }) {
  const say = inLanguage(sentences);
  const right = truth === said;
  return (
    <figcaption>
      <span class="example-said">
        <span aria-hidden="true">{right ? '✓' : '✗'}</span>
        <span class="hidden">{right ? say.marks.right : say.marks.wrong}:</span> <b>{classes[said]}</b>{' '}
        {percent(confidence)}
      </span>{' '}
      <span class="example-truth">{say.is(classes[truth])}</span>
    </figcaption>
  );
}
