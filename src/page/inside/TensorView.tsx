import { useState } from 'preact/hooks';
import { formatScore } from '../format.ts';
import { inLanguage } from '../language.ts';
import { formatRatio } from '../numbers.ts';
import type { InsideLook } from '../worker/messages.ts';
import { NumberTable } from './NumberTable.tsx';
import { PickedNumber } from './PickedNumber.tsx';
import { Picture } from './Picture.tsx';
import { VIEWS, countOf, hasView } from './seen.ts';
import { type Asked, lookInto, wantedView } from './state.ts';
import { sentences as words } from './words.ts';

const sentences = {
  en: {
    view: 'View',
    worst: (share: string) => `At most ${share} of what is allowed, at`,
    beyond: (times: string) => `Wrong: ${times} times what is allowed, at`,
    exact: 'Every number is the oracle’s, to the last bit.',
    read: 'Read by the pass, as it found it.',
    kept: 'Kept in registers: shown is the oracle’s, and how far the GPU’s may be from it.',
    apart: 'Too large for the oracle here: some rows and columns were judged.',
    unjudged: 'Too large for the oracle here: not judged.',
    picture: (view: string, tensor: string) => `${tensor}, ${view}`,
    keys: 'Page Up and Down, Home and End go further.',
  },
  tr: {
    view: 'Görünüm',
    worst: (share: string) => `En çok izin verilenin ${share} kadarı; yeri`,
    beyond: (times: string) => `Yanlış: izin verilenin ${times} katı; yeri`,
    exact: 'Her sayı, son bitine kadar denetçininki.',
    read: 'Geçişin okuduğu, bulduğu haliyle.',
    kept: 'Yazmaçlarda kalır: gösterilen denetçininki ve GPU’nunkinin ondan ne kadar uzak olabileceğidir.',
    apart: 'Denetçi için burada çok büyük: bazı satır ve sütunları sınandı.',
    unjudged: 'Denetçi için burada çok büyük: sınanmadı.',
    picture: (view: string, tensor: string) => `${tensor}, ${view}`,
    keys: 'Page Up ve Down, Home ve End daha uzağa gider.',
  },
};

/** One tensor of a pass: how far it is from the oracle's, its picture, and its numbers. */
export function TensorView({ look, at }: { look: InsideLook; at: Asked }) {
  const say = inLanguage(sentences);
  const { views, colours } = inLanguage(words);
  const { numbers: seen, chosen } = look;
  const { tensor, shape, worst, fraction, part, isStored } = look.tensors[chosen];
  const { first, columns } = seen;
  const worstCell = worst ? worst.index - first : -1;
  const isHere = worstCell >= 0 && worstCell < countOf(seen);
  const [cell, setCell] = useState(isHere ? worstCell : 0);
  const view = hasView(seen, wantedView.value) ? wantedView.value : VIEWS.find((one) => hasView(seen, one))!;
  const placeOf = (index: number) =>
    `${tensor}[${shape.length > 1 ? `${Math.floor(index / columns)}, ${index % columns}` : index}]`;
  const place = placeOf(first + cell);
  const isWrong = fraction !== undefined && !(fraction <= 1);
  return (
    <>
      <div class="look-views">
        <div class="segments" role="group" aria-label={say.view}>
          {VIEWS.map((one) => (
            <button
              type="button"
              data-view={one}
              aria-pressed={one === view}
              disabled={!hasView(seen, one)}
              onClick={() => (wantedView.value = one)}
            >
              {views[one]}
            </button>
          ))}
        </div>
        <p class={isWrong ? 'look-judged off' : 'look-judged'}>{judged()}</p>
      </div>
      <Picture
        {...{ seen, view, cell }}
        label={say.picture(views[view], tensor)}
        text={place}
        onPick={setCell}
      />
      <PickedNumber {...{ seen, cell, place }} id="inside-cell" />
      <NumberTable {...{ seen, view, cell }} from={Math.floor(first / columns)} onPick={setCell} />
      <p class="help">
        {colours} {say.keys}
      </p>
    </>
  );

  function judged() {
    if (part === undefined) return say.read;
    if (!isStored) return say.kept;
    if (fraction === undefined) return say.unjudged;
    if (!worst) return say.exact;
    const goTo = () => (isHere ? setCell(worstCell) : lookInto(at, { tensor: chosen, at: worst.index }));
    return (
      <>
        {!seen.want && `${say.apart} `}
        {isWrong ? say.beyond(formatRatio(fraction)) : say.worst(formatScore(fraction, false))}{' '}
        <button type="button" class="plain" data-action="worst" onClick={goTo}>
          {placeOf(worst.index)}
        </button>
      </>
    );
  }
}
