import type { Pass } from '../../gpu/kernel.ts';
import type { Architecture } from '../layers.ts';
import {
  type Plan,
  type PlanOptions,
  STEP_WIDTH,
  type Tensor,
  dataTensors,
  dataWidths,
  momentTensors,
  parameterTensors,
} from '../plan.ts';
import { backward } from './backward.ts';
import { forward } from './forward.ts';
import { loss, means } from './loss.ts';
import { update } from './update.ts';

/**
 * The textbook plan: every formula of the notes is a dispatch of its own, and every intermediate (z,
 * a, da, dz, dw, db) a tensor that can be looked at.
 */
export function textbook(architecture: Architecture, options: PlanOptions): Plan {
  return {
    name: 'textbook',
    tensors: [
      ...dataTensors(architecture, options.data, options.weighted),
      ...parameterTensors(architecture),
      ...momentTensors(architecture, options.optimizer),
      ...tensors(architecture, options),
    ],
    passes: {
      batch: batch(architecture, options),
      forward: forward(architecture, options.m, { training: true, avoid: options.avoid }),
      loss: [...loss(architecture, options), ...means(architecture, options)],
      backward: backward(architecture, options),
      update: update(architecture, options),
      record: [record(options)],
    },
  };
}

function tensors({ inputs, layers }: Architecture, { m, steps, weighted, clip }: PlanOptions): Tensor[] {
  const f32 = (name: string, role: Tensor['role'], ...shape: number[]): Tensor => ({
    name,
    role,
    shape,
    type: 'f32',
  });
  const outputs = layers[layers.length - 1].units;
  return [
    f32('x', 'forward', m, inputs),
    f32('y', 'forward', m, outputs),
    ...(weighted ? [f32('weight', 'forward', m)] : []),
    ...layers.flatMap(({ units, dropout }, l) => [
      f32(`layer${l + 1}.z`, 'forward', m, units),
      f32(`layer${l + 1}.a`, 'forward', m, units),
      ...(dropout
        ? [
            f32(`layer${l + 1}.dropped`, 'forward', m, units),
            f32(`layer${l + 1}.ddropped`, 'backward', m, units),
          ]
        : []),
      f32(`layer${l + 1}.da`, 'backward', m, units),
      f32(`layer${l + 1}.dz`, 'backward', m, units),
      f32(`layer${l + 1}.dw`, 'backward', l ? layers[l - 1].units : inputs, units),
      f32(`layer${l + 1}.db`, 'backward', units),
    ]),
    f32('losses', 'forward', m),
    f32('hits', 'forward', m),
    f32('loss', 'forward', 1),
    f32('accuracy', 'forward', 1),
    ...(clip === undefined
      ? []
      : [f32('squares', 'backward', 2 * layers.length), f32('clipFactor', 'backward', 1)]),
    f32('history', 'control', steps, 2),
    { name: 'schedule', role: 'control', shape: [steps, STEP_WIDTH], type: 'u32' },
    { name: 'clock', role: 'control', shape: [1], type: 'u32' },
  ];
}

function batch(architecture: Architecture, { m, data, weighted }: PlanOptions): Pass[] {
  const total = data.reduce((sum, { held }) => sum + held, 0);
  return data.flatMap(({ start, held }, i) =>
    dataWidths(architecture, weighted).map(([name, width]) => ({
      label: `batch/${name}${i}`,
      kernel: 'batch',
      flags: [],
      params: { m, width, total, start, held },
      tensors: { data: `data.${name}${i}`, schedule: 'schedule', clock: 'clock', out: name },
    })),
  );
}

function record({ accuracy }: PlanOptions): Pass {
  return {
    label: 'record',
    kernel: 'record',
    flags: accuracy ? ['ACCURACY'] : [],
    params: {},
    tensors: { loss: 'loss', history: 'history', clock: 'clock', ...(accuracy && { accuracy: 'accuracy' }) },
  };
}
