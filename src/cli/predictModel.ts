import path from 'node:path';
import { DataError, UsageError } from '../errors.ts';
import type { ModelFile } from '../formats/model.ts';
import type { Missing } from '../data/missing.ts';
import { isModelFolder, readModelFiles } from '../formats/modelFiles.ts';
import { type Architecture, type Loss, checkArchitecture, checkLoss } from '../network/layers.ts';
import { readInput } from './input.ts';
import type { ModelOptions } from './predictOptions.ts';

/** A model from a file, with a network that can be run. */
export interface LoadedModel extends Omit<ModelFile, 'network'> {
  readonly architecture: Architecture;
  readonly loss: Loss;
  readonly huberDelta: number | undefined;
}

/**
 * Reads a model that `katman train --save` wrote, or another program, in any format of `readModelFiles`.
 * @throws DataError naming file and field for one that cannot be read, is damaged or cannot be run
 */
export async function loadModel(options: ModelOptions): Promise<LoadedModel> {
  const { model: file } = options;
  const folder = isModelFolder(file) ? file : path.dirname(file);
  const { network, ...rest } = await readModelFiles(
    path.basename(file),
    (beside) =>
      readInput({
        file: beside === undefined ? file : path.join(folder, beside),
        what: 'The model',
        advice: 'give a file that train --save wrote',
      }),
    { activations: activationsOf(options) },
  );
  const { inputs, layers, loss } = network;
  const architecture = { inputs, layers };
  try {
    checkArchitecture(architecture);
    checkLoss(architecture, loss);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new DataError(`The field 'network' of '${path.basename(file)}' cannot be run: ${error.message}`, {
      file,
      column: 'network',
    });
  }
  return { ...rest, architecture, loss, huberDelta: network.huberDelta };
}

/** What the options tell of a file that holds weights alone. @throws UsageError if they tell half of it */
function activationsOf({ activation, outputActivation }: ModelOptions): string[] | undefined {
  if (activation && !outputActivation)
    throw new UsageError('--activation is that of the hidden layers; give --output-activation, too');
  if (!outputActivation) return undefined;
  return activation ? [activation, outputActivation] : [outputActivation];
}

/**
 * What becomes of missing values: as told, or else what the model has learnt.
 * @throws UsageError if it is to impute and has not learnt what
 */
export function missingFor({ preprocessing: { fill } }: LoadedModel, told: Missing | undefined): Missing {
  if (told === 'impute' && !fill)
    throw new UsageError(
      'The model has learnt nothing to impute: train it with --missing impute, or take --missing drop',
    );
  return told ?? (fill ? 'impute' : 'refuse');
}
