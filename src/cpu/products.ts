/**
 * The three products of a layer on the CPU. The inner loop always runs along a row of the matrix that is
 * larger, so that memory is read in order; sums are kept in float32, as the arrays are.
 */

/** z = aPrev . w + b. aPrev [m, k], w [k, n], b [n], z [m, n] */
export function forward(
  aPrev: Float32Array,
  w: Float32Array,
  b: Float32Array,
  z: Float32Array,
  [m, k, n]: readonly [number, number, number],
): void {
  for (let row = 0; row < m; row++) {
    const out = row * n;
    for (let j = 0; j < n; j++) z[out + j] = b[j];
    for (let i = 0; i < k; i++) {
      const a = aPrev[row * k + i];
      if (a === 0) continue;
      const from = i * n;
      for (let j = 0; j < n; j++) z[out + j] += a * w[from + j];
    }
  }
}

/** dw = scale aPrev^T . dz and db = scale (column sums of dz). dw [k, n], db [n] */
export function gradients(
  aPrev: Float32Array,
  dz: Float32Array,
  dw: Float32Array,
  db: Float32Array,
  [m, k, n]: readonly [number, number, number],
  scale: number,
): void {
  dw.fill(0);
  db.fill(0);
  for (let row = 0; row < m; row++) {
    const from = row * n;
    for (let j = 0; j < n; j++) db[j] += dz[from + j];
    for (let i = 0; i < k; i++) {
      const a = aPrev[row * k + i];
      if (a === 0) continue;
      const out = i * n;
      for (let j = 0; j < n; j++) dw[out + j] += a * dz[from + j];
    }
  }
  for (let i = 0; i < k * n; i++) dw[i] *= scale;
  for (let j = 0; j < n; j++) db[j] *= scale;
}

/** da = dz . w^T. dz [m, n], w [k, n], da [m, k] */
export function through(
  dz: Float32Array,
  w: Float32Array,
  da: Float32Array,
  [m, k, n]: readonly [number, number, number],
): void {
  for (let row = 0; row < m; row++) {
    const from = row * n;
    for (let i = 0; i < k; i++) {
      const weights = i * n;
      let sum = 0;
      for (let j = 0; j < n; j++) sum += dz[from + j] * w[weights + j];
      da[row * k + i] = sum;
    }
  }
}
