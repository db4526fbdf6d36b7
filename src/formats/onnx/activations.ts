import type { Graph } from './graph.ts';
import type { Activation } from '../../names.ts';
import type { Node } from './messages.ts';

/** Activations that ONNX has by itself; the others are written out in its operations. */
export const OPERATION_OF: ReadonlyMap<Activation, string> = new Map([
  ['sigmoid', 'Sigmoid'],
  ['tanh', 'Tanh'],
  ['relu', 'Relu'],
  ['leakyRelu', 'LeakyRelu'],
  ['elu', 'Elu'],
  ['softplus', 'Softplus'],
  ['softmax', 'Softmax'],
]);
const BY_OPERATION = new Map([...OPERATION_OF].map(([name, operation]) => [operation, name]));

/** The slope of the leaky ReLU below 0. */
export const LEAK = 0.01;

/** The activation that ends in a node, and the value that it is applied to. */
export interface FoundActivation {
  readonly activation: Activation;
  readonly from: string;
}

/**
 * The activation that ends in a node; undefined if none does.
 * @throws DataError for one of a kind that Katman does not have
 */
export function activationAt(graph: Graph, node: Node): FoundActivation | undefined {
  const { opType, input } = node;
  if (opType === 'Mul') return silu(graph, node) ?? gelu(graph, node);
  if (opType === 'Where') return softplus(graph, node);
  const activation = opType === 'Gelu' ? 'gelu' : BY_OPERATION.get(opType!);
  if (!activation) return undefined;
  checkKind(graph, node);
  return { activation, from: input[0] ?? '' };
}

function checkKind(graph: Graph, node: Node): void {
  const expect = (name: string, otherwise: number, expected: number, alternative = expected) => {
    const found = graph.attribute(node, name, otherwise);
    if (!near(found, expected) && found !== alternative)
      throw graph.refuseNode(
        node,
        `has the ${name} ${found}, where Katman's is ${expected}; train it with that`,
      );
  };
  switch (node.opType) {
    case 'LeakyRelu':
      return expect('alpha', 0.01, LEAK);
    case 'Elu':
      return expect('alpha', 1, 1);
    case 'Softmax':
      return expect('axis', -1, -1, 1);
    case 'Gelu': {
      const approximate = graph.text(node, 'approximate', 'none');
      if (approximate !== 'none')
        throw graph.refuseNode(
          node,
          `is approximated by '${approximate}', where Katman's is exact; train it with that`,
        );
    }
  }
}

/** z sigmoid(z) */
function silu(graph: Graph, { input }: Node): FoundActivation | undefined {
  for (const [gate, z] of [input, [...input].reverse()]) {
    const node = graph.producer(gate);
    if (node?.opType === 'Sigmoid' && node.input[0] === z) return { activation: 'silu', from: z };
  }
  return undefined;
}

/** z (1 + erf(z / sqrt 2)) / 2, whichever of the three factors are multiplied first. */
function gelu(graph: Graph, { output }: Node): FoundActivation | undefined {
  // First without knowing z, which may be a product itself; then with it.
  for (const factor of factors(graph, output[0])) {
    const z = underErf(graph, factor);
    if (z === undefined) continue;
    const others = factors(graph, output[0], z).filter((value) => value !== factor);
    const half = others.find((value) => value !== z);
    if (others.length === 2 && others.includes(z) && near(graph.scalar(half), 0.5))
      return { activation: 'gelu', from: z };
  }
  return undefined;
}

/** The factors of a product of up to four, of which `whole` is not taken apart. */
function factors(graph: Graph, product: string, whole?: string): string[] {
  let values = [product];
  for (let depth = 0; depth < 2; depth++) {
    values = values.flatMap((value) => {
      const node = graph.producer(value);
      return node?.opType === 'Mul' && value !== whole ? node.input : [value];
    });
  }
  return values;
}

/** The z of a value that is 1 + erf(z / sqrt 2). */
function underErf(graph: Graph, value: string): string | undefined {
  const sum = graph.producer(value);
  if (sum?.opType !== 'Add') return undefined;
  const [erf, one] = graph.scalar(sum.input[1]) === undefined ? [...sum.input].reverse() : sum.input;
  const node = graph.producer(erf);
  if (node?.opType !== 'Erf' || graph.scalar(one) !== 1) return undefined;
  const scaled = graph.producer(node.input[0]);
  if (scaled?.opType === 'Div' && near(graph.scalar(scaled.input[1]), Math.SQRT2)) return scaled.input[0];
  if (scaled?.opType !== 'Mul') return undefined;
  const [z, factor] =
    graph.scalar(scaled.input[1]) === undefined ? [...scaled.input].reverse() : scaled.input;
  return near(graph.scalar(factor), Math.SQRT1_2) ? z : undefined;
}

/** log(1 + e^z), and z itself beyond 17 or more, where float32 knows no difference; PyTorch writes it so. */
function softplus(graph: Graph, { input: [condition, z, soft] }: Node): FoundActivation | undefined {
  const [greater, inner] = [graph.producer(condition), graph.producer(soft)];
  const limit = greater?.opType === 'Greater' && greater.input[0] === z ? graph.scalar(greater.input[1]) : 0;
  if (inner?.opType !== 'Softplus' || inner.input[0] !== z || !((limit ?? 0) >= 17)) return undefined;
  return { activation: 'softplus', from: z };
}

/** Whether a number is the rounding of another to float32, or to a few digits fewer. */
function near(number: number | undefined, expected: number): boolean {
  return number !== undefined && Math.abs(number - expected) <= 1e-6 * Math.abs(expected);
}
