import { EPSILON, TINY } from './bounds.ts';
import type { Bound } from './contract.ts';

/**
 * How far one step of an optimizer may be off. The errors of the gradient, of the moments and of their
 * quotient are followed in the order in which shaders/lib/update.wgsl computes them; WGSL gives a
 * square root 4.5 and a quotient 2.5 units in the last place.
 */
export const updateBound: Bound = ({ flags, params, inputs }, output) => {
  const { dw, w, m, v, factor, schedule, clock } = inputs;
  const row = Uint32Array.from(schedule.subarray(8 * clock[0], 8 * clock[0] + 8));
  const [rate, correctionM, correctionV] = new Float32Array(row.buffer).subarray(3);
  const has = (flag: string) => flags.includes(flag);
  const { l1, l2, decay, momentum, beta1, oneMinusBeta1, beta2, oneMinusBeta2, epsilon } = params;

  return (i) => {
    const data = dw[i] * (has('CLIP') ? factor[0] : 1);
    const g = data + l2 * w[i] + l1 * Math.sign(w[i]);
    const gError = 4 * EPSILON * (Math.abs(data) + Math.abs(l2 * w[i]) + l1) + 3 * TINY;
    /** a before + b g, where a and b are constants that float32 rounds. */
    const blend = (before: number, a: number, b: number) => {
      const value = a * before + b * g;
      return { value, error: b * gError + 4 * EPSILON * (Math.abs(a * before) + Math.abs(b * g)) + 3 * TINY };
    };
    const square = v && {
      value: beta2 * v[i] + oneMinusBeta2 * g * g,
      error:
        2 * oneMinusBeta2 * Math.abs(g) * gError +
        5 * EPSILON * (beta2 * v[i] + oneMinusBeta2 * g * g) +
        4 * TINY,
    };
    if (output === 'v') return square.error;
    /** numerator / (sqrt(v correction) + epsilon) */
    const quotient = (top: { value: number; error: number }, correction: number) => {
      const mean = square.value * correction;
      const meanError = square.error * correction + EPSILON * mean;
      const root = Math.sqrt(mean);
      const rootError =
        Math.min(Math.sqrt(meanError), meanError / (2 * Math.max(root, 1e-30))) + 5 * EPSILON * root;
      const bottom = root + epsilon;
      const bottomError = rootError + 2 * EPSILON * bottom;
      const least = bottom - bottomError;
      const value = top.value / bottom;
      const error =
        top.error / least + (Math.abs(value) * bottomError) / least + 4 * EPSILON * Math.abs(value);
      return { value, error: least > 0 ? error : Infinity };
    };

    let moment = { value: 0, error: 0 };
    let step = { value: g, error: gError };
    if (has('ADAM')) {
      moment = blend(m[i], beta1, oneMinusBeta1);
      const corrected = moment.value * correctionM;
      const top = { value: corrected, error: moment.error * correctionM + EPSILON * Math.abs(corrected) };
      step = quotient(top, correctionV);
    } else if (has('RMSPROP')) {
      const scaled = quotient(step, 1);
      const before = momentum * (m ? m[i] : 0);
      moment = {
        value: before + scaled.value,
        error: scaled.error + 3 * EPSILON * (Math.abs(before) + Math.abs(scaled.value)),
      };
      step = moment;
    } else if (has('MOMENTUM') || has('NESTEROV')) {
      moment = blend(m[i], momentum, 1);
      step = moment;
      if (has('NESTEROV')) {
        const ahead = momentum * moment.value;
        step = {
          value: g + ahead,
          error: gError + momentum * moment.error + 3 * EPSILON * (Math.abs(g) + Math.abs(ahead)),
        };
      }
    }
    if (output === 'm') return moment.error + TINY;
    const decayed = Math.abs(rate * decay * w[i]);
    return (
      rate * (step.error + 3 * EPSILON * Math.abs(step.value)) +
      4 * EPSILON * decayed +
      2 * EPSILON * (Math.abs(w[i]) + decayed + rate * Math.abs(step.value)) +
      4 * TINY
    );
  };
};
