import { gzipSync } from 'node:zlib';
import { parseCsv } from '../../src/data/csv.ts';
import { gunzip, parseIdx } from '../../src/data/idx.ts';
import { tableToDataset } from '../../src/data/tabular.ts';
import { readJsonModel, writeJsonModel } from '../../src/formats/jsonModel.ts';
import { type ModelFile, writeModel } from '../../src/formats/model.ts';
import { GRAPH, MODEL } from '../../src/formats/onnx/messages.ts';
import { readOnnx } from '../../src/formats/onnx/readOnnx.ts';
import { encode } from '../../src/formats/onnx/wire.ts';
import { writeOnnx } from '../../src/formats/onnx/writeOnnx.ts';
import { readModel } from '../../src/formats/readModel.ts';
import { writeTfjs } from '../../src/formats/tfjs.ts';
import { readTfjs } from '../../src/formats/tfjsRead.ts';
import { fromLink } from '../../src/page/state/link.ts';

/** A file that was made to take time or memory, or a large one that is as it should be. */
export interface Hostile {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Whether it is to be taken. */
  readonly isGood?: boolean;
  read(bytes: Uint8Array): unknown;
}

const KIB = 1024;
const MIB = KIB * KIB;
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const filled = (length: number, piece: string) =>
  bytesOf(piece.repeat(Math.ceil(length / piece.length)).slice(0, length));

/** A number that no file is as large as, though doubles hold it. */
const HUGE = 2 ** 40;

function safetensors(header: string, body = 0): Uint8Array {
  const json = bytesOf(header);
  const file = new Uint8Array(8 + json.length + body);
  new DataView(file.buffer).setBigUint64(0, BigInt(json.length), true);
  file.set(json, 8);
  return file;
}

function onnx(graph: Parameters<typeof encode<typeof GRAPH>>[1]): Uint8Array {
  return encode(MODEL, { irVersion: 8, opsetImport: [{ version: 13 }], graph });
}

/** A network of one wide layer, with so many weights. */
function wide(weights: number): ModelFile {
  const inputs = 64;
  const units = Math.floor(weights / inputs);
  const columns = Array.from({ length: inputs }, (_, i) => ({ name: `x${i}` }));
  return {
    network: {
      inputs,
      layers: [
        { units, activation: 'relu' },
        { units: 1, activation: 'identity' },
      ],
      loss: 'mse',
    },
    parameters: [
      { w: new Float32Array(inputs * units).fill(0.5), b: new Float32Array(units) },
      { w: new Float32Array(units).fill(0.5), b: new Float32Array(1) },
    ],
    preprocessing: {
      columns,
      fill: undefined,
      standardization: undefined,
      targetStandardization: undefined,
    },
    targets: ['y'],
    classes: undefined,
    metrics: {},
  };
}

const readers = {
  csv: (bytes: Uint8Array) => tableToDataset(parseCsv(bytes, 'a.csv')),
  idx: async (bytes: Uint8Array) => parseIdx(await gunzip(bytes, 'a'), 'a'),
  safetensors: (bytes: Uint8Array) => readModel(bytes, 'a.safetensors'),
  onnx: (bytes: Uint8Array) => readOnnx(bytes, 'a.onnx'),
  json: (bytes: Uint8Array) => readJsonModel(text(bytes), 'a.json'),
  tfjs: (bytes: Uint8Array) => readTfjs(text(bytes), () => new Uint8Array(64)),
  link: (bytes: Uint8Array) => fromLink(text(bytes)),
};

const idx = (bytes: number[], length = 0) => {
  const file = new Uint8Array(bytes.length + length);
  file.set(bytes);
  return file;
};

/** A `model.json` of TensorFlow.js with one dense layer. */
const dense = (config: object, weights: object[]) =>
  JSON.stringify({
    modelTopology: {
      class_name: 'Sequential',
      config: [{ class_name: 'Dense', config: { name: 'd', batch_input_shape: [null, 1], ...config } }],
    },
    weightsManifest: [{ paths: ['weights.bin'], weights }],
  });

/** Files of at most 64 KiB. */
export function small(): Hostile[] {
  const length = 64 * KIB;
  const nested = (open: string) => filled(length, open);
  const file = (
    name: string,
    read: Hostile['read'],
    bytes: Uint8Array | string,
    isGood = false,
  ): Hostile => ({
    name,
    read,
    bytes: typeof bytes === 'string' ? bytesOf(bytes) : bytes,
    isGood,
  });
  const header = (entry: object) => safetensors(JSON.stringify({ 'layer1.w': entry }), 64);
  const model = (network: object) =>
    JSON.stringify({
      format: 'katman-model-json/1',
      network,
      columns: [],
      targets: ['y'],
      metrics: {},
      tensors: {},
    });
  return [
    file('CSV: a quote that is never closed', readers.csv, filled(length, '"aaaaaaaa')),
    file('CSV: quotes alone', readers.csv, filled(length, '"')),
    file('CSV: quotes and delimiters', readers.csv, filled(length, '",')),
    file('CSV: delimiters alone', readers.csv, filled(length, ',')),
    file('CSV: line ends alone', readers.csv, filled(length, '\n')),
    file('CSV: carriage returns alone', readers.csv, filled(length, '\r')),
    file('CSV: digits without an end', readers.csv, filled(length, '1')),
    file('CSV: spaces', readers.csv, filled(length, ' ')),
    file('CSV: columns that are all alike', readers.csv, filled(length, 'a,')),
    file(
      'CSV: a class in every row',
      readers.csv,
      `a,b\n${Array.from({ length: 6000 }, (_, i) => `${i},c${i}`).join('\n')}`,
    ),
    file(
      'IDX: a header of 2^40 numbers',
      readers.idx,
      idx([0, 0, 8, 2, 0, 16, 0, 0, 0, 16, 0, 0], length - 12),
    ),
    file('IDX: 255 dimensions', readers.idx, idx([0, 0, 14, 255, ...new Array(1020).fill(255)])),
    file('IDX: gzip of 64 MiB of zeros', readers.idx, gzipSync(new Uint8Array(64 * MIB))),
    file('safetensors: a header of 2^40 bytes', readers.safetensors, idx([0, 0, 0, 0, 0, 1, 0, 0, 123, 125])),
    file(
      'safetensors: a tensor of 2^40 numbers',
      readers.safetensors,
      header({ dtype: 'F32', shape: [HUGE], data_offsets: [0, 4 * HUGE] }),
    ),
    file(
      'safetensors: 2^40 of nothing',
      readers.safetensors,
      header({ dtype: 'F32', shape: [HUGE, 0], data_offsets: [0, 0] }),
    ),
    file('safetensors: lists in lists', readers.safetensors, safetensors(`{"a":${text(nested('['))}`)),
    file(
      'safetensors: a list in lists, closed',
      readers.safetensors,
      safetensors(`{"a":{"dtype":"F32","shape":${'['.repeat(3e4)}${']'.repeat(3e4)}}}`),
    ),
    file('safetensors: escapes', readers.safetensors, safetensors(`{"${'\\u0000'.repeat(1e4)}":1}`)),
    file(
      'safetensors: a thousand empty tensors',
      readers.safetensors,
      safetensors(
        `{${Array.from({ length: 1000 }, (_, i) => `"t${i}":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}`).join()}}`,
      ),
    ),
    file(
      'ONNX: a tensor of 2^40 numbers',
      readers.onnx,
      onnx({
        initializer: [{ name: 'w', dataType: 1, dims: [2 ** 20, 2 ** 20] }],
        node: [{ opType: 'MatMul', input: ['x', 'w'], output: ['y'] }],
        input: [{ name: 'x' }],
        output: [{ name: 'y' }],
      }),
    ),
    file('ONNX: empty nodes', readers.onnx, onnx({ node: Array.from({ length: 30_000 }, () => ({})) })),
    file('ONNX: bytes of 255', readers.onnx, new Uint8Array(length).fill(255)),
    file('ONNX: a message in a message', readers.onnx, new Uint8Array(length).fill(0x3a)),
    file('JSON: lists in lists', readers.json, `{"a":${text(nested('['))}`),
    file('JSON: a list in lists, closed', readers.json, `{"format":${'['.repeat(3e4)}${']'.repeat(3e4)}}`),
    file('JSON: objects in objects', readers.json, nested('{"a":')),
    file('JSON: backslashes', readers.json, `{"${text(nested('\\'))}`),
    file(
      'JSON: a layer of 2^40 units',
      readers.json,
      model({ inputs: HUGE, layers: [{ units: HUGE, activation: 'relu' }], loss: 'mse' }),
    ),
    file(
      'JSON: 900 layers',
      readers.json,
      model({ inputs: 1, layers: new Array(900).fill({ units: 1, activation: 'relu' }), loss: 'mse' }),
    ),
    file(
      'TensorFlow.js: a layer of 2^40 units',
      readers.tfjs,
      dense({ units: HUGE, use_bias: false }, [{ name: 'd/kernel', shape: [1, HUGE], dtype: 'float32' }]),
    ),
    file(
      'TensorFlow.js: 2^40 units and no weights',
      readers.tfjs,
      dense({ units: HUGE, use_bias: false }, []),
    ),
    file(
      'TensorFlow.js: an input of 2^40 numbers',
      readers.tfjs,
      dense({ units: 1, batch_input_shape: [null, HUGE, 2 ** 10] }, []),
    ),
    file('link: 2,000 changes', readers.link, filled(length / 2, '&then=1;learningRate=1'), true),
    file('link: escapes', readers.link, filled(length / 2, '%'), true),
    file('link: 64 KiB', readers.link, filled(length, '&seed=1'), true),
  ];
}

/** Large files: what may be taken, and what is refused only after much of it was read. */
export function large(): Hostile[] {
  const model = wide(MIB);
  const row = `${Array.from({ length: 20 }, (_, i) => (i / 7).toFixed(4)).join()}\n`;
  const rows = `${Array.from({ length: 20 }, (_, i) => `c${i}`).join()}\n${row.repeat((4 * MIB) / row.length)}`;
  const labels = rows.replaceAll(/(\d)\n/g, (_, digit) => `${digit}${digit}\n`);
  const tfjs = writeTfjs(model);
  return [
    { name: 'CSV: a table of numbers', read: readers.csv, bytes: bytesOf(labels) },
    { name: 'CSV: a quote that is never closed', read: readers.csv, bytes: filled(4 * MIB, '"aaaaaaaa') },
    { name: 'CSV: a million columns', read: readers.csv, bytes: filled(2 * MIB, '1,') },
    { name: 'CSV: empty rows', read: readers.csv, bytes: filled(4 * MIB, '\n') },
    { name: 'CSV: rows of one cell', read: readers.csv, bytes: filled(2 * MIB, '1\n') },
    { name: 'CSV: delimiters alone', read: readers.csv, bytes: filled(2 * MIB, ',\n') },
    {
      name: 'IDX: images',
      isGood: true,
      read: readers.idx,
      bytes: idx([0, 0, 8, 3, 0, 0, 0x20, 0, 0, 0, 0, 32, 0, 0, 0, 16], 4 * MIB),
    },
    { name: 'safetensors: weights', isGood: true, read: readers.safetensors, bytes: writeModel(model) },
    { name: 'ONNX: weights', isGood: true, read: readers.onnx, bytes: writeOnnx(model) },
    { name: 'JSON: weights', isGood: true, read: readers.json, bytes: bytesOf(writeJsonModel(model)) },
    {
      name: 'TensorFlow.js: weights',
      isGood: true,
      read: (bytes) => readTfjs(String(tfjs['model.json']), () => bytes),
      bytes: tfjs['weights.bin'] as Uint8Array,
    },
  ];
}
