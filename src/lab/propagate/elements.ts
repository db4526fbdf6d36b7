import { activationBounds } from '../activationBounds.ts';
import { EPSILON, TINY } from '../bounds.ts';
import { type Rule, errorsOf } from './rule.ts';
import { slopeAt, slopeDrift, valueDrift } from './slopes.ts';

/**
 * The largest of an activation's own bounds for a z within `error`. On the way to 0, such a bound grows by a
 * factor of at most e^((5 + 4 |z|) d) over a distance d, whichever side z is on; so the ends of the interval decide.
 */
export function nearby(bound: ((z: number) => number) | undefined, z: number, error: number): number {
  if (!bound) return 0;
  if (error === 0) return bound(z);
  const growth = Math.exp((5 + 4 * (Math.abs(z) + error)) * 2 * error);
  return growth * Math.max(bound(z - error), bound(z + error));
}

export const activation: Rule = {
  takes: ['z'],
  bound(given, errors, _output, want) {
    const [flag] = given.flags;
    const { z } = given.inputs;
    const error = errorsOf(given, errors, 'z');
    return (i) => {
      // An activation that maps 0 to 0 does so by a product with 0, which rounds nowhere.
      if (z[i] === 0 && error[i] === 0 && want[i] === 0) return 0;
      return valueDrift(flag, z[i], error[i]) + nearby(activationBounds[flag]?.g, z[i], error[i]);
    };
  },
};

/** da g'(z): either slope where a kink lies within the error of z. */
export const activationGrad: Rule = {
  takes: ['z', 'da'],
  bound(given, errors, _output, want) {
    const [flag] = given.flags;
    const { z, da } = given.inputs;
    const [zError, daError] = [errorsOf(given, errors, 'z'), errorsOf(given, errors, 'da')];
    return (i) => {
      const most = Math.abs(da[i]) + daError[i];
      const drift = Math.abs(slopeAt(flag, z[i])) * daError[i] + slopeDrift(flag, z[i], zError[i]) * most;
      const own = nearby(activationBounds[flag]?.slope, z[i], zError[i]) * most;
      return drift + own + EPSILON * (Math.abs(want[i]) + drift) + TINY * (1 + most);
    };
  },
};

/** Huber's clamp moves nothing where it holds for every a within the error. */
export const outputGrad: Rule = {
  takes: ['a'],
  bound(given, errors, _output, want) {
    const { flags, params, inputs } = given;
    const error = errorsOf(given, errors, 'a');
    return (i) => {
      const clamped =
        flags.includes('HUBER') && Math.abs(inputs.a[i] - inputs.y[i]) - error[i] > params.delta;
      const weight = flags.includes('WEIGHTED') ? Math.abs(inputs.weight[Math.floor(i / params.n)]) : 1;
      const drift = clamped ? 0 : weight * error[i];
      return drift + 3 * EPSILON * (Math.abs(want[i]) + drift) + TINY;
    };
  },
};

/** What is dropped is 0 on every device, and so is what was 0. */
export const dropout: Rule = {
  takes: ['x'],
  bound(given, errors, _output, want) {
    const { scale } = given.params;
    const { x } = given.inputs;
    const error = errorsOf(given, errors, 'x');
    return (i) => {
      if (want[i] === 0 && (x[i] !== 0 || error[i] === 0)) return 0;
      const drift = scale * error[i];
      return drift + EPSILON * (Math.abs(want[i]) + drift) + TINY;
    };
  },
};
