import type { Gpu } from '../gpu/gpu.ts';
import { arraysOf } from './examples.ts';
import type { Architecture } from './layers.ts';
import { type DataPart, dataTensors, dataWidths } from './plan.ts';
import { Tensors } from './tensors.ts';

/** What training needs to know of data: rows of features and of targets, row-major. */
export interface Examples {
  /** How many examples there are. */
  readonly rows: number;
  /** [rows, inputs] */
  readonly x: Float32Array;
  /** [rows, outputs] */
  readonly y: Float32Array;
  /** How much each row counts, [rows]; 1 if left out. */
  readonly weight?: Float32Array;
}

/** A data set on the GPU, uploaded once; in several buffers where one would exceed the adapter's limit. */
export class ResidentData {
  readonly parts: readonly DataPart[];
  readonly tensors: Tensors;

  /** @throws ShapeError if x, y or the weights do not fit the network, GpuUnavailableError if a single row is too large */
  constructor(
    gpu: Gpu,
    readonly architecture: Architecture,
    examples: Examples,
  ) {
    const { rows, weight } = examples;
    const arrays = arraysOf(architecture, examples);
    const most = Math.min(gpu.limits.maxBufferSize, gpu.limits.maxStorageBufferBindingSize);
    const widest = Math.max(...arrays.map(({ width }) => width));
    const held = Math.max(1, Math.min(rows, Math.floor(most / (4 * widest))));
    this.parts = Array.from({ length: Math.ceil(rows / held) }, (_, i) => ({
      start: i * held,
      held: Math.min(held, rows - i * held),
    }));
    this.tensors = new Tensors(gpu, dataTensors(architecture, this.parts, weight !== undefined));
    this.parts.forEach(({ start, held }, i) => {
      for (const { name, width, values } of arrays) {
        const part = values.subarray(start * width, (start + held) * width);
        gpu.write(this.tensors.get(`data.${name}${i}`), part);
      }
    });
  }

  /** The content of the tensors, from the examples that were uploaded: it need not be read back. */
  contentOf(examples: Examples): Map<string, Float32Array | Uint32Array> {
    const content = new Map<string, Float32Array | Uint32Array>();
    const widths = dataWidths(this.architecture, examples.weight !== undefined);
    this.parts.forEach(({ start, held }, i) => {
      for (const [name, width] of widths) {
        const values = examples[name as 'x' | 'y' | 'weight']!;
        content.set(`data.${name}${i}`, values.subarray(start * width, (start + held) * width));
      }
    });
    return content;
  }

  get rows(): number {
    return this.parts.reduce((sum, { held }) => sum + held, 0);
  }

  dispose(): void {
    this.tensors.dispose();
  }
}
