import { Evaluator } from '../network/evaluator.ts';
import type { Loss } from '../network/layers.ts';
import type { Model } from '../network/model.ts';
import type { Examples } from '../network/resident.ts';
import { type Metrics, kindOf, mean, score } from './metrics.ts';

/** Judges a model on one set of examples, as often as wanted. */
export class Judge {
  private constructor(
    private readonly examples: Examples,
    private readonly evaluator: Evaluator,
    private readonly options: { loss: Loss; accuracy: boolean },
  ) {}

  static async create(
    model: Model,
    examples: Examples,
    options: { loss: Loss; accuracy: boolean },
  ): Promise<Judge> {
    return new Judge(examples, await Evaluator.create(model, examples.rows, options.loss), options);
  }

  async run(): Promise<Metrics> {
    const { outputs, losses } = await this.evaluator.run(this.examples);
    return { loss: mean(losses), ...score(outputs, this.examples, kindOf(this.examples, this.options)) };
  }

  dispose(): void {
    this.evaluator.dispose();
  }
}
