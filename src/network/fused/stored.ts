import type { Activation, Architecture } from '../layers.ts';
import { type PlanOptions, type Tensor, layoutOf, parameterTensors } from '../plan.ts';
import { textbook } from '../textbook/index.ts';
import { isLater } from './update.ts';

/** The place of what is not stored: NOWHERE in shaders/lib/workspace.wgsl. */
export const NOWHERE = 0xffffffff;

/** Activations whose slope is the same function of a as of z. */
const SLOPE_FROM_A: readonly Activation[] = ['relu', 'leakyRelu', 'identity'];

/** Where a hidden layer's slope is computed from: its a, where that loses nothing, else its z. */
export function slopeSource({ layers }: Architecture, l: number): string {
  const { activation, dropout } = layers[l - 1];
  return `layer${l}.${SLOPE_FROM_A.includes(activation) && !dropout ? 'a' : 'z'}`;
}

/**
 * The tensors of the fused plan: those of the textbook plan that it stores. The matrices lie in one workspace, what
 * has one number for a row in `results`, dw and db in `gradients` as the parameters do in theirs.
 */
export function storedTensors(architecture: Architecture, options: PlanOptions): Tensor[] {
  const { keep, accuracy, tile, room = options.m } = options;
  const later = isLater(options);
  const last = architecture.layers.length;
  const needed = new Set([
    'x',
    'losses',
    'loss',
    'accuracy',
    `layer${last}.z`,
    ...(accuracy ? ['hits'] : []),
  ]);
  architecture.layers.forEach(({ dropout }, i) => {
    const layer = `layer${i + 1}`;
    needed.add(`${layer}.dz`);
    if (later) needed.add(`${layer}.dw`).add(`${layer}.db`);
    if (i + 1 === last) return;
    needed.add(slopeSource(architecture, i + 1)).add(`${layer}.${dropout ? 'dropped' : 'a'}`);
  });
  const tensors = textbook(architecture, { ...options, m: room }).tensors.flatMap((tensor): Tensor[] => {
    const { name, role, shape } = tensor;
    if (name === 'squares') return [{ ...tensor, shape: [1] }];
    if (name === 'history') return [{ ...tensor, arena: 'results' }];
    if (name === 'clipFactor' || (role !== 'forward' && role !== 'backward')) return [tensor];
    if (!keep && !needed.has(name)) return [];
    if (/\.d[wb]$/.test(name)) return [{ ...tensor, arena: 'gradients' }];
    if (shape.length === 1) return [{ ...tensor, arena: 'results' }];
    return [{ ...tensor, arena: 'workspace', stride: Math.ceil(shape[1] / 4) * 4 }];
  });
  const step: Tensor = { name: 'step', shape: [1], role: 'control', type: 'f32', arena: 'results' };
  // Behind the gradients those of the other parts; where none are stored, something to bind.
  const { split = 1 } = tile ?? {};
  const copies = (split - 1) * layoutOf(parameterTensors(architecture)).sizes.get('parameters')!;
  const others: Tensor = {
    ...step,
    name: 'gradientParts',
    shape: [copies || 1],
    role: 'scratch',
    arena: 'gradients',
  };
  return [...tensors, step, ...(copies || !(keep || later) ? [others] : [])];
}
