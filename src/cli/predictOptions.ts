import { Command, Option } from 'commander';
import { MISSING, type Missing } from '../data/missing.ts';
import { fileName } from './optionParsers.ts';
import { ACTIVATIONS } from '../names.ts';
import { type TargetOptions, targetChoices } from './targets/index.ts';

/** The options of every command that uses a saved model. */
export interface ModelOptions extends TargetOptions {
  model: string;
  data: string;
  missing?: Missing;
  activation?: string;
  outputActivation?: string;
}

export interface PredictOptions extends ModelOptions {
  out: string;
}

export interface EvaluateOptions extends ModelOptions {
  label?: string[];
  split?: string;
  json?: string;
}

/** The command line of `katman predict`; `act` gets the options. */
export function predictOptions(act: (options: PredictOptions) => Promise<void>): Command {
  return modelCommand('predict', 'apply a saved model to the rows of a file')
    .requiredOption('--out <file>', 'write the predictions as CSV; - for stdout', fileName)
    .action(act);
}

/** The command line of `katman evaluate`; `act` gets the options. */
export function evaluateOptions(act: (options: EvaluateOptions) => Promise<void>): Command {
  return modelCommand('evaluate', 'say how good a saved model is on data whose labels are known')
    .option(
      '--label <columns>',
      'label column, by name or index from 0; several with commas (default: the names that the model predicts)',
      (text) => text.split(',').map((name) => name.trim()),
    )
    .option('--split <file>', 'JSON array of the rows to take, from 0 (default: all)', fileName)
    .option('--json <file>', 'write the metrics as JSON; - for stdout', fileName)
    .action(act);
}

function modelCommand(name: string, description: string): Command {
  const command = new Command(name)
    .description(description)
    .requiredOption(
      '--model <file>',
      'a model: .safetensors, .onnx, .json or .tfjs, by train --save or another program',
      fileName,
    )
    .requiredOption('--data <name|file|folder>', 'a built-in set, a CSV file or a folder with IDX files')
    .addOption(
      new Option(
        '--missing <how>',
        'missing values of a CSV file: an error, without their rows, or as the model learnt (default: impute, if it learnt that)',
      ).choices(MISSING),
    )
    .addOption(
      new Option(
        '--activation <name>',
        'activation of the hidden layers, for a .safetensors of another program, which holds weights alone',
      ).choices(ACTIVATIONS),
    )
    .addOption(
      new Option('--output-activation <name>', 'activation of its output layer').choices(ACTIVATIONS),
    );
  for (const choice of targetChoices()) command.addOption(choice);
  return command;
}
