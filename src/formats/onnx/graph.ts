import { DataError } from '../../errors.ts';
import { ATTRIBUTE_TYPE, DATA_TYPE, type GraphMessage, type Node, type Tensor } from './messages.ts';
import { type Numbers, numbersOf, transpose, wholesOf } from './tensors.ts';

/** Whatever a dense network consists of. */
const OPERATIONS = new Set(
  [
    'Gemm MatMul Add Sub Mul Div IsNaN Where Greater Erf',
    'Sigmoid Tanh Relu LeakyRelu Elu Softplus Softmax Gelu',
    'Flatten Reshape Identity Cast Dropout Constant Transpose',
  ].flatMap((names) => names.split(' ')),
);

/** Nodes that may hand on a constant, such as Cast and Identity, between its tensor and where it is used. */
const MOST_HOPS = 16;
/** None of the operations has more inputs. */
const MOST_INPUTS = 3;

/**
 * The graph of a file, with one input and one output. Every node uses only what stands before it, so that whoever
 * follows it from the output arrives.
 */
export class Graph {
  readonly input: string;
  /** Sizes of the input, the batch's first; undefined where they are not told. */
  readonly inputShape: readonly (number | undefined)[];
  readonly output: string;
  readonly #producers = new Map<string, Node>();
  readonly #tensors = new Map<string, Tensor>();
  readonly #numbers = new Map<string, Numbers>();
  readonly #turned = new Map<string, Numbers>();

  /** @throws DataError for an operation that no dense network of Katman has, and a graph that is none */
  constructor(
    message: GraphMessage,
    readonly file: string,
  ) {
    const { node, initializer, sparseInitializer } = message;
    if (sparseInitializer.length) throw this.refuse('has sparse weights; export the model with dense ones');
    checkOperations(node, file);
    for (const tensor of initializer) {
      const name = tensor.name ?? '';
      if (this.#tensors.has(name)) throw this.refuse(`has the tensor '${name}' twice`, name);
      this.#tensors.set(name, tensor);
    }
    // Before version 4 the weights were listed among the inputs too.
    const inputs = message.input.filter(({ name }) => !this.#tensors.has(name ?? ''));
    if (inputs.length !== 1) throw this.refuse(`has ${inputs.length} inputs, where one is expected`);
    if (message.output.length !== 1)
      throw this.refuse(`has ${message.output.length} outputs, where one is expected`);
    this.input = inputs[0].name ?? '';
    this.inputShape = (inputs[0].type?.tensorType?.shape?.dim ?? []).map(({ value }) => value);
    this.output = message.output[0].name ?? '';
    this.#order(node);
  }

  /** The error that says what is wrong with this file, or with a value of it. */
  refuse(problem: string, column?: string): DataError {
    return new DataError(`'${this.file}' ${problem}`, { file: this.file, column });
  }

  /** The error that says what is wrong with a node. */
  refuseNode(node: Node, problem: string): DataError {
    const name = nameOf(node);
    return new DataError(`In '${this.file}' the node '${name}' (${node.opType}) ${problem}`, {
      file: this.file,
      column: name,
    });
  }

  /** What makes a value; undefined for the input and for weights. */
  producer(value: string): Node | undefined {
    return this.#producers.get(value);
  }

  /** A value that is the same for every input; undefined if it is not. @throws DataError as `numbersOf` */
  constant(value: string | undefined): Numbers | undefined {
    let turned = false;
    let at = value ?? '';
    for (let hops = 0; hops <= MOST_HOPS; hops++) {
      const node = this.#producers.get(at);
      if (!node || node.opType === 'Constant') return this.#numbersAt(at, node, turned);
      if (node.opType === 'Transpose') turned = !turned;
      else if (!passes(this, node)) return undefined;
      at = node.input[0] ?? '';
    }
    return undefined;
  }

  /** A constant that is one number; undefined if it is none. */
  scalar(value: string | undefined): number | undefined {
    const numbers = this.constant(value);
    return numbers?.data.length === 1 ? numbers.data[0] : undefined;
  }

  /** A constant shape; undefined if it is computed. */
  wholes(value: string): number[] | undefined {
    const node = this.#producers.get(value);
    const tensor =
      node?.opType === 'Constant'
        ? attributeOf(node, 'value')?.t
        : node
          ? undefined
          : this.#tensors.get(value);
    return tensor && wholesOf(tensor, value, this.file);
  }

  /** A number that is a node's attribute. @throws DataError if it is another type */
  attribute(node: Node, name: string, otherwise: number): number {
    const attribute = attributeOf(node, name);
    if (!attribute) return otherwise;
    const number = attribute.type === ATTRIBUTE_TYPE.FLOAT ? (attribute.f ?? 0) : (attribute.i ?? 0);
    const known = attribute.type === ATTRIBUTE_TYPE.FLOAT || attribute.type === ATTRIBUTE_TYPE.INT;
    if (!known || attribute.reference || !Number.isFinite(number))
      throw this.refuseNode(node, `has no number as its '${name}'; export the model again`);
    return number;
  }

  /** A text that is a node's attribute. */
  text(node: Node, name: string, otherwise: string): string {
    const bytes = attributeOf(node, name)?.s;
    return bytes ? new TextDecoder().decode(bytes) : otherwise;
  }

  /** The numbers of an initializer or of a node Constant; each is read once. */
  #numbersAt(name: string, node: Node | undefined, turned: boolean): Numbers | undefined {
    const tensor = node ? attributeOf(node, 'value')?.t : this.#tensors.get(name);
    if (!tensor) {
      const number = node ? this.attribute(node, 'value_float', NaN) : NaN;
      return Number.isFinite(number) ? { name, shape: [], data: Float64Array.of(number) } : undefined;
    }
    let numbers = this.#numbers.get(name);
    if (!numbers) this.#numbers.set(name, (numbers = numbersOf(tensor, name, this.file)));
    if (!turned) return numbers;
    if (numbers.shape.length !== 2) return undefined;
    let other = this.#turned.get(name);
    if (!other) this.#turned.set(name, (other = transpose(numbers)));
    return other;
  }

  /** @throws DataError unless every value is made once, before it is used */
  #order(nodes: readonly Node[]): void {
    const known = (value: string) =>
      value === this.input || this.#tensors.has(value) || this.#producers.has(value);
    for (const node of nodes) {
      const missing = node.input.find((value) => value !== '' && !known(value));
      if (missing !== undefined)
        throw this.refuseNode(
          node,
          `uses '${missing}', which nothing before it makes; export the model again`,
        );
      if (!node.output.length || node.input.length > MOST_INPUTS)
        throw this.refuseNode(
          node,
          `has ${node.input.length} inputs and ${node.output.length} outputs; export the model again`,
        );
      for (const value of node.output) {
        if (value === '') continue;
        if (known(value))
          throw this.refuseNode(node, `makes '${value}' a second time; export the model again`);
        this.#producers.set(value, node);
      }
    }
  }
}

/** How a person finds a node. */
function nameOf({ name, output }: Node): string {
  return name || output[0] || '';
}

function attributeOf(node: Node, name: string): Node['attribute'][number] | undefined {
  return node.attribute.find((attribute) => attribute.name === name);
}

/** Whether a node hands on its first input as it is, up to a rounding to float32. */
export function passes(graph: Graph, node: Node): boolean {
  if (node.opType === 'Identity') return true;
  // A third input would tell whether it drops, as it does in training.
  if (node.opType === 'Dropout') return node.input.length < 3;
  if (node.opType !== 'Cast') return false;
  const to = graph.attribute(node, 'to', 0);
  return to === DATA_TYPE.FLOAT || to === DATA_TYPE.DOUBLE;
}

/** @throws DataError for the first operation that no dense network has, with the layer that it stands in */
function checkOperations(nodes: readonly Node[], file: string): void {
  let layer = 1;
  for (const node of nodes) {
    const type = `${node.domain && node.domain !== 'ai.onnx' ? `${node.domain}.` : ''}${node.opType ?? ''}`;
    if (!OPERATIONS.has(type)) {
      throw new DataError(
        `In '${file}' layer ${layer} is a ${type} (node '${nameOf(node)}'), which Katman does not have; give a network of dense layers (Gemm, or MatMul and Add) with activations`,
        { file, column: nameOf(node) },
      );
    }
    if (type === 'Gemm' || type === 'MatMul') layer++;
  }
}
