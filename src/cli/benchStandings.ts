import type { Standings } from '../lab/clock.ts';
import { leaders } from '../lab/clock/compare.ts';
import type { Worst } from '../lab/compare.ts';
import type { Measured, Standing } from './benchReceipt.ts';

/**
 * What a measurement says of each of its contestants.
 * @param rivals whether they do the same, so that one can be the fastest
 */
export function standings(
  { timings, dropped }: Standings,
  rivals: boolean,
): (name: string) => Pick<Measured, 'timing' | 'standing' | 'note'> {
  const first = rivals && timings.length > 1 ? leaders(timings) : [];
  const standing = (name: string): Standing => {
    if (!first.length) return '';
    if (!first.includes(name)) return 'slower';
    return first.length === 1 ? 'fastest' : 'cannot be ranked';
  };
  return (name) => {
    const found = timings.find((timing) => timing.name === name);
    if (!found) return { standing: '', note: dropped.find((one) => one.name === name)?.why };
    const { perRound: _, ...timing } = found;
    return { timing, standing: standing(name) };
  };
}

/** `out[3] is 5, and is to be 4 within 0.001` */
export function describeWrong(where: string, { got, want, bound }: Worst): string {
  return `${where} is ${got}, and is to be ${want}${bound > 0 ? ` within ${bound.toPrecision(2)}` : ''}`;
}
