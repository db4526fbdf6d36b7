import { due } from '../step.ts';
import type { Mirror } from './types.ts';

/** shaders/update.wgsl with shaders/lib/update.wgsl, operation by operation. */
export const update: Mirror = ({ round: r }, flags, params, { dw, schedule, clock, w, m, v, factor }) => {
  const rule = Object.fromEntries(Object.entries(params).map(([name, value]) => [name, Math.fround(value)]));
  const { l1, l2, decay, momentum, beta1, oneMinusBeta1, beta2, oneMinusBeta2, epsilon } = rule;
  const { learningRate: rate, correctionM, correctionV } = due(schedule, clock);
  const after = {
    w: new Float32Array(params.count),
    m: new Float32Array(params.count),
    v: new Float32Array(params.count),
  };
  const square = (before: number, g: number) => r(r(beta2 * before) + r(r(oneMinusBeta2 * g) * g));
  for (let i = 0; i < params.count; i++) {
    const data = flags.has('CLIP') ? r(dw[i] * factor[0]) : dw[i];
    const g = r(r(data + r(l2 * w[i])) + r(l1 * Math.sign(w[i])));
    const decayed = r(w[i] - r(r(rate * decay) * w[i]));
    let velocity = m ? m[i] : 0;
    let mean = v ? v[i] : 0;
    let step: number;
    if (flags.has('ADAM')) {
      velocity = r(r(beta1 * velocity) + r(oneMinusBeta1 * g));
      mean = square(mean, g);
      const root = r(Math.sqrt(r(mean * correctionV)));
      step = r(r(rate * r(velocity * correctionM)) / r(root + epsilon));
    } else if (flags.has('RMSPROP')) {
      mean = square(mean, g);
      velocity = r(r(momentum * velocity) + r(g / r(r(Math.sqrt(mean)) + epsilon)));
      step = r(rate * velocity);
    } else if (flags.has('NESTEROV')) {
      velocity = r(r(momentum * velocity) + g);
      step = r(rate * r(g + r(momentum * velocity)));
    } else if (flags.has('MOMENTUM')) {
      velocity = r(r(momentum * velocity) + g);
      step = r(rate * velocity);
    } else step = r(rate * g);
    after.w[i] = r(decayed - step);
    after.m[i] = velocity;
    after.v[i] = mean;
  }
  return {
    w: after.w,
    ...(flags.has('KEEPS_M') && { m: after.m }),
    ...(flags.has('KEEPS_V') && { v: after.v }),
  };
};
