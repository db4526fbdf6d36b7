import { applyPreprocessing } from '../../../src/data/preprocess.ts';
import { unstandardize } from '../../../src/data/standardize.ts';
import type { ModelFile } from '../../../src/formats/model.ts';
import type { Activation } from '../../../src/network/layers.ts';
import { CpuNetwork } from '../../../src/session/cpuNetwork.ts';

/** What a model says of raw features [rows, inputs], as the command `predict` does it. */
export async function predict(model: ModelFile, x: Float32Array): Promise<ArrayLike<number>> {
  const { inputs, layers } = model.network;
  const network = await CpuNetwork.create({
    inputs,
    layers: layers.map(({ units, activation }) => ({ units, activation: activation as Activation })),
  });
  network.setParameters(model.parameters);
  const outputs = await network.predict(applyPreprocessing(x, model.preprocessing));
  return unstandardize(outputs, model.preprocessing.targetStandardization);
}
