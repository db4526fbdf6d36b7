import { ShapeError } from '../../errors.ts';
import type { Buffer } from '../../gpu/gpu.ts';
import type { Program } from '../../gpu/program.ts';
import { forwardProgram, forwardTensors } from '../../network/forwardPass.ts';
import type { Model } from '../../network/model.ts';
import type { Tensors } from '../../network/tensors.ts';

/**
 * The outputs of every layer at the same points, again and again as the network learns. They stay on the GPU, and
 * a pass makes nothing new.
 */
export class ForwardGrid {
  /** The outputs [rows, units] of each layer, row-major; layer 0 are the inputs. */
  readonly buffers: readonly Buffer[];

  private constructor(
    private readonly model: Model,
    private readonly tensors: Tensors,
    private readonly program: Program,
  ) {
    this.buffers = [
      tensors.get('x'),
      ...model.architecture.layers.map((_, l) => tensors.get(`layer${l + 1}.a`)),
    ];
  }

  /** @throws GpuUnavailableError if a layer's outputs are more than a buffer of the adapter holds */
  static async create(model: Model, rows: number): Promise<ForwardGrid> {
    const tensors = forwardTensors(model, 'draw', rows);
    try {
      return new ForwardGrid(model, tensors, await forwardProgram(model, 'draw', rows, tensors));
    } catch (error) {
      tensors.dispose();
      throw error;
    }
  }

  /** @param x [rows, inputs] @throws ShapeError if x has another size */
  setInputs(x: Float32Array): void {
    const [inputs] = this.buffers;
    if (4 * x.length !== inputs.bytes)
      throw new ShapeError(`x has ${x.length} numbers, but this grid takes ${inputs.bytes / 4}`);
    this.model.gpu.write(inputs, x);
  }

  /** Encodes the forward pass with the model's parameters of the moment; dropout is off. */
  encode(encoder: GPUCommandEncoder): void {
    const pass = encoder.beginComputePass({ label: 'draw' });
    this.program.encode(pass);
    pass.end();
  }

  dispose(): void {
    this.tensors.dispose();
    this.program.dispose();
  }
}
