import type { Dataset } from '../data/dataset.ts';
import type { Metrics } from '../session/metrics.ts';

/** What a person should know of targets that stay in their own unit: large ones make gradients that no usual rate can take. */
export function targetNotes({ classes, targets, outputs, y }: Dataset): string[] {
  if (classes) return [];
  return targets.flatMap((target, j) => {
    let largest = 0;
    for (let i = j; i < y.length; i += outputs) largest = Math.max(largest, Math.abs(y[i]));
    if (largest < 100) return [];
    return `'${target}' holds numbers up to ${largest}, and --no-standardize-targets leaves them as they are: leave it out, or take a small --learning-rate`;
  });
}

/** What a person should know of a regression that learnt nothing, from the metrics of its training rows. */
export function fitNotes(trained: readonly Metrics[]): string[] {
  const worst = Math.min(...trained.map(({ r2 }) => r2 ?? 0));
  if (!(worst < 0)) return [];
  return [
    `R2 of the training rows is ${worst.toFixed(4)}, below 0: their mean would predict them better than this network; take another --learning-rate, or more --epochs`,
  ];
}
