import type { Numbers, Oracle } from './types.ts';

/** The row of the schedule that is due: eight numbers of 4 bytes, the fourth to sixth of them floats. */
export function due(schedule: Numbers, clock: Numbers) {
  const row = Uint32Array.from(schedule.subarray(8 * clock[0], 8 * clock[0] + 8));
  const [learningRate, correctionM, correctionV] = new Float32Array(row.buffer).subarray(3);
  return { first: row[0], shuffleKey: row[1], dropoutKey: row[2], learningRate, correctionM, correctionV };
}

function mix(x: number): number {
  x = Math.imul(x ^ (x >>> 16), 0x21f0aaad);
  x = Math.imul(x ^ (x >>> 15), 0x735a2d97);
  return (x ^ (x >>> 15)) >>> 0;
}

/** A permutation of 0 .. n - 1 by repeated bijections of the integers below the next power of two. */
export function shuffledRow(row: number, n: number, key: number): number {
  let bits = 0;
  while (2 ** bits < n) bits++;
  const size = 2 ** bits;
  const shift = Math.floor(bits / 2) + 1;
  let i = row;
  do {
    let round = key;
    for (let r = 0; r < 4; r++) {
      i = ((i ^ round) >>> 0) % size;
      i = (Math.imul(i, (round >>> 3) | 1) >>> 0) % size;
      i = (i ^ (i >>> shift)) >>> 0;
      i = (i + (round >>> 11)) % size;
      round = mix(round);
    }
  } while (i >= n);
  return i;
}

/** The rows of this step's batch; rows that the data does not hold stay as `out` has them. */
export const batch: Oracle = (_flags, { m, width, total, start, held }, { data, schedule, clock, out }) => {
  const { first, shuffleKey } = due(schedule, clock);
  const copy = out.slice();
  for (let i = 0; i < m; i++) {
    const row = shuffleKey === 0 ? first + i : shuffledRow(first + i, total, shuffleKey);
    if (row < start || row >= start + held) continue;
    for (let j = 0; j < width; j++) copy[i * width + j] = data[(row - start) * width + j];
  }
  return { out: copy };
};

/** Whether the mask of a step keeps number i of a layer. */
export function kept(i: number, layer: number, dropoutKey: number, threshold: number): boolean {
  return mix((mix((i + Math.imul(layer, 0x9e3779b9)) >>> 0) ^ dropoutKey) >>> 0) >= threshold;
}

/** What dropout keeps of x, divided by the share that is kept. */
export const dropout: Oracle = (_flags, { count, layer, threshold, scale }, { x, schedule, clock }) => {
  const { dropoutKey } = due(schedule, clock);
  const share = (i: number) => (kept(i, layer, dropoutKey, threshold) ? scale * x[i] : 0);
  return { out: Float64Array.from({ length: count }, (_, i) => share(i)) };
};

/** Loss and accuracy into the history, and the clock one further. */
export const record: Oracle = (flags, _params, { loss, accuracy, history, clock }) => {
  const written = history.slice();
  written[2 * clock[0]] = loss[0];
  if (flags.has('ACCURACY')) written[2 * clock[0] + 1] = accuracy[0];
  return { history: written, clock: Uint32Array.of(clock[0] + 1) };
};
