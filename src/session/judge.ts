import { type Standardization, unstandardize } from '../data/standardize.ts';
import { Evaluator } from '../network/evaluator.ts';
import type { Model } from '../network/model.ts';
import type { Method } from '../network/plan.ts';
import type { Examples } from '../network/residentData.ts';
import { type Metrics, kindOf, mean, score } from './metrics.ts';

/** What of a method a judge needs. */
export type Judged = Pick<Method, 'loss' | 'huberDelta' | 'accuracy'> & {
  /** What was done to the targets of a regression, and is undone before they are compared. */
  readonly targets?: Standardization;
};

/** Judges a model on one set of examples, as often as wanted. */
export class Judge {
  private constructor(
    private readonly examples: Examples,
    private readonly evaluator: Evaluator,
    private readonly method: Judged,
  ) {}

  static async create(model: Model, examples: Examples, method: Judged): Promise<Judge> {
    return new Judge(examples, await Evaluator.create(model, examples.rows, method), method);
  }

  async run(): Promise<Metrics> {
    const { outputs, losses } = await this.evaluator.run(this.examples);
    const { rows, y } = this.examples;
    const undone = (t: Float32Array) => unstandardize(t, this.method.targets);
    return {
      loss: mean(losses),
      ...score(undone(outputs), { rows, y: undone(y) }, kindOf(this.examples, this.method)),
    };
  }

  dispose(): void {
    this.evaluator.dispose();
  }
}
