/** Texts of a script; what stands between ‹ and › is for TypeScript only. */

/** `predict` and `predictAll` of a classification whose last layer has so many units. */
export function classAnswer(units: number): string {
  const shares = units === 1 ? '[1 - outputs[0], outputs[0]]' : 'outputs';
  return `/** The class of each row that is most probable, and the probabilities of all in the order of \`classes\`. */
export function predict(rows‹: readonly (readonly Value[])[]›)‹: { class: string; probabilities: number[] }[]› {
  const all = predictAll(rows);
  return rows.map((_, r) => {
    const probabilities = Array.from(all.subarray(r * classes.length, (r + 1) * classes.length));
    return { class: classes[probabilities.indexOf(Math.max(...probabilities))], probabilities };
  });
}

/** The probabilities of all rows, one row after another. */
export function predictAll(rows‹: readonly (readonly Value[])[]›)‹: Float64Array› {
  const all = new Float64Array(rows.length * classes.length);
  rows.forEach((row, r) => {
    const outputs = forward(features(row, r), r);
    all.set(${shares}, r * classes.length);
  });
  return all;
}`;
}

/** One row as the network takes it. */
export const FEATURES = `/** What the network gets of a row: a category as 1 at its place, missing numbers filled, all standardised. */
function features(row‹: readonly Value[]›, r‹: number›)‹: Float32Array› {
  const problem = (name‹: string›, what‹: string›) =>
    new TypeError(\`Row \${r + 1} has \${what} in column '\${name}'\`);
  if (row.length !== columns.length)
    throw new TypeError(\`Row \${r + 1} has \${row.length} values, but there are \${columns.length} columns\`);
  const x‹: number[]› = [];
  columns.forEach(({ name, categories }, c) => {
    const value = row[c];
    const missing = value === null || value === undefined || value === '' || Number.isNaN(value);
    if (missing && !fill) throw problem(name, 'no value, and nothing was learnt that could stand for it,');
    if (categories) for (const category of categories) x.push(!missing && String(value) === category ? 1 : 0);
    else if (missing) x.push(fill‹!›[x.length]);
    else if (typeof value === 'number' && Number.isFinite(Math.fround(value))) x.push(value);
    else throw problem(name, \`\${JSON.stringify(value) ?? typeof value}, which is no finite number,\`);
  });
  const filled = Float32Array.from(x);
  if (!standardization) return filled;
  const { mean, std } = standardization;
  return filled.map((value, i) => (value - mean[i]) / std[i]);
}`;

/** All layers, with the activations of these names. */
export function forwardText(names: readonly string[]): string {
  const used = [...new Set(names)].map((name) => (name === 'softmax' ? name : `${name}: each(${name})`));
  return `/** The outputs of the network for one row. */
function forward(x‹: Float32Array›, r‹: number›)‹: Float32Array› {
  let a = x;
  for (const { units, activate, w, b } of layers) {
    const sums = Float64Array.from(b);
    a.forEach((value, i) => {
      if (value === 0) return;
      for (let j = 0; j < units; j++) sums[j] += value * w[i * units + j];
    });
    a = activate(Float32Array.from(sums));
  }
  if (!a.every(Number.isFinite)) throw new RangeError(\`The prediction for row \${r + 1} is no finite number\`);
  return a;
}

const each = (g‹: (z: number) => number›) => (z‹: Float32Array›) => z.map((value) => g(value));
const activations‹: Record<string, (z: Float32Array) => Float32Array>› = { ${used.join(', ')} };
const layers‹: Layer[]› = storedLayers().map(({ units, activation, w, b }) => ({
  units,
  activate: activations[activation],
  w: floats(w),
  b: floats(b),
}));`;
}

export const DECODING = `function floats(base64‹: string›)‹: Float32Array› {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  const view = new DataView(bytes.buffer);
  return Float32Array.from({ length: bytes.length / 4 }, (_, i) => view.getFloat32(4 * i, true));
}`;
