import { DataError } from '../../errors.ts';
import { type ModelFile, tensorShapes, writeModel } from '../model.ts';
import type { Activation } from '../../names.ts';
import { readSafetensors } from '../readSafetensors.ts';
import { LEAK, OPERATION_OF } from './activations.ts';
import { ATTRIBUTE, ATTRIBUTE_TYPE, DATA_TYPE, MODEL, NODE, TENSOR, type VALUE_INFO } from './messages.ts';
import { halves } from './scaling.ts';
import { type Draft, encode } from './wire.ts';

/** Version 17 of the operations, in version 8 of the format: readers of 2022 and later know both. */
const OPSET = 17;
const IR_VERSION = 8;

/** The names of the input and the output of every graph. */
export const INPUT = 'features';
export const OUTPUT = 'output';

/**
 * A model as ONNX, float32. Its graph begins with the features as a table has them, one column for each category
 * (missing numbers are NaN, if the model has learnt what stands for them): `features` [batch, inputs]. It ends with
 * what `predict` says, in the targets' own unit: `output` [batch, units]. Everything else is JSON in the metadata.
 * @throws DataError for an activation that is none of Katman's, and preprocessing that float32 does not hold
 */
export function writeOnnx(model: ModelFile): Uint8Array {
  const { network, parameters, preprocessing } = model;
  const { fill, standardization, targetStandardization } = preprocessing;
  const builder = new GraphBuilder();
  if (fill) {
    builder.keep('fill', [fill.length], floats('fill', fill));
    builder.add('IsNaN', [INPUT], 'missing');
    builder.add('Where', ['missing', 'fill', INPUT], 'filled');
  }
  if (standardization) {
    const [mean, rest] = halves(standardization.mean);
    builder.scale('Sub', 'mean', floats('standardization.mean', mean));
    builder.scale('Sub', 'mean_rest', rest);
    builder.scale('Div', 'std', floats('standardization.std', standardization.std, true));
  }
  const tensors = tensorShapes(network);
  network.layers.forEach(({ activation }, l) => {
    const [w, b] = tensors.slice(2 * l);
    builder.keep(w.name, w.shape, parameters[l].w);
    builder.keep(b.name, b.shape, parameters[l].b);
    builder.add('Gemm', [builder.value, w.name, b.name], `layer${l + 1}`);
    addActivation(builder, activation, `layer${l + 1}`);
  });
  if (targetStandardization) {
    const { mean, std } = targetStandardization;
    builder.scale('Mul', 'target_std', floats('targetStandardization.std', std, true));
    builder.scale('Add', 'target_mean', floats('targetStandardization.mean', mean));
  }
  return encode(MODEL, {
    irVersion: IR_VERSION,
    producerName: 'katman',
    opsetImport: [{ domain: '', version: OPSET }],
    metadataProps: metadataOf(model),
    graph: {
      name: 'katman',
      node: builder.finish(),
      initializer: builder.tensors,
      input: [valueInfo(INPUT, network.inputs)],
      output: [valueInfo(OUTPUT, network.layers[network.layers.length - 1].units)],
    },
  });
}

/** A graph that grows at its end. */
class GraphBuilder {
  readonly tensors: Draft<typeof TENSOR>[] = [];
  readonly #nodes: Draft<typeof NODE>[] = [];
  /** The value that was made last. */
  value = INPUT;

  /** A node whose output has its name. */
  add(opType: string, input: string[], name: string, attribute: Draft<typeof ATTRIBUTE>[] = []): void {
    this.#nodes.push({ input, output: [name], name, opType, attribute });
    this.value = name;
  }

  /** A tensor of the model. */
  keep(name: string, dims: readonly number[], numbers: ArrayLike<number>): void {
    this.tensors.push({ dims, dataType: DATA_TYPE.FLOAT, name, rawData: littleEndian(numbers) });
  }

  /** An operation of the value with a number for each column. */
  scale(opType: string, name: string, numbers: Float32Array): void {
    this.keep(name, [numbers.length], numbers);
    this.add(opType, [this.value, name], `${opType.toLowerCase()}_${name}`);
  }

  /** A number that several nodes may share. @returns its name */
  constant(name: string, number: number): string {
    if (!this.tensors.some((tensor) => tensor.name === name)) this.keep(name, [], [number]);
    return name;
  }

  /** All nodes; the output of the last becomes the graph's. */
  finish(): Draft<typeof NODE>[] {
    return [...this.#nodes.slice(0, -1), { ...this.#nodes[this.#nodes.length - 1], output: [OUTPUT] }];
  }
}

function addActivation(builder: GraphBuilder, activation: Activation, layer: string): void {
  const z = builder.value;
  const name = (what: string) => `${layer}.${what}`;
  const operation = OPERATION_OF.get(activation);
  if (operation) {
    const attributes: Record<string, Draft<typeof ATTRIBUTE>[]> = {
      leakyRelu: [{ name: 'alpha', type: ATTRIBUTE_TYPE.FLOAT, f: LEAK }],
      elu: [{ name: 'alpha', type: ATTRIBUTE_TYPE.FLOAT, f: 1 }],
      softmax: [{ name: 'axis', type: ATTRIBUTE_TYPE.INT, i: -1 }],
    };
    builder.add(operation, [z], name(activation), attributes[activation]);
  } else if (activation === 'silu') {
    builder.add('Sigmoid', [z], name('gate'));
    builder.add('Mul', [z, name('gate')], name(activation));
  } else if (activation === 'gelu') {
    builder.add('Div', [z, builder.constant('sqrt2', Math.SQRT2)], name('scaled'));
    builder.add('Erf', [name('scaled')], name('erf'));
    builder.add('Add', [name('erf'), builder.constant('one', 1)], name('twice'));
    builder.add('Mul', [name('twice'), builder.constant('half', 0.5)], name('phi'));
    builder.add('Mul', [z, name('phi')], name(activation));
  } else if (activation !== 'identity') {
    throw new DataError(
      `The activation '${activation}' of ${layer} is none that ONNX can be given; train the model with another`,
      { column: `network.layers.${layer}` },
    );
  }
}

/** The texts that the safetensors of a model have. */
function metadataOf(model: ModelFile): { key: string; value: string }[] {
  const { metadata } = readSafetensors(writeModel(model), 'the model');
  return [...metadata].map(([key, value]) => ({ key, value }));
}

function valueInfo(name: string, width: number): Draft<typeof VALUE_INFO> {
  const dim = [{ parameter: 'batch' }, { value: width }];
  return { name, type: { tensorType: { elemType: DATA_TYPE.FLOAT, shape: { dim } } } };
}

/** Numbers in float32. @throws DataError if one is none then, or 0 where it must be above */
function floats(field: string, numbers: ArrayLike<number>, above0 = false): Float32Array {
  const result = Float32Array.from(numbers);
  const wrong = result.findIndex((value) => !Number.isFinite(value) || (above0 && value <= 0));
  if (wrong < 0) return result;
  throw new DataError(
    `The model has ${numbers[wrong]} in the field '${field}', which float32 does not hold, and ONNX is written in that; bring the column to another unit and train again`,
    { column: field, row: wrong },
  );
}

function littleEndian(numbers: ArrayLike<number>): Uint8Array {
  const bytes = new Uint8Array(numbers.length * 4);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < numbers.length; i++) view.setFloat32(4 * i, numbers[i], true);
  return bytes;
}
