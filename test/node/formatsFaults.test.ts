import { describe, expect, it } from 'vitest';
import { DataError } from '../../src/errors.ts';
import type { ModelFile } from '../../src/formats/model.ts';
import { readModelFiles, writeModelFiles } from '../../src/formats/modelFiles.ts';
import { MODEL } from '../../src/formats/onnx/messages.ts';
import { decode, encode } from '../../src/formats/onnx/wire.ts';
import { CLASSIFIER } from './sampleModels.ts';

type Files = Map<string, Uint8Array>;
type Edit = (files: Files) => void;

const utf8 = (text: string) => new TextEncoder().encode(text);

async function written(name: string, model: ModelFile = CLASSIFIER): Promise<Files> {
  const parts = await writeModelFiles(model, name);
  return new Map(
    parts.map(({ suffix, content }) => [
      suffix.slice(1),
      typeof content === 'string' ? utf8(content) : content.slice(),
    ]),
  );
}

/** What a reader says of a file that was spoilt: one sentence that names the file. */
async function refusal(name: string, spoil: Edit): Promise<string> {
  const files = await written(name);
  spoil(files);
  const read = readModelFiles(name, async (beside = '') => files.get(beside)!);
  const error = await read.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(error).toBeInstanceOf(DataError);
  const { message } = error as DataError;
  expect(message).toContain(name === 'm.tfjs' ? 'model.json' : name);
  expect(message).not.toMatch(/\n/);
  return message;
}

/** Replaces a text in a file. */
const text =
  (from: string, to: string, file = ''): Edit =>
  (files) => {
    const old = Buffer.from(files.get(file)!).toString('latin1');
    expect(old).toContain(from);
    files.set(file, Uint8Array.from(Buffer.from(old.replace(from, to), 'latin1')));
  };
/** The same in the header of safetensors, whose length is told. */
const header =
  (from: string, to: string): Edit =>
  (files) => {
    text(from, to)(files);
    const view = new DataView(files.get('')!.buffer);
    view.setBigUint64(0, view.getBigUint64(0, true) + BigInt(to.length - from.length), true);
  };
const json =
  (change: (model: any) => void, file = ''): Edit =>
  (files) => {
    const model = JSON.parse(new TextDecoder().decode(files.get(file)!));
    change(model);
    files.set(file, utf8(JSON.stringify(model)));
  };
const tfjs = (change: (model: any) => void) => json(change, 'model.json');
const onnx =
  (change: (model: any) => void): Edit =>
  (files) => {
    const model = decode(MODEL, files.get('')!, 'm.onnx');
    change(model);
    files.set('', encode(MODEL, model));
  };
/** Sets the bits of a float32 so many bytes from the end. */
const number =
  (fromEnd: number, value: number, file = ''): Edit =>
  (files) => {
    const bytes = files.get(file)!;
    new DataView(bytes.buffer).setFloat32(bytes.length - fromEnd, value, true);
  };
const cut =
  (by: number, file = ''): Edit =>
  (files) =>
    files.set(file, files.get(file)!.slice(0, -by));
const initializer = (model: any, name: string) =>
  model.graph.initializer.find((one: any) => one.name === name);

/** The faults, as each format may have them: how a file is spoilt, and what its reader says. */
const FAULTS: Record<string, Record<string, [Edit, RegExp]>> = {
  'a size that the file does not have': {
    'm.safetensors': [
      (files) => files.get('')!.set([255, 255, 255, 255, 255, 255, 255, 255]),
      /header has 18446744073709551615 bytes/,
    ],
    'm.onnx': [
      onnx((m) => (initializer(m, 'layer1.w').dims = [2 ** 20, 2 ** 20])),
      /'layer1.w' holds 24 bytes/,
    ],
    'm.json': [
      json((m) => (m.tensors['layer1.w'].shape = [2 ** 30, 2 ** 20])),
      /layer1.w.data', where base64 of/,
    ],
    'm.tfjs': [
      tfjs((m) => (m.weightsManifest[0].weights[0].shape = [2 ** 30, 2 ** 20])),
      /'dense_1\/kernel' expected 3x2, file/,
    ],
  },
  'a name twice': {
    'm.safetensors': [text('"layer1.b"', '"layer1.w"'), /the key 'layer1.w' twice/],
    'm.onnx': [onnx((m) => m.graph.initializer.push(initializer(m, 'layer1.w'))), /tensor 'layer1.w' twice/],
    'm.json': [text('"layer1.b"', '"layer1.w"'), /the key 'layer1.w' twice/],
    'm.tfjs': [
      text('"name":"dense_1/bias"', '"name":"dense_1/kernel"', 'model.json'),
      /'dense_1\/kernel' twice/,
    ],
  },
  '__proto__ as a name': {
    'm.safetensors': [header('"layer1.b"', '"__proto__"'), /the key '__proto__'/],
    'm.onnx': [onnx((m) => (initializer(m, 'layer1.w').name = '__proto__')), /'layer1.w'/],
    'm.json': [text('"layer1.b"', '"__proto__"'), /the key '__proto__'/],
    'm.tfjs': [
      text('"modelTopology":{', '"modelTopology":{"__proto__":{},', 'model.json'),
      /the key '__proto__'/,
    ],
  },
  'numbers cut off': {
    'm.safetensors': [cut(1), /bytes of numbers where its header says/],
    'm.onnx': [cut(1), /cut off, damaged or no ONNX file/],
    'm.json': [cut(9), /is no JSON/],
    'm.tfjs': [cut(1, 'weights.bin'), /has 43 bytes of weights where its manifest says 44/],
  },
  'an unknown type': {
    'm.safetensors': [text('"F32"', '"F99"'), /"F99" in the field '.*dtype', where one of the types/],
    'm.onnx': [onnx((m) => (initializer(m, 'layer1.w').dataType = 99)), /'layer1.w' has numbers of type 99/],
    'm.json': [json((m) => (m.tensors['layer1.w'].data = ['*'])), /layer1.w.data\[0\]', where base64/],
    'm.tfjs': [
      tfjs((m) => (m.weightsManifest[0].weights[0].dtype = 'float99')),
      /"float99" in the field '.*dtype'/,
    ],
  },
  'a weight that is NaN': {
    'm.safetensors': [number(4, NaN), /tensor 'layer2.b' holds NaN at index 0/],
    'm.onnx': [
      onnx((m) =>
        new DataView(
          initializer(m, 'layer2.w').rawData.buffer,
          initializer(m, 'layer2.w').rawData.byteOffset,
        ).setFloat32(4, NaN, true),
      ),
      /tensor 'layer2.w' holds NaN at index 1/,
    ],
    'm.json': [json((m) => (m.tensors['layer2.b'].data = ['AADAfw=='])), /'layer2.b' holds NaN at index 0/],
    'm.tfjs': [number(4, NaN, 'weights.bin'), /'dense_2\/bias' of '.*model.json' hold NaN at index 0/],
  },
  'a matrix turned': {
    'm.safetensors': [text('"shape":[3,2]', '"shape":[2,3]'), /'layer1.w' expected 3x2, file 2x3/],
    'm.onnx': [
      onnx((m) => (initializer(m, 'layer1.w').dims = [2, 3])),
      /\[batch, 3\], where its first layer takes rows of 2/,
    ],
    'm.json': [json((m) => (m.tensors['layer1.w'].shape = [2, 3])), /'layer1.w' expected 3x2, file 2x3/],
    'm.tfjs': [
      tfjs((m) => (m.weightsManifest[0].weights[0].shape = [2, 3])),
      /'dense_1\/kernel' expected 3x2, file 2x3/,
    ],
  },
  'a bias that is missing': {
    'm.safetensors': [
      text('"layer2.b"', '"layer9.b"'),
      /'layer2.b' expected 1, file none; 'layer9.b' expected none, file 1/,
    ],
    'm.onnx': [
      onnx((m) => m.graph.initializer.splice(m.graph.initializer.indexOf(initializer(m, 'layer2.b')), 1)),
      /uses 'layer2.b', which nothing/,
    ],
    'm.json': [json((m) => delete m.tensors['layer2.b']), /'layer2.b' expected 1, file none/],
    'm.tfjs': [tfjs((m) => m.weightsManifest[0].weights.pop()), /'dense_2\/bias' expected 1, file none/],
  },
  'a later version': {
    'm.safetensors': [text('katman-model/1', 'katman-model/2'), /format 'katman-model\/2'/],
    'm.onnx': [onnx((m) => (m.metadataProps[0].value = 'katman-model/2')), /format 'katman-model\/2'/],
    'm.json': [
      json((m) => (m.format = 'katman-model-json/2')),
      /"katman-model-json\/2" in the field 'format'/,
    ],
    'm.tfjs': [
      tfjs((m) => (m.userDefinedMetadata.katman.format = 'katman-tfjs/2')),
      /"katman-tfjs\/2" in the field/,
    ],
  },
  'a layer that Katman does not have': {
    'm.safetensors': [text('tanh', 'selu'), /"selu" in the field 'network.layers\[0\].activation'/],
    'm.onnx': [
      onnx((m) => (m.graph.node.find((node: any) => node.opType === 'Tanh').opType = 'LSTM')),
      /is a LSTM/,
    ],
    'm.json': [text('tanh', 'selu'), /"selu" in the field 'network.layers\[0\].activation'/],
    'm.tfjs': [
      tfjs((m) => (m.modelTopology.config.layers[0].class_name = 'LSTM')),
      /layer 1, 'dense_1', is a LSTM, which/,
    ],
  },
};

describe.each(Object.entries(FAULTS))('%s', (_, formats) => {
  it.each(Object.entries(formats))('is refused in %s', async (name, [spoil, says]) => {
    expect(await refusal(name, spoil)).toMatch(says);
  });
});

it.each(['m.safetensors', 'm.onnx', 'm.json', 'm.tfjs'])(
  '%s that is empty, or of zeros, is refused',
  async (name) => {
    const main = name === 'm.tfjs' ? 'model.json' : '';
    for (const bytes of [new Uint8Array(), new Uint8Array(1000)])
      await refusal(name, (files) => files.set(main, bytes));
  },
);

it('is read as it was written where nothing is spoilt, wherever its numbers lie', async () => {
  for (const name of ['m.safetensors', 'm.onnx', 'm.json', 'm.tfjs']) {
    const files = await written(name);
    for (let shift = 0; shift < 8; shift++) {
      const shifted = (beside = '') => {
        const bytes = files.get(beside)!;
        const larger = new Uint8Array(bytes.length + shift);
        larger.set(bytes, shift);
        return larger.subarray(shift);
      };
      expect(await readModelFiles(name, async (beside) => shifted(beside))).toEqual(CLASSIFIER);
    }
  }
});
