import { datasets } from '../../data/generators.ts';
import type { Gpu } from '../../gpu/gpu.ts';
import { dense } from '../../network/layers.ts';
import { Model } from '../../network/model.ts';
import { sgd } from '../../network/optimizer.ts';
import { type StepLook, lookAtStep } from '../../session/lookAtStep.ts';

/** Examples of the step that is made by hand: few enough to be read. */
const EXAMPLES = 4;

/** One step of a network of 2, 3 and 1 units with four points of the flower. */
export async function stepByHand(gpu: Gpu): Promise<StepLook> {
  const { x, y } = datasets.flower({ examples: EXAMPLES, noise: 0 });
  const model = new Model(
    gpu,
    { inputs: 2, layers: [dense(3, 'tanh'), dense(1, 'sigmoid')] },
    { kind: 'normal', scale: 0.5, seed: 1 },
  );
  try {
    const options = { optimizer: sgd({ learningRate: 1.2 }), batchSize: EXAMPLES, shuffle: false };
    return await lookAtStep(model, { rows: EXAMPLES, x, y }, options);
  } finally {
    model.dispose();
  }
}
