import type { GoldenResult } from './golden.ts';
import type { Golden, GoldenLayer } from './goldenFile.ts';

/** One quantity of a golden run: its error, and how large it may be. */
export interface GoldenError {
  readonly quantity: string;
  readonly error: number;
  readonly tolerance: number;
}

/**
 * How far a result is from its golden file. Every error is relative to a scale: a loss to itself (at
 * least 1% of the largest), a gradient to the largest entry of its tensor, a parameter to how far
 * training moved its tensor (each at least 1% of the largest tensor's), outputs to the largest.
 * Anything that is not a finite number is infinitely wrong.
 */
export function goldenErrors(result: GoldenResult, golden: Golden): GoldenError[] {
  const { losses, grads1, params, outputs_init, outputs_final, init } = golden;
  const { f32 } = golden.tolerance;
  const errors: GoldenError[] = [
    { quantity: 'losses', error: lossError(result.losses, losses), tolerance: f32.losses },
    { quantity: 'grads1', error: layerError(result.grads1, grads1), tolerance: f32.grads1 },
    { quantity: 'params', error: layerError(result.params, params, init), tolerance: f32.params },
  ];
  const outputs = { outputs_init, outputs_final };
  for (const quantity of ['outputs_init', 'outputs_final'] as const) {
    const want = outputs[quantity];
    if (!want) continue;
    const error = difference(result[quantity], want.data) / Math.max(largest(want.data), 1e-30);
    errors.push({ quantity, error, tolerance: Math.max(f32.losses, f32.params) });
  }
  return errors;
}

const largest = (values: readonly number[]) => values.reduce((m, v) => Math.max(m, Math.abs(v)), 0);

function difference(got: readonly number[], want: readonly number[]): number {
  if (got.length !== want.length || !got.every(Number.isFinite)) return Infinity;
  return got.reduce((m, v, i) => Math.max(m, Math.abs(v - want[i])), 0);
}

function lossError(got: readonly number[], want: readonly number[]): number {
  if (got.length !== want.length || !got.every(Number.isFinite)) return Infinity;
  const floor = 0.01 * largest(want);
  return got.reduce((m, v, i) => Math.max(m, Math.abs(v - want[i]) / Math.max(Math.abs(want[i]), floor)), 0);
}

function layerError(
  got: GoldenResult['params'],
  want: readonly GoldenLayer[],
  from?: readonly GoldenLayer[],
): number {
  if (got.length !== want.length) return Infinity;
  const tensors = want.flatMap((layer, l) =>
    (['W', 'b'] as const).map((name) => ({
      error: difference(got[l][name], layer[name].data),
      scale: from ? difference([...layer[name].data], from[l][name].data) : largest(layer[name].data),
    })),
  );
  const floor = 0.01 * Math.max(...tensors.map(({ scale }) => scale));
  return Math.max(...tensors.map(({ error, scale }) => error / Math.max(scale, floor)));
}
