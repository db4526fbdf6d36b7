import { ShapeError } from '../errors.ts';
import type { Gpu } from '../gpu/gpu.ts';
import type { Architecture } from './layers.ts';
import { type DataPart, dataTensors } from './plan.ts';
import { Tensors } from './tensors.ts';

/** What training needs to know of data: rows of features and of targets, row-major. */
export interface Examples {
  readonly rows: number;
  /** [rows, inputs] */
  readonly x: Float32Array;
  /** [rows, outputs] */
  readonly y: Float32Array;
}

/** A data set on the GPU, uploaded once; in several buffers where one would exceed the adapter's limit. */
export class ResidentData {
  readonly parts: readonly DataPart[];
  readonly tensors: Tensors;

  /** @throws ShapeError if x or y do not fit the network, GpuUnavailableError if a single row is too large */
  constructor(
    gpu: Gpu,
    readonly architecture: Architecture,
    { rows, x, y }: Examples,
  ) {
    const widths = { x: architecture.inputs, y: architecture.layers[architecture.layers.length - 1].units };
    for (const [name, values] of Object.entries({ x, y }) as ['x' | 'y', Float32Array][]) {
      if (values.length !== rows * widths[name]) {
        throw new ShapeError(
          `${name} has ${values.length} numbers, but ${rows} rows of ${widths[name]} ${name === 'x' ? 'inputs' : 'outputs'} need ${rows * widths[name]}`,
        );
      }
    }
    const most = Math.min(gpu.limits.maxBufferSize, gpu.limits.maxStorageBufferBindingSize);
    const held = Math.max(1, Math.min(rows, Math.floor(most / (4 * Math.max(widths.x, widths.y)))));
    this.parts = Array.from({ length: Math.ceil(rows / held) }, (_, i) => ({
      start: i * held,
      held: Math.min(held, rows - i * held),
    }));
    this.tensors = new Tensors(gpu, dataTensors(architecture, this.parts));
    this.parts.forEach(({ start, held }, i) => {
      gpu.write(this.tensors.get(`data.x${i}`), x.subarray(start * widths.x, (start + held) * widths.x));
      gpu.write(this.tensors.get(`data.y${i}`), y.subarray(start * widths.y, (start + held) * widths.y));
    });
  }

  get rows(): number {
    return this.parts.reduce((sum, { held }) => sum + held, 0);
  }

  dispose(): void {
    this.tensors.dispose();
  }
}
