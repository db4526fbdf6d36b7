import { ShapeError } from '../errors.ts';
import type { Program } from '../gpu/program.ts';
import { Readback } from '../gpu/readback.ts';
import { type Judge, forwardProgram, forwardTensors } from './forwardPass.ts';
import type { Model } from './model.ts';
import type { Examples } from './residentData.ts';
import type { Tensors } from './tensors.ts';

/** Rows that go through the network at a time. */
const CHUNK = 1024;

/** What the network says to some rows: its outputs [rows, outputs], and each row's loss where targets were given. */
export interface Evaluation {
  readonly outputs: Float32Array;
  readonly losses: Float32Array;
}

/** The forward pass over any number of rows, a chunk at a time, in buffers made once. */
export class Evaluator {
  private constructor(
    private readonly model: Model,
    private readonly rows: number,
    private readonly tensors: Tensors,
    private readonly programs: ReadonlyMap<number, Program>,
    private readonly readback: Readback,
  ) {}

  /**
   * @param rows rows of every later `run`
   * @param judge computes the loss of each row too
   */
  static async create(model: Model, rows: number, judge?: Judge): Promise<Evaluator> {
    const { gpu, architecture } = model;
    const chunk = Math.min(rows, CHUNK);
    const tensors = forwardTensors(model, 'evaluate', chunk, judge);
    const programs = new Map<number, Program>();
    for (const m of new Set([chunk, rows % chunk || chunk]))
      programs.set(m, await forwardProgram(model, 'evaluate', m, tensors, judge));
    const outputs = architecture.layers[architecture.layers.length - 1].units;
    return new Evaluator(
      model,
      rows,
      tensors,
      programs,
      new Readback(gpu, 'evaluate', 4 * rows * (outputs + 1)),
    );
  }

  /** @throws ShapeError if x has not the rows this evaluator was made for */
  async run({ x, y }: Pick<Examples, 'x'> & Partial<Pick<Examples, 'y'>>): Promise<Evaluation> {
    const { gpu, architecture } = this.model;
    const { inputs, layers } = architecture;
    const outputs = layers[layers.length - 1].units;
    if (x.length !== this.rows * inputs) {
      throw new ShapeError(
        `x has ${x.length} numbers, but ${this.rows} rows of ${inputs} inputs need ${this.rows * inputs}`,
      );
    }
    for (let start = 0; start < this.rows; start += CHUNK) {
      const m = Math.min(CHUNK, this.rows - start);
      gpu.write(this.tensors.get('x'), x.subarray(start * inputs, (start + m) * inputs));
      if (y) gpu.write(this.tensors.get('y'), y.subarray(start * outputs, (start + m) * outputs));
      gpu.submit('evaluate', (encoder) => {
        const pass = encoder.beginComputePass({ label: 'evaluate' });
        this.programs.get(m)!.encode(pass);
        pass.end();
        const copy = (name: string, width: number, offset: number) =>
          this.readback.copyFrom(
            encoder,
            this.tensors.get(name),
            4 * m * width,
            0,
            4 * (offset + start * width),
          );
        copy(`layer${layers.length}.a`, outputs, 0);
        if (y) copy('losses', 1, this.rows * outputs);
      });
    }
    const all = new Float32Array(await this.readback.read());
    return { outputs: all.slice(0, this.rows * outputs), losses: all.slice(this.rows * outputs) };
  }

  dispose(): void {
    this.tensors.dispose();
    for (const program of this.programs.values()) program.dispose();
    this.readback.dispose();
  }
}
