import { DataError } from '../../errors.ts';
import { foreignModel } from '../foreign.ts';
import { type ModelFile, tensorShapes } from '../model.ts';
import { OWN_FORMAT, readModel } from '../readModel.ts';
import { writeSafetensors } from '../safetensors.ts';
import { chainOf } from './chain.ts';
import { Graph } from './graph.ts';
import { MODEL, type ModelMessage } from './messages.ts';
import { type DenseNetwork, networkOf } from './network.ts';
import { inFloats } from './scaling.ts';
import { decode } from './wire.ts';

/** Since then Gemm and the operations by elements broadcast as they do today. */
const FIRST_OPSET = 7;

/**
 * Reads a dense network from an ONNX file: one that `writeOnnx` wrote with all that it was given, one of another
 * program with the names of `foreignModel`.
 * @param file the name of the file, for messages
 * @throws DataError naming file and place: if it is cut off, damaged or no ONNX; for operations and activations
 * that Katman does not have, a graph that branches, weights of other shapes, in other files or not finite; and for
 * metadata that says something else than the graph does
 */
export function readOnnx(bytes: Uint8Array, file: string): ModelFile {
  const message = decode(MODEL, bytes, file);
  checkOpset(message, file);
  const graph = new Graph(message.graph!, file);
  const network = networkOf(chainOf(graph), graph);
  const metadata = metadataOf(message, file);
  return metadata.format?.startsWith(OWN_FORMAT)
    ? ownModel(network, metadata, file)
    : theirModel(network, graph);
}

function checkOpset({ graph, opsetImport }: ModelMessage, file: string): void {
  const refuse = (problem: string) => new DataError(`'${file}' ${problem}`, { file });
  if (!graph) throw refuse('has no graph, so it is cut off or no ONNX file; save or fetch it again');
  const version = opsetImport.find(({ domain }) => !domain || domain === 'ai.onnx')?.version;
  if (version === undefined)
    throw refuse(
      'does not say which operations it is written in, so it is cut off or damaged; save it again',
    );
  if (version < FIRST_OPSET)
    throw refuse(
      `is written in operations of opset ${version}, and Katman reads ${FIRST_OPSET} and later; export it anew`,
    );
}

function metadataOf({ metadataProps }: ModelMessage, file: string): Record<string, string> {
  const names = metadataProps.map(({ key }) => key ?? '');
  const once = new Set<string>();
  const twice = names.find((name) => once.size === once.add(name).size);
  if (twice !== undefined)
    throw new DataError(`'${file}' has the metadata '${twice}' twice; save or fetch the file again`, {
      file,
      column: twice,
    });
  return Object.fromEntries(metadataProps.map(({ key = '', value = '' }) => [key, value]));
}

/** A model of Katman: its metadata are those of its safetensors, and are read as there. */
function ownModel(network: DenseNetwork, metadata: Record<string, string>, file: string): ModelFile {
  const data = network.parameters.flatMap(({ w, b }) => [w, b]);
  const tensors = tensorShapes(network).map((tensor, i) => ({ ...tensor, data: data[i] }));
  const model = readModel(writeSafetensors(tensors, metadata), file);
  const { fill, standardization, targetStandardization } = inFloats(model.preprocessing);
  const checks: [string, boolean][] = [
    [
      'network',
      model.network.layers.every(({ activation }, l) => activation === network.layers[l].activation),
    ],
    ['fill', same(fill, network.fill)],
    ['standardization', sameScaling(standardization, network.standardization)],
    ['targetStandardization', sameScaling(targetStandardization, network.targetStandardization)],
  ];
  const wrong = checks.find(([, agrees]) => !agrees);
  if (wrong) {
    throw new DataError(
      `The field '${wrong[0]}' in the metadata of '${file}' says something else than its graph does, so one of them was changed; save the model again`,
      { file, column: wrong[0] },
    );
  }
  return model;
}

function same(a: ArrayLike<number> | undefined, b: ArrayLike<number> | undefined): boolean {
  if (!a || !b) return a === b;
  return a.length === b.length && Array.prototype.every.call(a, (value, i) => value === b[i]);
}

function sameScaling(a: DenseNetwork['standardization'], b: DenseNetwork['standardization']): boolean {
  return same(a?.mean, b?.mean) && same(a?.std, b?.std);
}

function theirModel(network: DenseNetwork, graph: Graph): ModelFile {
  if (network.targetStandardization && network.layers.at(-1)!.activation === 'softmax')
    throw graph.refuse(
      'scales the outputs of a softmax, which are probabilities; give a network without that',
    );
  return foreignModel(network);
}
