import { type Optimizer, updateParams } from '../network/optimizer.ts';

/** A parameter tensor, its gradient, and what the optimizer keeps of it. */
export interface Parameter {
  readonly kind: 'w' | 'b';
  readonly value: Float32Array;
  readonly gradient: Float32Array;
  readonly m: Float32Array;
  readonly v: Float32Array;
}

/** What the gradients are scaled by so that their global norm is at most `limit`. */
export function clipFactor(parameters: readonly Parameter[], limit: number): number {
  let sum = 0;
  for (const { gradient } of parameters) for (const g of gradient) sum += g * g;
  return Math.min(1, limit / (Math.sqrt(sum) + 1e-6));
}

/** One step of the optimizer; see shaders/lib/update.wgsl for the formulas. */
export function update(
  { kind, value, gradient, m, v }: Parameter,
  optimizer: Optimizer,
  {
    rate,
    correctionM,
    correctionV,
    factor,
  }: { rate: number; correctionM: number; correctionV: number; factor: number },
): void {
  const { name } = optimizer;
  const { l1, l2, decay, momentum, beta1, oneMinusBeta1, beta2, oneMinusBeta2, epsilon } = updateParams(
    optimizer,
    kind,
  );
  for (let i = 0; i < value.length; i++) {
    const before = value[i];
    const g = factor * gradient[i] + l2 * before + l1 * Math.sign(before);
    let step = g;
    if (name === 'adam' || name === 'adamw') {
      m[i] = beta1 * m[i] + oneMinusBeta1 * g;
      v[i] = beta2 * v[i] + oneMinusBeta2 * g * g;
      step = (m[i] * correctionM) / (Math.sqrt(v[i] * correctionV) + epsilon);
    } else if (name === 'rmsprop') {
      v[i] = beta2 * v[i] + oneMinusBeta2 * g * g;
      m[i] = momentum * m[i] + g / (Math.sqrt(v[i]) + epsilon);
      step = m[i];
    } else if (name !== 'sgd') {
      m[i] = momentum * m[i] + g;
      step = name === 'nesterov' ? g + momentum * m[i] : m[i];
    }
    value[i] = before - rate * decay * before - rate * step;
  }
}
