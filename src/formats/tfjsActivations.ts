import type { Field } from './field.ts';
import type { Activation } from '../names.ts';

/** Katman's activations by the names that TensorFlow.js 4.22 has for them as a property of a layer. */
const NAMES: Readonly<Record<string, string>> = {
  sigmoid: 'sigmoid',
  tanh: 'tanh',
  relu: 'relu',
  identity: 'linear',
  gelu: 'gelu',
  silu: 'swish',
  elu: 'elu',
  softplus: 'softplus',
  softmax: 'softmax',
};

/** The slope of Katman's leaky ReLU below 0. TensorFlow.js has it as a layer only, Keras as a property of slope 0.2. */
const LEAK = 0.01;

/** How TensorFlow.js holds an activation: as a property of the dense layer, or as a layer behind it. */
export interface TfjsActivation {
  readonly activation: string;
  readonly layer?: { readonly class_name: string; readonly config: Readonly<Record<string, unknown>> };
}

/** Undefined for an activation that TensorFlow.js does not have. */
export function toTfjs(activation: string): TfjsActivation | undefined {
  if (activation === 'leakyRelu')
    return { activation: 'linear', layer: { class_name: 'LeakyReLU', config: { alpha: LEAK } } };
  return Object.hasOwn(NAMES, activation) ? { activation: NAMES[activation] } : undefined;
}

const FROM_TFJS: ReadonlyMap<string, Activation> = new Map([
  ...Object.entries(NAMES).map(([ours, theirs]) => [theirs, ours as Activation] as const),
  ['silu', 'silu'],
]);

/** The activation that a property names; nothing is linear. @throws DataError for one that Katman has not */
export function readActivation(field: Field): Activation {
  if (field.value === undefined || field.value === null) return 'identity';
  const found = typeof field.value === 'string' && FROM_TFJS.get(field.value);
  if (!found) throw field.wrong(`one of the activations ${[...FROM_TFJS.keys()].join(', ')}`);
  return found;
}

/**
 * The activation that a layer of its own is.
 * @param kind the class of the layer
 * @returns undefined if it is no layer of an activation
 * @throws DataError for settings that Katman's activation has not
 */
export function readActivationLayer(kind: string, config: Field): Activation | undefined {
  // A setting that is left out, or null, has to be one that is taken.
  const only = (name: string, ...taken: readonly unknown[]) => {
    const setting = config.get(name);
    if (!taken.includes(setting.value)) throw setting.wrong(`${taken.find((value) => value !== undefined)}`);
  };
  switch (kind) {
    case 'Activation':
      return readActivation(config.get('activation'));
    case 'LeakyReLU': {
      const name = config.get('alpha').value === undefined ? 'negative_slope' : 'alpha';
      only(name, LEAK, Math.fround(LEAK));
      return 'leakyRelu';
    }
    case 'ReLU':
      only('max_value', null, undefined);
      only('negative_slope', 0, null, undefined);
      only('threshold', 0, null, undefined);
      return 'relu';
    case 'ELU':
      only('alpha', 1, null, undefined);
      return 'elu';
    case 'Softmax':
      only('axis', -1, 1, null, undefined);
      return 'softmax';
    default:
      return undefined;
  }
}
