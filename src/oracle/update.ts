import { due } from './step.ts';
import type { Oracle } from './types.ts';

/**
 * One step of every parameter of a tensor, by the optimizer that the flags name: PyTorch's formulas, with
 * v for momentum's velocity called m, as the kernel does.
 */
export const update: Oracle = (flags, params, { dw, schedule, clock, w, m, v, factor }) => {
  const { l1, l2, decay, momentum, beta1, oneMinusBeta1, beta2, oneMinusBeta2, epsilon } = params;
  const { learningRate, correctionM, correctionV } = due(schedule, clock);
  const after = {
    w: new Float64Array(params.count),
    m: new Float64Array(params.count),
    v: new Float64Array(params.count),
  };
  for (let i = 0; i < params.count; i++) {
    const data = flags.has('CLIP') ? dw[i] * factor[0] : dw[i];
    const g = data + l2 * w[i] + l1 * Math.sign(w[i]);
    const decayed = w[i] - learningRate * decay * w[i];
    let velocity = m ? m[i] : 0;
    let square = v ? v[i] : 0;
    let step = g;
    if (flags.has('ADAM')) {
      velocity = beta1 * velocity + oneMinusBeta1 * g;
      square = beta2 * square + oneMinusBeta2 * g ** 2;
      step = (velocity * correctionM) / (Math.sqrt(square * correctionV) + epsilon);
    } else if (flags.has('RMSPROP')) {
      square = beta2 * square + oneMinusBeta2 * g ** 2;
      velocity = momentum * velocity + g / (Math.sqrt(square) + epsilon);
      step = velocity;
    } else if (flags.has('NESTEROV')) {
      velocity = momentum * velocity + g;
      step = g + momentum * velocity;
    } else if (flags.has('MOMENTUM')) {
      velocity = momentum * velocity + g;
      step = velocity;
    }
    after.w[i] = decayed - learningRate * step;
    after.m[i] = velocity;
    after.v[i] = square;
  }
  return {
    w: after.w,
    ...(flags.has('KEEPS_M') && { m: after.m }),
    ...(flags.has('KEEPS_V') && { v: after.v }),
  };
};
