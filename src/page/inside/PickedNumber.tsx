import { inLanguage } from '../language.ts';
import { formatExact } from '../numbers.ts';
import { type Seen, hasView, isOff, valueOf } from './seen.ts';
import { sentences } from './words.ts';

interface Props {
  readonly seen: Seen;
  readonly cell: number;
  /** `layer1.z[3, 5]` */
  readonly place: string;
  readonly id?: string;
}

/** All that is known of the number that is picked. */
export function PickedNumber({ seen, cell, place, id }: Props) {
  const say = inLanguage(sentences);
  const value = (name: string, number: number | undefined) =>
    number !== undefined && (
      <dd class={name === say.views.difference && isOff(seen, cell) ? 'off' : undefined}>
        {name} <b>{formatExact(number)}</b>
      </dd>
    );
  const difference = hasView(seen, 'difference')
    ? +valueOf(seen, 'difference', cell).toPrecision(3)
    : undefined;
  return (
    <dl class="cell" id={id}>
      <dt>{say.picked(place)}</dt>
      {value(say.views.got, seen.got?.[cell])}
      {value(say.views.want, seen.want?.[cell])}
      {value(say.views.difference, difference)}
      {value(say.bound, seen.bound && +seen.bound[cell].toPrecision(3))}
    </dl>
  );
}
