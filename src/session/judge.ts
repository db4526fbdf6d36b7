import { Evaluator } from '../network/evaluator.ts';
import type { Model } from '../network/model.ts';
import type { Method } from '../network/plan.ts';
import type { Examples } from '../network/residentData.ts';
import { type Metrics, kindOf, mean, score } from './metrics.ts';

/** What of a method a judge needs. */
export type Judged = Pick<Method, 'loss' | 'huberDelta' | 'accuracy'>;

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
    return { loss: mean(losses), ...score(outputs, this.examples, kindOf(this.examples, this.method)) };
  }

  dispose(): void {
    this.evaluator.dispose();
  }
}
