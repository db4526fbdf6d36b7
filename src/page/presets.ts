import type { BuiltinName, Config } from './messages.ts';

/** A data set as the page offers it, with settings that learn it well. */
export interface Preset extends Omit<Config, 'data' | 'seed'> {
  readonly label: string;
  readonly group: 'Points' | 'Tables' | 'Images';
  /** Whether a fifth of the rows is kept for the test; the course's flower is scored on what it learnt from. */
  readonly holdsOut: boolean;
}

const points = {
  group: 'Points',
  holdsOut: true,
  hidden: [16, 16],
  activation: 'tanh',
  first: 'auto',
  learningRate: 0.3,
  batchSize: 32,
  epochs: 200,
} as const;

const tables = {
  group: 'Tables',
  holdsOut: true,
  hidden: [16],
  activation: 'relu',
  first: 'auto',
  learningRate: 0.1,
  batchSize: 32,
  epochs: 100,
} as const;

export const presets: Readonly<Record<BuiltinName, Preset>> = {
  flower: {
    label: 'Flower',
    group: 'Points',
    holdsOut: false,
    hidden: [4],
    activation: 'tanh',
    first: 'normal',
    learningRate: 1.2,
    batchSize: 'full',
    epochs: 5000,
  },
  circles: { ...points, label: 'Circles', hidden: [8] },
  xor: { ...points, label: 'Xor', hidden: [8] },
  // tanh needs several times as long to wind itself around the arms.
  spiral: {
    ...points,
    label: 'Spiral',
    hidden: [32, 32],
    activation: 'relu',
    learningRate: 0.2,
    epochs: 300,
  },
  moons: { ...points, label: 'Moons', hidden: [16] },
  blobs: { ...points, label: 'Blobs', hidden: [8], epochs: 60 },
  plane: { ...points, label: 'Plane', hidden: [8], learningRate: 0.05, epochs: 60 },
  iris: { ...tables, label: 'Iris', batchSize: 16 },
  wine: { ...tables, label: 'Wine', batchSize: 16, epochs: 60 },
  breast_cancer: { ...tables, label: 'Breast cancer', epochs: 60 },
  digits: {
    label: 'Digits',
    group: 'Images',
    holdsOut: true,
    hidden: [64],
    activation: 'relu',
    first: 'auto',
    learningRate: 0.1,
    batchSize: 128,
    epochs: 40,
  },
};
