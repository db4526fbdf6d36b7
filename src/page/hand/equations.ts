import type { PassLook, StepLook } from '../../session/lookAtStep.ts';
import { type Equation, type Operand, allOf, columnOf, rowOf, transpose, valueAt } from './equation.ts';
import { functionOf, slopeText } from './functions.ts';
import { lossEquation } from './losses.ts';
import { inSum, ratio, short } from './numbers.ts';
import { operandOf } from './tensors.ts';
import { updateEquation } from './updates.ts';

type Maker = (pass: PassLook, result: Operand, look: StepLook) => Equation;

/** What a pass did, as a formula with examples in rows; `transposed` turns it. */
export function equationOf(pass: PassLook, look: StepLook): Equation {
  const result = operandOf({ name: pass.tensor, shape: pass.shape, values: pass.gpu });
  return MAKERS[pass.kernel](pass, result, look);
}

const inputsOf = ({ inputs }: PassLook, ...bindings: string[]): Operand[] =>
  bindings.filter((binding) => inputs[binding]).map((binding) => operandOf(inputs[binding]));

/** The same cell of every operand. */
const same = (operands: readonly Operand[]) => (row: number, column: number) =>
  operands.map((_, operand) => ({ operand, row, column }));

const sum = (terms: readonly string[]) => terms.join(' + ');

const product: Maker = ({ inputs, flags, params: { scale } }, result) => {
  const factor = (binding: string, isTransposed: boolean) => {
    const matrix = operandOf(inputs[binding]);
    return isTransposed ? transpose({ ...matrix, symbol: `${matrix.symbol}^T` }) : matrix;
  };
  const left = factor('a', flags.includes('TRANSPOSE_A'));
  const right = factor('b', flags.includes('TRANSPOSE_B'));
  const bias = flags.includes('BIAS') ? [operandOf(inputs.bias)] : [];
  const before = scale === 1 ? [] : [`${ratio(scale)} ·`];
  const after = bias.length ? ['+', 2] : [];
  return {
    result,
    operands: [left, right, ...bias],
    parts: [...before, 0, '·', 1, ...after],
    columnParts: [...before, 1, '·', 0, ...after],
    cells: (row, column) => [
      ...rowOf(0, row, left),
      ...columnOf(1, column, right),
      ...bias.map(() => ({ operand: 2, row: 0, column })),
    ],
    written: (row, column) => {
      const terms = Array.from(
        { length: left.columns },
        (_, i) => `${inSum(valueAt(left, row, i))} · ${inSum(valueAt(right, i, column))}`,
      );
      if (scale !== 1) return `${ratio(scale)} · (${sum(terms)})`;
      return sum([...terms, ...bias.map((b) => inSum(valueAt(b, 0, column)))]);
    },
  };
};

const MAKERS: Readonly<Record<string, Maker>> = {
  matmul: product,
  matmulTiled: product,

  batch: (_pass, result) => ({ result, operands: [], parts: [], cells: () => [], written: () => '' }),

  activation(pass, result) {
    const operands = inputsOf(pass, 'z');
    const g = functionOf(pass.flags);
    return {
      result,
      operands,
      parts: g ? [`${g}(`, 0, ')'] : [0],
      cells: same(operands),
      written: (row, column) => {
        const z = short(valueAt(operands[0], row, column), 4);
        return g ? `${g}(${z})` : z;
      },
    };
  },

  softmax(pass, result) {
    const operands = inputsOf(pass, 'z');
    const [z] = operands;
    const power = (row: number, column: number) => `e^${short(valueAt(z, row, column), 4)}`;
    return {
      result,
      operands,
      parts: ['softmax(', 0, ')'],
      cells: (row) => rowOf(0, row, z),
      written: (row, column) =>
        `${power(row, column)} / (${sum(Array.from({ length: z.columns }, (_, j) => power(row, j)))})`,
    };
  },

  activationGrad(pass, result) {
    const operands = inputsOf(pass, 'da', 'z');
    const [da, z] = operands;
    return {
      result,
      operands,
      parts: [0, `∘ ${functionOf(pass.flags) || 'g'}′(`, 1, ')'],
      cells: same(operands),
      written: (row, column) =>
        `${inSum(valueAt(da, row, column))} · ${slopeText(pass.flags, valueAt(z, row, column))}`,
    };
  },

  dropout(pass, result) {
    const operands = inputsOf(pass, 'x');
    const { scale } = pass.params;
    return {
      result,
      operands,
      parts: [0, `∘ D · ${short(scale, 4)}`],
      cells: same(operands),
      // A number that is kept and 0 gives the same.
      written: (row, column) =>
        `${inSum(valueAt(operands[0], row, column))} · ${valueAt(result, row, column) ? short(scale, 4) : 0}`,
    };
  },

  outputGrad(pass, result) {
    const operands = inputsOf(pass, 'a', 'y', 'weight');
    const [a, y, weight] = operands;
    const delta = pass.flags.includes('HUBER') ? pass.params.delta : undefined;
    const difference = (left: string, right: string) =>
      delta === undefined ? `${left} − ${right}` : `clamp(${left} − ${right}, ±${short(delta)})`;
    const [begin, end] = delta === undefined ? ['(', ')'] : ['clamp(', `, ±${short(delta)})`];
    const plain = delta === undefined && !weight;
    return {
      result,
      operands,
      parts: plain ? [0, '−', 1] : [begin, 0, '−', 1, end, ...(weight ? ['∘', 2] : [])],
      cells: (row, column) => [
        ...same([a, y])(row, column),
        ...(weight ? [{ operand: 2, row, column: 0 }] : []),
      ],
      written: (row, column) => {
        const text = difference(inSum(valueAt(a, row, column)), inSum(valueAt(y, row, column)));
        return weight ? `(${text}) · ${inSum(valueAt(weight, row, 0))}` : text;
      },
    };
  },

  columnSums(pass, result) {
    const operands = inputsOf(pass, 'a');
    const [a] = operands;
    const scale = ratio(pass.params.scale);
    return {
      result,
      operands,
      parts: [`${scale} · Σ_i`, 0],
      cells: (_row, column) => columnOf(0, column, a),
      written: (_row, column) =>
        `${scale} · (${sum(columnOf(0, column, a).map(({ row }) => inSum(valueAt(a, row, column))))})`,
    };
  },

  mean(pass, result) {
    const operands = inputsOf(pass, 'x');
    const [x] = operands;
    const { count } = pass.params;
    return {
      result,
      operands,
      parts: [`1/${count} · Σ_i`, 0],
      cells: () => allOf(0, x),
      written: () => `1/${count} · (${sum(Array.from(x.values, inSum))})`,
    };
  },

  loss: lossEquation,

  hits(pass, result) {
    const operands = inputsOf(pass, 'a', 'y');
    const [a, y] = operands;
    const binary = pass.flags.includes('BINARY');
    const list = (matrix: Operand, row: number) =>
      rowOf(0, row, matrix)
        .map(({ column }) => short(valueAt(matrix, row, column)))
        .join(', ');
    return {
      result,
      operands,
      parts: binary ? ['[', 0, '> ½] = [', 1, '> ½]'] : ['argmax(', 0, ') = argmax(', 1, ')'],
      cells: (row) => [...rowOf(0, row, a), ...rowOf(1, row, y)],
      written: (row) =>
        binary
          ? `[${list(a, row)} > ½] = [${list(y, row)} > ½]`
          : `argmax(${list(a, row)}) = argmax(${list(y, row)})`,
    };
  },

  squares(pass, result) {
    const operands = inputsOf(pass, 'x');
    const [x] = operands;
    const { slot } = pass.params;
    return {
      result,
      operands,
      parts: ['Σ', 0, '²'],
      // The other numbers are made by passes of their own.
      cells: (_row, column) => (column === slot ? allOf(0, x) : []),
      written: (_row, column) =>
        column === slot ? sum(Array.from(x.values, (value) => `${inSum(value)}²`)) : '',
    };
  },

  clipFactor(pass, result) {
    const operands = inputsOf(pass, 'squares');
    const [squares] = operands;
    const limit = short(pass.params.limit);
    return {
      result,
      operands,
      parts: [`min(1, ${limit} / √Σ`, 0, ')'],
      cells: () => allOf(0, squares),
      written: () => `min(1, ${limit} / √(${sum(Array.from(squares.values, inSum))}))`,
    };
  },

  update: updateEquation,
};
