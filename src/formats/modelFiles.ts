import { DataError } from '../errors.ts';
import type { ModelFile } from './model.ts';
import type { ReadOptions } from './readModel.ts';

/** One file of a model: what stands behind the name that was chosen, and its content. */
export interface ModelPart {
  /** Empty for a format of one file; `/model.json` in a folder of that name. */
  readonly suffix: string;
  /** Text, or bytes. */
  readonly content: string | Uint8Array;
}

interface Format {
  readonly endings: readonly string[];
  write(model: ModelFile): Promise<readonly ModelPart[]>;
}

const one = (content: string | Uint8Array): ModelPart[] => [{ suffix: '', content }];

/** The formats that a model can be written in, by the ending of its name; their code is loaded when it is wanted. */
export const MODEL_FORMATS = {
  safetensors: {
    endings: ['.safetensors'],
    write: async (model) => one((await import('./model.ts')).writeModel(model)),
  },
  onnx: {
    endings: ['.onnx'],
    write: async (model) => one((await import('./onnx/writeOnnx.ts')).writeOnnx(model)),
  },
  json: {
    endings: ['.json'],
    write: async (model) => one((await import('./jsonModel.ts')).writeJsonModel(model)),
  },
  script: {
    endings: ['.js', '.mjs'],
    write: async (model) => one((await import('./script.ts')).writeScript(model)),
  },
  typescript: {
    endings: ['.ts'],
    write: async (model) => one((await import('./script.ts')).writeScript(model, { types: true })),
  },
  tfjs: {
    endings: ['.tfjs'],
    write: async (model) =>
      Object.entries((await import('./tfjs.ts')).writeTfjs(model)).map(([name, content]) => ({
        suffix: `/${name}`,
        content,
      })),
  },
} as const satisfies Record<string, Format>;

export type ModelFormat = keyof typeof MODEL_FORMATS;

const ENDINGS = Object.values(MODEL_FORMATS).flatMap(({ endings }) => [...endings]);

/** The format that a name says; undefined if it says none. */
function formatOf(file: string): ModelFormat | undefined {
  const found = Object.entries(MODEL_FORMATS).find(([, { endings }]) =>
    endings.some((ending) => file.toLowerCase().endsWith(ending)),
  );
  return found?.[0] as ModelFormat | undefined;
}

/** The format that a name asks for. @throws DataError listing the endings that there are */
export function modelFormat(file: string): ModelFormat {
  const format = formatOf(file);
  if (!format)
    throw new DataError(
      `'${file}' says no format of a model; give a name that ends in ${ENDINGS.join(', ')}`,
      { file },
    );
  return format;
}

/** Whether a name is that of a model in a folder. */
export const isModelFolder = (file: string): boolean => formatOf(file) === 'tfjs';

/** A model in the format that its name asks for. @throws DataError as `modelFormat`, and where a format cannot hold it */
export function writeModelFiles(model: ModelFile, file: string): Promise<readonly ModelPart[]> {
  return MODEL_FORMATS[modelFormat(file)].write(model);
}

/**
 * Reads a model of any format but scripts, which are run and not read: safetensors, ONNX, JSON, and TensorFlow.js
 * layers (`NAME.tfjs` or its `model.json`).
 * @param file its name, which says the format; safetensors if it says none
 * @param read gives the bytes of a file: of `file` itself, or of one that lies beside `model.json`
 * @param options activations of a safetensors file with weights alone
 * @throws DataError naming file and place for what is no model, damaged, or has what Katman does not have
 */
export async function readModelFiles(
  file: string,
  read: (beside?: string) => Promise<Uint8Array>,
  options: ReadOptions = {},
): Promise<ModelFile> {
  const format = formatOf(file) ?? 'safetensors';
  if (format === 'script' || format === 'typescript')
    throw new DataError(
      `'${file}' is a program that predicts by itself; keep the model as .safetensors or .json, too`,
      {
        file,
      },
    );
  if (format === 'safetensors')
    return (await import('./readModel.ts')).readModel(await read(), file, options);
  if (options.activations) throw (await import('./readModel.ts')).knowsItself(file);
  if (format === 'onnx') return (await import('./onnx/readOnnx.ts')).readOnnx(await read(), file);
  const isFolder = format === 'tfjs';
  const bytes = await read(isFolder ? 'model.json' : undefined);
  const text = new TextDecoder().decode(bytes);
  if (!isFolder && !/"(modelTopology|weightsManifest)"/.test(text))
    return (await import('./jsonModel.ts')).readJsonModel(text, file);
  const { readTfjs } = await import('./tfjsRead.ts');
  return readTfjs(text, (name) => read(name), isFolder ? `${file}/model.json` : file);
}
