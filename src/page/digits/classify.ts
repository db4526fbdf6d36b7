/** What a network said of one example. */
export interface Judged {
  /** Of the example, from 0. */
  readonly row: number;
  readonly truth: number;
  readonly said: number;
  /** The probability of what it said. */
  readonly confidence: number;
}

/**
 * What outputs of a network say of each example.
 * @param outputs [rows, classes] probabilities, or [rows, 1] of the second of two classes, row-major
 * @param truth the class of each example
 */
export function judge(outputs: ArrayLike<number>, truth: ArrayLike<number>): Judged[] {
  const width = outputs.length / truth.length;
  return Array.from(truth, (is, row) => {
    const shares = Array.from({ length: width }, (_, i) => outputs[row * width + i]);
    const of = width === 1 ? [1 - shares[0], shares[0]] : shares;
    const confidence = Math.max(...of);
    return { row, truth: is, said: Math.max(0, of.indexOf(confidence)), confidence };
  });
}

/** The wrong ones first, the surest of them foremost; then the right ones, the least sure foremost. */
export function wrongFirst(judged: readonly Judged[]): Judged[] {
  const wrong = judged.filter(({ truth, said }) => truth !== said);
  const right = judged.filter(({ truth, said }) => truth === said);
  return [
    ...wrong.sort((a, b) => b.confidence - a.confidence),
    ...right.sort((a, b) => a.confidence - b.confidence),
  ];
}

/** How often each class (row) was taken for each class (column): counts, row by row. */
export function confusion(judged: readonly Pick<Judged, 'truth' | 'said'>[], classes: number): Uint32Array {
  const counts = new Uint32Array(classes * classes);
  for (const { truth, said } of judged) counts[truth * classes + said]++;
  return counts;
}

/** The share of the examples of a class that were recognised; undefined for a class without examples. */
export function recallOf(counts: ArrayLike<number>, classes: number, truth: number): number | undefined {
  let total = 0;
  for (let said = 0; said < classes; said++) total += counts[truth * classes + said];
  return total ? counts[truth * classes + truth] / total : undefined;
}
