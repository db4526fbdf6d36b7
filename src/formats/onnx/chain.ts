import type { Activation } from '../../names.ts';
import { activationAt } from './activations.ts';
import { type Graph, passes } from './graph.ts';
import type { Node } from './messages.ts';
import { type Numbers, transpose } from './tensors.ts';

/** A step on the way from the input of a graph to its output. */
export type Step = { readonly node: Node } & (
  | { readonly kind: 'product'; readonly w: Numbers; readonly b: Numbers | undefined }
  /** An operation with a constant: Add, Sub, Mul or Div. */
  | { readonly kind: 'affine'; readonly constant: Numbers }
  | { readonly kind: 'activation'; readonly activation: Activation }
  /** What stands for a missing number. */
  | { readonly kind: 'fill'; readonly constant: Numbers }
  /** Rows of so many numbers are made; undefined if it is not told how many. */
  | { readonly kind: 'rows'; readonly width: number | undefined }
);

const AFFINE = new Set(['Add', 'Sub', 'Mul', 'Div']);

/**
 * The steps of a graph in which each follows one other.
 * @throws DataError naming the node where it branches or does what no dense network does
 */
export function chainOf(graph: Graph): Step[] {
  const steps: Step[] = [];
  const seen = new Set<string>();
  let value = graph.output;
  while (value !== graph.input) {
    const node = graph.producer(value);
    if (!node || node.output[0] !== value)
      throw graph.refuse(`has the output '${graph.output}', which does not come from its input`, value);
    if (passes(graph, node)) {
      value = node.input[0] ?? '';
      continue;
    }
    const { from, ...step } = stepAt(graph, node);
    if (step.kind === 'product') {
      // Copies of one tensor for many layers would take memory that the file does not have.
      if (seen.has(step.w.name)) throw graph.refuseNode(node, 'has the weights of another layer');
      seen.add(step.w.name);
    }
    steps.push(step);
    value = from;
  }
  return steps.reverse();
}

function stepAt(graph: Graph, node: Node): Step & { readonly from: string } {
  const found = activationAt(graph, node);
  if (found) return { node, kind: 'activation', ...found };
  const { opType, input } = node;
  const [from = '', second] = input;
  if (opType === 'Gemm') return { node, ...gemm(graph, node), from };
  if (opType === 'MatMul') {
    const w = graph.constant(second);
    if (!w) throw graph.refuseNode(node, 'is no product of its input and constant weights');
    return { node, kind: 'product', w, b: undefined, from };
  }
  if (AFFINE.has(opType!)) {
    const constant = graph.constant(second);
    if (constant) return { node, kind: 'affine', constant, from };
    const first = opType === 'Add' || opType === 'Mul' ? graph.constant(from) : undefined;
    if (first && second !== undefined) return { node, kind: 'affine', constant: first, from: second };
  }
  if (opType === 'Where') {
    const [condition, constant, number = ''] = [input[0], graph.constant(second), input[2]];
    const test = graph.producer(condition);
    if (constant && test?.opType === 'IsNaN' && test.input[0] === number)
      return { node, kind: 'fill', constant, from: number };
  }
  if (opType === 'Flatten' && graph.attribute(node, 'axis', 1) === 1)
    return { node, kind: 'rows', width: undefined, from };
  if (opType === 'Reshape') {
    const shape = graph.wholes(second ?? '') ?? [];
    if (shape.length === 2 && (shape[0] === -1 || shape[0] === 0) && (shape[1] > 0 || shape[0] === 0))
      return { node, kind: 'rows', width: shape[1] > 0 ? shape[1] : undefined, from };
  }
  throw graph.refuseNode(
    node,
    'is used otherwise than in dense layers, activations and a standardisation; give a network of these alone',
  );
}

/** alpha A B + beta C, of which A is the input. */
function gemm(graph: Graph, node: Node): { kind: 'product'; w: Numbers; b: Numbers | undefined } {
  const [, weights, bias] = node.input;
  const w = graph.constant(weights);
  const b = graph.constant(bias);
  const fits = bias ? b && w && b.data.length <= w.data.length : true;
  if (!w || w.shape.length !== 2 || !fits || graph.attribute(node, 'transA', 0))
    throw graph.refuseNode(node, 'is no product of its input and a constant matrix');
  const times = ({ name, shape, data }: Numbers, factor: number): Numbers =>
    factor === 1 ? { name, shape, data } : { name, shape, data: data.map((value) => value * factor) };
  const scaled = times(w, graph.attribute(node, 'alpha', 1));
  return {
    kind: 'product',
    w: graph.attribute(node, 'transB', 0) ? transpose(scaled) : scaled,
    b: b && times(b, graph.attribute(node, 'beta', 1)),
  };
}
