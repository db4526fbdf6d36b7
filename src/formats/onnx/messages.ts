import { type Message, many, one } from './wire.ts';

/**
 * The messages of ONNX, with the fields that a dense network needs, or that tell why a file is refused.
 * @see https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
 */

const TENSOR = {
  dims: many(1, 'int'),
  dataType: one(2, 'int'),
  segment: one(3, 'bytes'),
  floatData: many(4, 'float'),
  int64Data: many(7, 'int'),
  name: one(8, 'string'),
  rawData: one(9, 'bytes'),
  doubleData: many(10, 'double'),
  externalData: many(13, 'bytes'),
  dataLocation: one(14, 'int'),
};

const ATTRIBUTE = {
  name: one(1, 'string'),
  type: one(20, 'int'),
  f: one(2, 'float'),
  i: one(3, 'int'),
  s: one(4, 'bytes'),
  t: one(5, TENSOR),
  floats: many(7, 'float'),
  ints: many(8, 'int'),
  reference: one(21, 'string'),
};

const NODE = {
  input: many(1, 'string'),
  output: many(2, 'string'),
  name: one(3, 'string'),
  opType: one(4, 'string'),
  attribute: many(5, ATTRIBUTE),
  domain: one(7, 'string'),
};

const DIMENSION = { value: one(1, 'int'), parameter: one(2, 'string') };
const SHAPE = { dim: many(1, DIMENSION) };
const TENSOR_TYPE = { elemType: one(1, 'int'), shape: one(2, SHAPE) };
const VALUE_INFO = { name: one(1, 'string'), type: one(2, { tensorType: one(1, TENSOR_TYPE) }) };

export const GRAPH = {
  node: many(1, NODE),
  name: one(2, 'string'),
  initializer: many(5, TENSOR),
  sparseInitializer: many(15, 'bytes'),
  input: many(11, VALUE_INFO),
  output: many(12, VALUE_INFO),
};

/** The graph comes last: a file that is cut off anywhere has none, or half of one, and is seen to be damaged. */
export const MODEL = {
  irVersion: one(1, 'int'),
  producerName: one(2, 'string'),
  opsetImport: many(8, { domain: one(1, 'string'), version: one(2, 'int') }),
  metadataProps: many(14, { key: one(1, 'string'), value: one(2, 'string') }),
  graph: one(7, GRAPH),
};

export { ATTRIBUTE, NODE, TENSOR, VALUE_INFO };
export type Tensor = Message<typeof TENSOR>;
export type Node = Message<typeof NODE>;
export type GraphMessage = Message<typeof GRAPH>;
export type ModelMessage = Message<typeof MODEL>;

/** Types of numbers, as `TensorProto.DataType` counts them. */
export const DATA_TYPE = { FLOAT: 1, INT64: 7, FLOAT16: 10, DOUBLE: 11, BFLOAT16: 16 } as const;
/** Types of attributes, as `AttributeProto.AttributeType` counts them. */
export const ATTRIBUTE_TYPE = { FLOAT: 1, INT: 2 } as const;
