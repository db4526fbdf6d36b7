/** The names that networks and model files have in common. */

/** The activations of hidden and output layers; softmax belongs to the output. */
export const ACTIVATIONS = [
  'sigmoid',
  'tanh',
  'relu',
  'leakyRelu',
  'identity',
  'gelu',
  'silu',
  'elu',
  'softplus',
  'softmax',
] as const;
/** An activation, by name; softmax belongs to the output. */
export type Activation = (typeof ACTIVATIONS)[number];

/**
 * - `binaryCrossEntropy`: mean over rows and outputs, from the logits; the output layer is sigmoid.
 * - `softmaxCrossEntropy`: mean over rows; the output layer is softmax.
 * - `mse`: mean over rows and outputs of (a - y)^2, as in PyTorch and TensorFlow.js.
 * - `halfMse`: sum over outputs of (a - y)^2 / 2, mean over rows, as in textbooks.
 * - `huber`: mean over rows and outputs of (a - y)^2 / 2 where |a - y| is at most delta, of
 *   delta (|a - y| - delta / 2) beyond, as in PyTorch and Keras.
 */
export const LOSSES = ['binaryCrossEntropy', 'softmaxCrossEntropy', 'mse', 'halfMse', 'huber'] as const;
/**
 * What training lowers, by name: means over rows of `binaryCrossEntropy` (sigmoid outputs), `softmaxCrossEntropy`
 * (softmax outputs), `mse` ((a - y)^2), `halfMse` ((a - y)^2 / 2, summed over outputs), `huber`.
 */
export type Loss = (typeof LOSSES)[number];
