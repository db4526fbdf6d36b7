import type { Texts } from '../kernels/load.ts';
import type { Pass } from '../gpu/kernel.ts';
import { type Architecture, type Loss, sizesOf } from './layers.ts';
import { type Optimizer, momentsOf } from './optimizer.ts';

/** What a tensor is for: who makes it, and who may look at it. */
export type Role = 'data' | 'parameter' | 'moment' | 'forward' | 'backward' | 'control' | 'scratch';

export interface Tensor {
  /** `layer1.dw`, as labels, errors and reports quote it. */
  readonly name: string;
  readonly shape: readonly number[];
  readonly role: Role;
  readonly type: 'f32' | 'u32';
  /** Numbers from one row to the next in memory, where rows are padded with zeros; its width if left out. */
  readonly stride?: number;
  /** The buffer that it shares with others, by name; a buffer of its own if left out. */
  readonly arena?: string;
}

/** The phases of a step, in their order. */
export const PHASES = ['batch', 'forward', 'loss', 'backward', 'update', 'record'] as const;
export type Phase = (typeof PHASES)[number];

/** A training step as data: any runner (GPU, oracle) executes it. */
export interface Plan {
  readonly name: string;
  readonly tensors: readonly Tensor[];
  readonly passes: Readonly<Record<Phase, readonly Pass[]>>;
  /** Uniforms that never change, by name. */
  readonly tables?: ReadonlyMap<string, Uint32Array<ArrayBuffer>>;
  /** Whether one dispatch takes many steps, of whatever rows: then the schedule says how many. */
  readonly takesMany?: boolean;
  /** Those of the kernels that no other plan has: they are loaded with its code. */
  readonly texts?: Texts;
}

/** All passes of a step, in their order. */
export function passesOf({ passes }: Plan): Pass[] {
  return PHASES.flatMap((phase) => passes[phase]);
}

/** A part of the resident data: rows start .. start + held - 1, in the tensors `data.x<i>`, `data.y<i>` (and `data.weight<i>`). */
export interface DataPart {
  readonly start: number;
  readonly held: number;
}

/** What a training step does, whatever its batch. */
export interface Method {
  readonly loss: Loss;
  /** Where Huber's loss turns from a parabola into a line. */
  readonly huberDelta: number;
  readonly optimizer: Optimizer;
  /** Largest global norm of the gradient; undefined for no clipping. */
  readonly clip: number | undefined;
  /** Whether each row has a weight. */
  readonly weighted: boolean;
  /** Whether the accuracy of each batch is recorded beside its loss. */
  readonly accuracy: boolean;
}

export interface PlanOptions extends Method {
  /** Kernels that are wrong on this adapter: others of the same contract take their place. */
  readonly avoid?: ReadonlySet<string>;
  /**
   * Whether a plan stores what it would not need to: every tensor of the textbook plan, for verifying and
   * looking inside. It changes no bit of the weights.
   */
  readonly keep?: boolean;
  /** How products are cut; what suits most GPUs if left out. */
  readonly tile?: Tile;
  /** Rows of the batch. */
  readonly m: number;
  /** Rows that the tensors have room for, where other batches are larger; m if left out. */
  readonly room?: number;
  /** Most steps of one submit: rows of the schedule and of the history. */
  readonly steps: number;
  readonly data: readonly DataPart[];
}

/**
 * How a product is cut: rows and columns, both in fours, that one invocation keeps in registers, and the invocations
 * of a workgroup, a power of two.
 */
export interface Tile {
  /** Fours of rows. */
  readonly rows: number;
  /** Fours of columns. */
  readonly columns: number;
  /** Invocations. */
  readonly workgroup: number;
  /** Whether four invocations share what they load, and have four times the rows and columns: needs `subgroups`. */
  readonly quads?: boolean;
  /**
   * Parts of the batch whose gradients are summed apart, a whole number above 1, so that few sums over many rows keep
   * a wide GPU busy; the optimizer adds them. 1 if left out. For the fused plan.
   */
  readonly split?: number;
}

/** Numbers of 4 bytes in one row of the schedule: `Step` in shaders/lib/step.wgsl. */
export const STEP_WIDTH = 8;

/** Numbers from one tensor of an arena to the next: offsets of bindings are multiples of 256 bytes on every adapter. */
const ALIGNMENT = 64;

/** Where the tensors of each arena lie in it, and how long it is, in numbers of 4 bytes. */
export interface Layout {
  readonly offsets: ReadonlyMap<string, number>;
  readonly sizes: ReadonlyMap<string, number>;
}

/**
 * Lays tensors out in their arenas, matrices before vectors: all weights lie before all biases, so that a
 * kernel can tell them apart by their place.
 */
export function layoutOf(tensors: readonly Tensor[]): Layout {
  const offsets = new Map<string, number>();
  const sizes = new Map<string, number>();
  const ordered = [...tensors].sort((a, b) => b.shape.length - a.shape.length);
  for (const tensor of ordered) {
    const { name, arena } = tensor;
    if (arena === undefined) continue;
    const offset = sizes.get(arena) ?? 0;
    offsets.set(name, offset);
    sizes.set(arena, offset + Math.ceil(roomOf(tensor) / ALIGNMENT) * ALIGNMENT);
  }
  return { offsets, sizes };
}

/** Tensors of the parameters, the same in every plan: one arena, so that a pass can bind them all. */
export function parameterTensors(architecture: Architecture): Tensor[] {
  const sizes = sizesOf(architecture);
  return architecture.layers.flatMap(({ units }, l) => [
    parameter(`layer${l + 1}.w`, [sizes[l], units]),
    parameter(`layer${l + 1}.b`, [units]),
  ]);
}

const parameter = (name: string, shape: readonly number[]): Tensor => ({
  name,
  shape,
  role: 'parameter',
  type: 'f32',
  arena: 'parameters',
});

/** Tensors of what the optimizer keeps of every parameter: `layer1.w.m`, `layer1.w.v`, ... */
export function momentTensors(architecture: Architecture, optimizer: Optimizer): Tensor[] {
  return parameterTensors(architecture).flatMap((tensor) =>
    momentsOf(optimizer).map((moment) => ({
      ...tensor,
      name: `${tensor.name}.${moment}`,
      role: 'moment' as const,
      arena: moment,
    })),
  );
}

/** The arrays of the data and their numbers per row. */
export function dataWidths({ inputs, layers }: Architecture, weighted: boolean): [string, number][] {
  const outputs = layers[layers.length - 1].units;
  return [['x', inputs], ['y', outputs], ...(weighted ? [['weight', 1] as [string, number]] : [])];
}

/** Tensors of the resident data. */
export function dataTensors(
  architecture: Architecture,
  parts: readonly DataPart[],
  weighted: boolean,
): Tensor[] {
  return parts.flatMap(({ held }, i) =>
    dataWidths(architecture, weighted).map(([name, width]) => ({
      name: `data.${name}${i}`,
      shape: [held, width],
      role: 'data' as const,
      type: 'f32' as const,
    })),
  );
}

/** Numbers that a tensor takes in memory. */
export function roomOf(tensor: Tensor): number {
  const width = tensor.shape[tensor.shape.length - 1];
  return (sizeOf(tensor) / width) * (tensor.stride ?? width);
}

/** What a tensor holds, without the padding of its rows. */
export function withoutPadding<T extends Float32Array | Uint32Array>(
  values: T,
  { shape, stride }: Tensor,
): T {
  const width = shape[shape.length - 1];
  if (stride === undefined || stride === width) return values;
  const held = values.slice(0, (values.length / stride) * width) as T;
  for (let row = 0; row * stride < values.length; row++)
    held.set(values.subarray(row * stride, row * stride + width), row * width);
  return held;
}

/** Numbers in a tensor. */
export function sizeOf({ shape }: Tensor): number {
  return shape.reduce((product, size) => product * size, 1);
}
