import type { Pass } from '../gpu/kernel.ts';
import { type Architecture, type Loss, sizesOf } from './layers.ts';

/** What a tensor is for: who makes it, and who may look at it. */
export type Role = 'data' | 'parameter' | 'forward' | 'backward' | 'control';

export interface Tensor {
  /** `layer1.dw`, as labels, errors and reports quote it. */
  readonly name: string;
  readonly shape: readonly number[];
  readonly role: Role;
  readonly type: 'f32' | 'u32';
}

/** The phases of a step, in their order. */
export const PHASES = ['batch', 'forward', 'loss', 'backward', 'update', 'record'] as const;
export type Phase = (typeof PHASES)[number];

/** A training step as data: any runner (GPU, oracle) executes it. */
export interface Plan {
  readonly name: string;
  readonly tensors: readonly Tensor[];
  readonly passes: Readonly<Record<Phase, readonly Pass[]>>;
}

/** A part of the resident data: rows start .. start + held - 1, in the tensors `data.x<i>`, `data.y<i>`. */
export interface DataPart {
  readonly start: number;
  readonly held: number;
}

export interface PlanOptions {
  readonly loss: Loss;
  /** Rows of the batch. */
  readonly m: number;
  /** Most steps of one submit: rows of the schedule and of the history. */
  readonly steps: number;
  readonly data: readonly DataPart[];
  /** Whether the accuracy of each batch is recorded beside its loss. */
  readonly accuracy: boolean;
}

/** Numbers of 4 bytes in one row of the schedule: `Step` in shaders/lib/step.wgsl. */
export const STEP_WIDTH = 4;

/** Tensors of the parameters, the same in every plan. */
export function parameterTensors(architecture: Architecture): Tensor[] {
  const sizes = sizesOf(architecture);
  return architecture.layers.flatMap(({ units }, l) => [
    { name: `layer${l + 1}.w`, shape: [sizes[l], units], role: 'parameter' as const, type: 'f32' as const },
    { name: `layer${l + 1}.b`, shape: [units], role: 'parameter' as const, type: 'f32' as const },
  ]);
}

/** Tensors of the resident data. */
export function dataTensors(architecture: Architecture, parts: readonly DataPart[]): Tensor[] {
  const outputs = architecture.layers[architecture.layers.length - 1].units;
  return parts.flatMap(({ held }, i) => [
    { name: `data.x${i}`, shape: [held, architecture.inputs], role: 'data' as const, type: 'f32' as const },
    { name: `data.y${i}`, shape: [held, outputs], role: 'data' as const, type: 'f32' as const },
  ]);
}

/** Numbers in a tensor. */
export function sizeOf({ shape }: Tensor): number {
  return shape.reduce((product, size) => product * size, 1);
}
