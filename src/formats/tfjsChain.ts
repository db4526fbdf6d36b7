import { DataError } from '../errors.ts';
import type { Field } from './field.ts';

/** A layer as `model.json` describes it. */
export interface TfjsLayer {
  readonly name: string;
  /** Its class: `Dense`, `Dropout`, ... */
  readonly kind: string;
  readonly config: Field;
}

/** Deeper than any form in which Keras has written where a layer's input comes from. */
const MOST_DEPTH = 10;

/**
 * The layers of a model, in the order in which they are computed.
 * @param model its class and config, of Keras 2, Keras 3 or TensorFlow.js
 * @throws DataError unless it is a Sequential or Functional whose layers are one chain
 */
export function readChain(model: Field): TfjsLayer[] {
  const kind = model.get('class_name');
  const config = model.get('config');
  if (kind.value === 'Sequential') {
    const layers = Array.isArray(config.value) ? config : config.get('layers');
    return layers.list().map(readLayer);
  }
  if (kind.value === 'Functional' || kind.value === 'Model') return followInputs(config);
  throw kind.wrong('a Sequential or Functional model');
}

function readLayer(field: Field): TfjsLayer {
  const config = field.get('config');
  return { name: config.get('name').text(), kind: field.get('class_name').text(), config };
}

/** From the output back to the input. */
function followInputs(config: Field): TfjsLayer[] {
  const { file } = config;
  const refuse = (problem: string, name?: string) =>
    new DataError(`In '${file}' ${problem}; Katman has networks of layers one after another`, {
      file,
      column: name ?? 'output_layers',
    });
  const list = config.get('layers').list();
  const layers = new Map(list.map((field) => [readLayer(field).name, field]));
  if (layers.size < list.length) throw refuse('two layers have the same name');
  const chain: TfjsLayer[] = [];
  let next = sources(config.get('output_layers').value);
  if (next.length !== 1) throw refuse(`the model has ${next.length} outputs`);
  while (next.length) {
    const field = layers.get(next[0]);
    // A layer is taken out once it is passed, so that a circle ends.
    if (!field)
      throw refuse(`the input of a layer comes from '${next[0]}', which is no layer before it`, next[0]);
    layers.delete(next[0]);
    const layer = readLayer(field);
    chain.push(layer);
    next = sources(field.get('inbound_nodes').value);
    if (next.length > 1) throw refuse(`the layer '${layer.name}' has ${next.length} inputs`, layer.name);
  }
  const [beside] = layers.keys();
  if (beside !== undefined) throw refuse(`the layer '${beside}' is not on the way to the output`, beside);
  return chain.reverse();
}

/** The layers that tensors come from, `[layer, node, tensor]` wherever it stands. */
function sources(value: unknown, depth = 0): string[] {
  if (typeof value !== 'object' || value === null || depth > MOST_DEPTH) return [];
  if (Array.isArray(value) && typeof value[0] === 'string' && typeof value[1] === 'number') return [value[0]];
  return Object.values(value).flatMap((item) => sources(item, depth + 1));
}
