import { readFileSync } from 'node:fs';

/** A saved model, read here by hand, so that the command line is not judged by its own reader. */
export interface SavedModel {
  network: { layers: { units: number; activation: string }[] };
  columns: { name: string; categories?: string[] }[];
  fill?: number[];
  standardization?: { mean: number[]; std: number[] };
  targetStandardization?: { mean: number[]; std: number[] };
  classes?: string[];
  tensor(name: string): Float32Array;
}

export function savedModel(file: string): SavedModel {
  const bytes = readFileSync(file);
  const start = 8 + Number(bytes.readBigUInt64LE(0));
  const header = JSON.parse(bytes.toString('utf8', 8, start));
  const { format: _, ...texts } = header.__metadata__;
  const fields = Object.fromEntries(
    Object.entries(texts).map(([name, text]) => [name, JSON.parse(text as string)]),
  );
  return {
    ...fields,
    tensor: (name) => {
      const [begin, end] = header[name].data_offsets;
      return new Float32Array(
        bytes.buffer.slice(bytes.byteOffset + start + begin, bytes.byteOffset + start + end),
      );
    },
  } as SavedModel;
}

/** One row through a model, in plain float64: encoding, imputation, standardisation, layers, and back again. */
export function outputsOf(model: SavedModel, row: Readonly<Record<string, string>>): number[] {
  const encoded = model.columns.flatMap(({ name, categories }) =>
    categories
      ? categories.map((category) => Number(row[name] === category))
      : [row[name] === '' ? NaN : Number(row[name])],
  );
  let a = encoded.map((value, i) => {
    const filled = Number.isNaN(value) ? model.fill![i] : value;
    return model.standardization
      ? (filled - model.standardization.mean[i]) / model.standardization.std[i]
      : filled;
  });
  model.network.layers.forEach(({ units, activation }, l) => {
    const [w, b] = [model.tensor(`layer${l + 1}.w`), model.tensor(`layer${l + 1}.b`)];
    const z = Array.from({ length: units }, (_, j) =>
      a.reduce((sum, value, i) => sum + value * w[i * units + j], b[j]),
    );
    a = activate(activation, z);
  });
  const { targetStandardization: scaling } = model;
  return scaling ? a.map((value, j) => value * scaling.std[j] + scaling.mean[j]) : a;
}

function activate(name: string, z: number[]): number[] {
  if (name === 'softmax') {
    const e = z.map((value) => Math.exp(value - Math.max(...z)));
    return e.map((value) => value / e.reduce((x, y) => x + y));
  }
  const one: Record<string, (value: number) => number> = {
    identity: (value) => value,
    relu: (value) => Math.max(0, value),
    tanh: Math.tanh,
    sigmoid: (value) => 1 / (1 + Math.exp(-value)),
  };
  return z.map(one[name]);
}

/** A column of each kind, gaps in two of them, three classes and two quantities. */
export function sampleRows(count: number, { gaps = true } = {}): Record<string, string>[] {
  return Array.from({ length: count }, (_, i) => {
    const age = (i * 37) % 83;
    const port = ['C', 'Q', 'S'][(i * 11) % 3];
    const fare = ((i * 29) % 101) / 4;
    return {
      age: gaps && i % 13 === 5 ? '' : String(age),
      port: gaps && i % 17 === 3 ? '' : port,
      fare: String(fare),
      kind: port === 'Q' ? 'fish' : age > 40 ? 'bird' : 'cat',
      weight: String(age / 40 + fare / 20),
      height: String(fare / 10 - (port === 'S' ? 1 : 0)),
    };
  });
}

/** Rows as CSV, of these columns in this order. */
export function csv(rows: readonly Readonly<Record<string, string>>[], columns: readonly string[]): string {
  return `${[columns, ...rows.map((row) => columns.map((name) => row[name]))].map((cells) => cells.join()).join('\n')}\n`;
}
