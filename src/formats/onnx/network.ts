import type { ForeignNetwork } from '../foreign.ts';
import type { ModelLayer } from '../model.ts';
import type { Step } from './chain.ts';
import type { Graph } from './graph.ts';
import type { Numbers } from './tensors.ts';

/** y = (x - mean) / std, column by column. */
export interface Scaling {
  readonly mean: Float64Array;
  readonly std: Float64Array;
}

/** What a graph does, in the terms of a model file. */
export type DenseNetwork = ForeignNetwork;

/** More would be no standardisation, and might take long. */
const MOST_AFFINE = 8;

/**
 * The network that steps are: imputation, standardisation, layers of weights and an activation, and the targets' unit.
 * @throws DataError naming the node that does not fit
 */
export function networkOf(steps: readonly Step[], graph: Graph): DenseNetwork {
  const first = steps.find((step) => step.kind === 'product');
  if (!first) throw graph.refuse('has no dense layer (Gemm, or MatMul and Add)');
  const inputs = first.w.shape[0] ?? 0;
  checkInput(graph, inputs);

  let at = 0;
  /** The step that comes next, if it is of this kind: then it is taken. */
  const take = <K extends Step['kind']>(kind: K): Extract<Step, { kind: K }> | undefined => {
    const step = steps[at];
    if (step?.kind !== kind) return undefined;
    at++;
    return step as Extract<Step, { kind: K }>;
  };
  const takeRows = (width: number) => {
    for (let step = take('rows'); step; step = take('rows')) {
      if (step.width !== undefined && step.width !== width)
        throw graph.refuseNode(step.node, `makes rows of ${step.width} numbers, where ${width} are expected`);
    }
  };
  const takeAffine = () => {
    const found: Extract<Step, { kind: 'affine' }>[] = [];
    for (let step = take('affine'); step; step = take('affine')) found.push(step);
    if (found.length > MOST_AFFINE)
      throw graph.refuseNode(found[MOST_AFFINE].node, `is one of ${found.length} scalings in a row`);
    return found;
  };

  takeRows(inputs);
  const filled = take('fill');
  const fill = filled && spread(filled, inputs, graph);
  takeRows(inputs);
  const standardization = standardizing(takeAffine(), inputs, graph);
  takeRows(inputs);

  const layers: ModelLayer[] = [];
  const parameters: { w: Float32Array; b: Float32Array }[] = [];
  let width = inputs;
  for (let step = take('product'); step; step = take('product')) {
    const { w, node } = step;
    const [rows, units] = w.shape;
    const last = layers.at(-1)?.activation;
    if (w.shape.length !== 2 || rows !== width || units < 1)
      throw graph.refuseNode(
        node,
        `has weights of the shape [${w.shape.join(', ')}], where layer ${layers.length + 1} gets ${width} numbers`,
      );
    if (last === 'softmax')
      throw graph.refuseNode(node, 'follows a softmax, which only the output layer can be');
    const added = !step.b && node.opType === 'MatMul' && steps[at]?.node.opType === 'Add' && take('affine');
    const b = step.b
      ? spread({ node, constant: step.b }, units, graph)
      : added
        ? spread(added, units, graph)
        : new Float64Array(units);
    takeRows(units);
    const activation = take('activation')?.activation ?? 'identity';
    takeRows(units);
    layers.push({ units, activation });
    parameters.push({ w: rounded(w, graph), b: rounded({ name: (step.b ?? w).name, data: b }, graph) });
    width = units;
  }
  const targetStandardization = unstandardizing(takeAffine(), width, graph);
  const rest = steps[at];
  if (rest)
    throw graph.refuseNode(
      rest.node,
      rest.kind === 'activation'
        ? 'follows no layer of its own; Katman has one activation after each dense layer'
        : 'stands where Katman has no such step; it fills, standardises, has dense layers, and scales the outputs',
    );
  return { inputs, layers, parameters, fill, standardization, targetStandardization };
}

/** @throws DataError unless the input is rows of so many numbers */
function checkInput(graph: Graph, inputs: number): void {
  const sizes = graph.inputShape.slice(1);
  const known = sizes.every((size) => size !== undefined);
  const told = sizes.reduce<number>((product, size) => product * (size ?? 1), 1);
  if (inputs < 1 || (graph.inputShape.length > 0 && known && told !== inputs))
    throw graph.refuse(
      `has the input '${graph.input}' of the shape [${graph.inputShape.map((size) => size ?? 'batch').join(', ')}], where its first layer takes rows of ${inputs} numbers`,
      graph.input,
    );
}

/** A constant for each of so many columns. @throws DataError if it is of another shape */
function spread(
  { node, constant }: Pick<Extract<Step, { kind: 'fill' }>, 'node' | 'constant'>,
  width: number,
  graph: Graph,
): Float64Array {
  const { shape, data, name } = constant;
  const columns = shape.at(-1) ?? 1;
  if (data.length !== columns || (columns !== 1 && columns !== width))
    throw graph.refuseNode(
      node,
      `has '${name}' of the shape [${shape.join(', ')}], where ${width} numbers are expected`,
    );
  return columns === width ? Float64Array.from(data) : new Float64Array(width).fill(data[0]);
}

function standardizing(
  steps: readonly Extract<Step, { kind: 'affine' }>[],
  width: number,
  graph: Graph,
): Scaling | undefined {
  if (!steps.length) return undefined;
  const mean = new Float64Array(width);
  const std = new Float64Array(width).fill(1);
  for (const step of steps) {
    const c = spread(step, width, graph);
    for (let i = 0; i < width; i++) {
      if (step.node.opType === 'Sub') mean[i] += c[i] * std[i];
      else if (step.node.opType === 'Add') mean[i] -= c[i] * std[i];
      else if (step.node.opType === 'Div') std[i] *= c[i];
      else std[i] /= c[i];
    }
  }
  return checked({ mean, std }, steps, graph);
}

function unstandardizing(
  steps: readonly Extract<Step, { kind: 'affine' }>[],
  width: number,
  graph: Graph,
): Scaling | undefined {
  if (!steps.length) return undefined;
  const mean = new Float64Array(width);
  const std = new Float64Array(width).fill(1);
  for (const step of steps) {
    const c = spread(step, width, graph);
    for (let i = 0; i < width; i++) {
      if (step.node.opType === 'Sub') mean[i] -= c[i];
      else if (step.node.opType === 'Add') mean[i] += c[i];
      else {
        const factor = step.node.opType === 'Mul' ? c[i] : 1 / c[i];
        mean[i] *= factor;
        std[i] *= factor;
      }
    }
  }
  return checked({ mean, std }, steps, graph);
}

function checked(
  scaling: Scaling,
  [{ node }]: readonly Extract<Step, { kind: 'affine' }>[],
  graph: Graph,
): Scaling {
  const fine = scaling.std.every(
    (value, i) => value > 0 && Number.isFinite(value) && Number.isFinite(scaling.mean[i]),
  );
  if (!fine) throw graph.refuseNode(node, 'begins a scaling that is not by finite numbers above 0');
  return scaling;
}

/** Parameters as float32. @throws DataError if one is not finite then */
function rounded({ name, data }: Pick<Numbers, 'name' | 'data'>, graph: Graph): Float32Array {
  const result = Float32Array.from(data);
  const wrong = result.findIndex((value) => !Number.isFinite(value));
  if (wrong >= 0)
    throw graph.refuse(`has a parameter in '${name}' at index ${wrong} that is no finite float32`, name);
  return result;
}
