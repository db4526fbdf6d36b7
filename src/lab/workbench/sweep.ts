import { UsageError } from '../../errors.ts';
import type { Gpu } from '../../gpu/gpu.ts';
import { leaders } from '../clock/compare.ts';
import { judgeAttempt } from './judge.ts';
import { type Racer, race, timingOf } from './race.ts';
import { shapeNames } from './shape.ts';
import { racer, shippedFor } from './time.ts';
import type { Attempt, Sweep, SweepPoint, SweepRange, TimeOptions, Verdict } from './types.ts';

/** Judging takes this share of what is shown as progress. */
const JUDGING = 0.5;

/**
 * Judges a text with each value of a count, an override or a size, then times all that are right in the same rounds, beside
 * the shipped kernel at the same sizes. What hangs ends the sweep: its device can be used no more.
 * @throws UsageError for a range without values, or with one of them twice
 */
export async function sweepAttempt(
  gpu: Gpu,
  attempt: Attempt,
  { name, values }: SweepRange,
  options: TimeOptions = {},
): Promise<Sweep> {
  if (!values.length || new Set(values).size < values.length)
    throw new UsageError(`A sweep over '${name}' wants values, each once, not '${values.join(',')}'`);
  const { onProgress } = options;
  const isSize = shapeNames(attempt.kernel).includes(name);
  const attempts = values.map((value): Attempt =>
    isSize
      ? { ...attempt, params: { ...attempt.params, [name]: value } }
      : { ...attempt, constants: { ...attempt.constants, [name]: value } },
  );
  const verdicts: Verdict[] = [];
  for (const [i, one] of attempts.entries()) {
    const verdict = await judgeAttempt(gpu, one, {
      ...options,
      onProgress: (done) => onProgress?.((JUDGING * (i + done)) / values.length),
    });
    verdicts.push(verdict);
    if (verdict.kind === 'hung') break;
  }
  const points = verdicts.map((verdict, i): SweepPoint => ({ value: values[i], verdict }));
  if (verdicts.at(-1)!.kind === 'hung' || !verdicts.some(({ kind }) => kind === 'right'))
    return { name, points, fastest: [], notes: [] };
  const guard = options.timeGuarded ?? options.guard;
  return timed(gpu, attempts, { name, points, isSize }, { ...options, guard });
}

async function timed(
  gpu: Gpu,
  attempts: readonly Attempt[],
  { name, points, isSize }: { name: string; points: readonly SweepPoint[]; isSize: boolean },
  options: TimeOptions,
): Promise<Sweep> {
  const { seconds = 2, onProgress } = options;
  const own = new Map<SweepPoint, Racer>();
  const shipped = new Map<SweepPoint, Racer>();
  let beside: Racer | undefined;
  for (const [i, point] of points.entries()) {
    if (point.verdict.kind !== 'right') continue;
    own.set(point, await racer(gpu, `${name}=${point.value}`, attempts[i], options));
    if (isSize || !beside)
      beside = await racer(
        gpu,
        isSize ? `shipped ${point.value}` : 'shipped',
        shippedFor(attempts[i]),
        options,
      );
    shipped.set(point, beside);
  }
  const racers = [...own.values(), ...new Set(shipped.values())];
  const found = await race(gpu, racers, {
    ...options,
    seconds: (seconds * racers.length) / 2,
    onProgress: (done) => onProgress?.(JUDGING + (1 - JUDGING) * done),
  });
  if ('kind' in found)
    return { name, points: points.map(({ value }) => ({ value, verdict: found })), fastest: [], notes: [] };
  const timings = [...own.values()].flatMap((one) => found.clocked.get(one.name) ?? []);
  const first = isSize ? [] : leaders(timings);
  return {
    name,
    points: points.map((point) => {
      const { value, verdict } = point;
      const one = own.get(point);
      if (!one || verdict.kind !== 'right') return point;
      return { value, verdict: { ...verdict, timing: timingOf(found, one, shipped.get(point)!) } };
    }),
    fastest: points.filter((point) => first.includes(own.get(point)?.name ?? '')).map(({ value }) => value),
    notes: found.notes,
  };
}
