import { type Standardization, unstandardize } from '../data/standardize.ts';
import type { Evaluation } from '../network/evaluator.ts';
import type { Method } from '../network/plan.ts';
import type { Examples } from '../network/residentData.ts';
import { type Metrics, kindOf, mean, score } from './metrics.ts';

/** What of a method a judge needs. */
export type Judged = Pick<Method, 'loss' | 'huberDelta' | 'accuracy'> & {
  /** What was done to the targets of a regression, and is undone before they are compared. */
  readonly targets?: Standardization;
};

/** The forward pass over some rows; `Evaluator` on the GPU, `CpuEvaluator` without one. */
export interface Forward {
  run(rows: Pick<Examples, 'x'> & Partial<Pick<Examples, 'y'>>): Promise<Evaluation>;
  dispose(): void;
}

/** Judges a network on one set of examples, as often as wanted. */
export class Judge {
  /** @param forward computes the loss of each row too; disposed of with the judge */
  constructor(
    private readonly examples: Examples,
    private readonly forward: Forward,
    private readonly method: Judged,
  ) {}

  async run(): Promise<Metrics> {
    const { outputs, losses } = await this.forward.run(this.examples);
    const { rows, y } = this.examples;
    const undone = (t: Float32Array) => unstandardize(t, this.method.targets);
    return {
      loss: mean(losses),
      ...score(undone(outputs), { rows, y: undone(y) }, kindOf(this.examples, this.method)),
    };
  }

  dispose(): void {
    this.forward.dispose();
  }
}
