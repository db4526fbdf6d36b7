import { loadBuiltin } from '../../../src/data/builtin.ts';
import type { Dataset } from '../../../src/data/dataset.ts';
import { applyPreprocessing, fitPreprocessing, preprocess } from '../../../src/data/preprocess.ts';
import { unstandardize } from '../../../src/data/standardize.ts';
import type { ModelFile } from '../../../src/formats/model.ts';
import { type Activation, type Architecture, dense, defaultLoss } from '../../../src/network/layers.ts';
import { adam } from '../../../src/network/optimizer.ts';
import { CpuNetwork } from '../../../src/session/cpuNetwork.ts';

export interface TrainedModel {
  readonly model: ModelFile;
  /** The data as it comes, all rows. */
  readonly data: Dataset;
  /** What Katman predicts for all rows, [rows, units of the last layer], in the unit of the targets. */
  readonly predictions: Float32Array | Float64Array;
}

export interface TrainingChoice {
  readonly activation: Activation;
  /** By default the one that belongs to the data. */
  readonly output?: Activation;
  readonly standardize?: boolean;
  readonly hidden?: readonly number[];
  readonly epochs?: number;
}

/** A small network trained on a built-in data set, as the command line would save it. */
export async function trainOn(name: string, choice: TrainingChoice): Promise<TrainedModel> {
  return train((await loadBuiltin(name)).data, choice);
}

/** A small network trained on these rows. */
export async function train(
  data: Dataset,
  { activation, output, standardize = true, hidden = [8, 5], epochs = 3 }: TrainingChoice,
): Promise<TrainedModel> {
  const preprocessing = fitPreprocessing(data, {
    impute: data.x.some(Number.isNaN),
    standardize,
    standardizeTargets: true,
  });
  const last = output ?? (!data.classes ? 'identity' : data.outputs === 1 ? 'sigmoid' : 'softmax');
  const architecture: Architecture = {
    inputs: data.features.length,
    layers: [...hidden.map((units) => dense(units, activation)), dense(data.outputs, last)],
  };
  const network = await CpuNetwork.create({ ...architecture, init: { seed: 2 } });
  const loss = defaultLoss(architecture);
  await network.fit(preprocess(data, preprocessing), {
    loss,
    epochs,
    batchSize: 16,
    optimizer: adam({ learningRate: 0.01 }),
  });
  const { columns, fill, standardization, targetStandardization } = preprocessing;
  const model: ModelFile = {
    network: { ...architecture, loss },
    parameters: await network.parameters(),
    preprocessing: { columns, fill, standardization, targetStandardization },
    targets: data.targets,
    classes: data.classes,
    metrics: { train: await network.evaluate(preprocess(data, preprocessing), { loss }) },
  };
  return { model, data, predictions: await predictWith(model, data.x) };
}

/** What Katman says to rows as they come, as `katman predict` does it, on the CPU. */
export async function predictWith(model: ModelFile, x: Float32Array): Promise<Float32Array | Float64Array> {
  const network = await CpuNetwork.create(model.network as Architecture);
  network.setParameters(model.parameters);
  const answer = await network.predict(applyPreprocessing(x, model.preprocessing));
  return unstandardize(answer, model.preprocessing.targetStandardization);
}
