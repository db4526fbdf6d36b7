import type { Taken } from '../cpu/trainer.ts';
import type { Model } from '../network/model.ts';
import type { Optimizer } from '../network/optimizer.ts';
import type { Home } from './runner.ts';

/** A network on a GPU, whose steps the CPU makes for a while. */
export class GpuHome implements Home {
  constructor(private readonly model: Model) {}

  get architecture() {
    return this.model.architecture;
  }

  get steps(): number {
    return this.model.steps;
  }

  set steps(steps: number) {
    this.model.steps = steps;
  }

  async take(optimizer: Optimizer): Promise<Taken> {
    const { tensors, steps } = this.model.moments(optimizer);
    const moments = await this.model.contents(tensors.buffers);
    return { parameters: await this.model.read(), moments, steps };
  }

  give(optimizer: Optimizer, { parameters, moments, steps }: Taken): void {
    const { gpu } = this.model;
    this.model.write(parameters);
    const kept = this.model.moments(optimizer);
    for (const [name, buffer] of kept.tensors.buffers) gpu.write(buffer, moments.get(name)!);
    kept.steps = kept.sent = steps;
  }
}
