import { due, kept } from '../step.ts';
import { functionsOf } from './functions.ts';
import { type Mirror, each } from './types.ts';

/** Compilers merge the constants of 1 / (1 + x / 2) and of the polynomial that follows. */
const isMerged = (flags: ReadonlySet<string>) => flags.has('GELU');

const flagOf = (flags: ReadonlySet<string>) => [...flags][0] ?? '';

export const activation: Mirror = (f, flags, { count }, { z }) => {
  if (isMerged(flags)) return undefined;
  const g = functionsOf(f).activate[flagOf(flags)] ?? ((x: number) => x);
  return { a: each(count, (i) => g(z[i])) };
};

export const activationGrad: Mirror = (f, flags, { count }, { da, z }) => {
  if (isMerged(flags)) return undefined;
  const slope = functionsOf(f).slope[flagOf(flags)] ?? (() => 1);
  return { dz: each(count, (i) => f.round(da[i] * slope(z[i]))) };
};

export const dropout: Mirror = (f, _flags, { count, layer, threshold, scale }, { x, schedule, clock }) => {
  const { dropoutKey } = due(schedule, clock);
  const factor = Math.fround(scale);
  return {
    out: each(count, (i) => (kept(i, layer, dropoutKey, threshold) ? f.round(factor * x[i]) : 0)),
  };
};

export const outputGrad: Mirror = ({ round }, flags, { m, n, delta }, { a, y, weight }) => {
  const most = Math.fround(delta);
  const clamp = (d: number) => (Number.isFinite(d) ? Math.min(Math.max(d, -most), most) : d);
  return {
    out: each(m * n, (i) => {
      const d = round(a[i] - y[i]);
      const clamped = flags.has('HUBER') ? clamp(d) : d;
      return flags.has('WEIGHTED') ? round(clamped * weight[Math.floor(i / n)]) : clamped;
    }),
  };
};
