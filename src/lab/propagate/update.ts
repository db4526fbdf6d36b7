import { due } from '../../oracle/step.ts';
import { EPSILON, TINY } from '../bounds.ts';
import { type Rule, errorsOf } from './rule.ts';

/** A number on its way through the update. */
interface Quantity {
  readonly value: number;
  /** How far the errors of the gradient may move it. */
  readonly drift: number;
  /** How far it may be rounded, wherever the gradient is: as in updateBounds. */
  readonly error: number;
}
const mostOf = ({ value, drift }: Quantity) => Math.abs(value) + drift;

/**
 * One step of an optimizer with a gradient (or a factor that clips it) that has errors; w, m and v are the device's own.
 * The roundings are those of updateBounds, with every numerator as large and every denominator as small as the errors
 * let them be. A step through a quotient drifts by its derivative, in which what m and v have in common cancels.
 */
export const update: Rule = {
  takes: ['dw', 'factor'],
  bound(given, errors, output) {
    const { flags, params, inputs } = given;
    const { dw, w, m, v, factor, schedule, clock } = inputs;
    const { learningRate: rate, correctionM, correctionV } = due(schedule, clock);
    const has = (flag: string) => flags.includes(flag);
    const { l1, l2, decay, momentum, beta1, oneMinusBeta1, beta2, oneMinusBeta2, epsilon } = params;
    const dwError = errorsOf(given, errors, 'dw');
    const [clip, clipError] = has('CLIP') ? [Math.abs(factor[0]), errors.factor?.[0] ?? 0] : [1, 0];

    return (i) => {
      const data = dw[i] * (has('CLIP') ? factor[0] : 1);
      const drift = dwError[i] * (clip + clipError) + Math.abs(dw[i]) * clipError;
      const g: Quantity = {
        value: data + l2 * w[i] + l1 * Math.sign(w[i]),
        drift,
        error: 4 * EPSILON * (Math.abs(data) + drift + Math.abs(l2 * w[i]) + l1) + 3 * TINY,
      };
      const least = Math.max(0, Math.abs(g.value) - drift);
      /** a before + b g, where a and b are constants that float32 rounds. */
      const blend = (before: number, a: number, b: number): Quantity => ({
        value: a * before + b * g.value,
        drift: b * drift,
        error: b * g.error + 4 * EPSILON * (Math.abs(a * before) + b * mostOf(g)) + 3 * TINY,
      });
      const square = v && {
        most: beta2 * v[i] + oneMinusBeta2 * mostOf(g) ** 2,
        least: beta2 * v[i] + oneMinusBeta2 * least ** 2,
        drift: oneMinusBeta2 * drift * (2 * Math.abs(g.value) + drift),
        error:
          2 * oneMinusBeta2 * mostOf(g) * g.error +
          5 * EPSILON * (beta2 * v[i] + oneMinusBeta2 * mostOf(g) ** 2) +
          4 * TINY,
      };
      if (output === 'v') return square.drift + square.error;

      /** (old + share g) / (sqrt(v correction) + epsilon), and the error of its numerator. */
      const quotient = (old: number, share: number, error: number, correction: number): Quantity => {
        const kept = beta2 * v[i] * correction;
        const added = oneMinusBeta2 * correction;
        const meanError = square.error * correction + EPSILON * square.most * correction;
        const [rootLeast, rootMost] = [
          Math.sqrt(square.least * correction),
          Math.sqrt(square.most * correction),
        ];
        const rootError =
          Math.min(Math.sqrt(meanError), meanError / (2 * Math.max(rootLeast, 1e-30))) +
          5 * EPSILON * rootMost;
        const bottomError = rootError + 2 * EPSILON * (rootMost + epsilon);
        const bottom = rootLeast + epsilon - bottomError;
        const root = Math.sqrt(kept + added * g.value ** 2);
        const value = (old + share * g.value) / (root + epsilon);
        const steepest =
          share * ((kept > 0 ? kept / rootLeast : 0) + epsilon) +
          (Math.abs(old) * added * mostOf(g)) / Math.max(rootMost, Math.sqrt(added) * drift);
        // g is under the root, too: no quotient is larger. (1e-5 for its roundings, and where g^2 is flushed.)
        const limit =
          (Math.abs(old) / Math.max(Math.sqrt(kept), epsilon) + share / Math.sqrt(added)) * (1 + 1e-5) + 1e-5;
        const cap = (error: number) =>
          epsilon >= 1e-12 && !(error < Math.abs(value) + limit) ? Math.abs(value) + limit : error;
        const moved = drift === 0 ? 0 : cap((drift * steepest) / (rootLeast + epsilon) ** 2);
        const most = Math.abs(value) + moved;
        const rounded =
          bottom > 0 ? error / bottom + (most * bottomError) / bottom + 4 * EPSILON * most : Infinity;
        return { value, drift: moved, error: drift === 0 ? rounded : cap(rounded) };
      };

      let moment: Quantity = { value: 0, drift: 0, error: 0 };
      let step: Quantity = g;
      if (has('ADAM')) {
        moment = blend(m[i], beta1, oneMinusBeta1);
        const error = moment.error * correctionM + EPSILON * mostOf(moment) * correctionM;
        step = quotient(beta1 * m[i] * correctionM, oneMinusBeta1 * correctionM, error, correctionV);
      } else if (has('RMSPROP')) {
        const scaled = quotient(0, 1, g.error, 1);
        const before = momentum * (m ? m[i] : 0);
        moment = {
          value: before + scaled.value,
          drift: scaled.drift,
          error: scaled.error + 3 * EPSILON * (Math.abs(before) + mostOf(scaled)),
        };
        step = moment;
      } else if (has('MOMENTUM') || has('NESTEROV')) {
        moment = blend(m[i], momentum, 1);
        step = moment;
        if (has('NESTEROV'))
          step = {
            value: g.value + momentum * moment.value,
            drift: drift * (1 + momentum),
            error: g.error + momentum * moment.error + 3 * EPSILON * (mostOf(g) + momentum * mostOf(moment)),
          };
      }
      if (output === 'm') return moment.drift + moment.error + TINY;
      const decayed = Math.abs(rate * decay * w[i]);
      const size = Math.abs(rate) * mostOf(step);
      return (
        Math.abs(rate) * (step.drift + step.error) +
        3 * EPSILON * size +
        4 * EPSILON * decayed +
        2 * EPSILON * (Math.abs(w[i]) + decayed + size) +
        4 * TINY
      );
    };
  },
};
