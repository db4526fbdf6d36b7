import { ShapeError } from '../errors.ts';
import type { Evaluation } from '../network/evaluator.ts';
import { lossFactors, parameterCount } from '../network/layers.ts';
import type { Method } from '../network/plan.ts';
import type { Examples } from '../network/residentData.ts';
import { forward } from './forward.ts';
import { lossOfRow } from './loss.ts';
import type { CpuModel } from './model.ts';
import { Turns } from './turns.ts';

/** Products of two numbers that one chunk of rows takes, some milliseconds; and its rows, at least and at most. */
const OPERATIONS = 4e6;
const FEWEST = 8;
const MOST = 256;

/** The forward pass over any number of rows, a chunk at a time; others have turns in between. */
export class CpuEvaluator {
  /**
   * @param rows rows of every later `run`
   * @param judge computes the loss of each row too
   */
  constructor(
    private readonly model: CpuModel,
    private readonly rows: number,
    private readonly judge?: Pick<Method, 'loss' | 'huberDelta'>,
  ) {}

  /** Asks the network as it is now, whatever is made of it meanwhile. @throws ShapeError if x or y have other rows */
  async run({ x, y }: Pick<Examples, 'x'> & Partial<Pick<Examples, 'y'>>): Promise<Evaluation> {
    const { architecture } = this.model;
    const { layers, inputs } = architecture;
    const { rows, judge } = this;
    const n = layers[layers.length - 1].units;
    this.#check('x', x, 'inputs', inputs);
    if (y) this.#check('y', y, 'outputs', n);
    const parameters = await this.model.read();
    const chunk = Math.min(MOST, Math.max(FEWEST, Math.floor(OPERATIONS / parameterCount(architecture))));
    const outputs = new Float32Array(rows * n);
    const losses = new Float32Array(judge && y ? rows : 0);
    const turns = new Turns();
    for (let start = 0; start < rows; start += chunk) {
      const m = Math.min(chunk, rows - start);
      const made = forward(architecture, parameters, x.subarray(start * inputs, (start + m) * inputs));
      const { z, a } = made[made.length - 1];
      outputs.set(a, start * n);
      if (judge && y) {
        const { share } = lossFactors(judge.loss, m, n);
        const input = { ...judge, n, z, a, y: y.subarray(start * n, (start + m) * n) };
        for (let row = 0; row < m; row++) losses[start + row] = share * lossOfRow(input, row);
      }
      if (turns.isDue) await turns.give();
    }
    return { outputs, losses };
  }

  /** Nothing is held but memory. */
  dispose(): void {}

  #check(name: string, { length }: Float32Array, what: string, width: number): void {
    const needed = this.rows * width;
    if (length !== needed)
      throw new ShapeError(
        `${name} has ${length} numbers, but ${this.rows} rows of ${width} ${what} need ${needed}`,
      );
  }
}
