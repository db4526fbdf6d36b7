/** The activations that a model can have: those of Katman, by their names. */
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
export type Activation = (typeof ACTIVATIONS)[number];

/** The losses that a model can have been trained with. */
export const LOSSES = ['binaryCrossEntropy', 'softmaxCrossEntropy', 'mse', 'halfMse', 'huber'] as const;
export type Loss = (typeof LOSSES)[number];
