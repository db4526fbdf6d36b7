import type { PassLook } from '../../session/lookAtStep.ts';
import { type Equation, type Operand, rowOf, valueAt } from './equation.ts';
import { inSum, ratio, short } from './numbers.ts';
import { operandOf } from './tensors.ts';

interface LossText {
  /** The right side, with A as operand 0 and Y as operand 1. */
  readonly parts: readonly (string | number)[];
  /** One output's share; undefined where it adds nothing. */
  readonly term: (a: number, y: number, delta: number) => string | undefined;
}

const LOSSES: Readonly<Record<string, LossText>> = {
  BINARY_CROSS_ENTROPY: {
    parts: ['−Σ_j (', 1, '∘ ln', 0, '+ (1 −', 1, ') ∘ ln(1 −', 0, '))'],
    term: (a, y) =>
      [
        y ? `−${short(y)} · ln ${short(a, 4)}` : '',
        y !== 1 ? `−${short(1 - y)} · ln(1 − ${short(a, 4)})` : '',
      ]
        .filter((text) => text)
        .join(' '),
  },
  SOFTMAX_CROSS_ENTROPY: {
    parts: ['−Σ_j (', 1, '∘ ln', 0, ')'],
    term: (a, y) => (y ? `−${short(y)} · ln ${short(a, 4)}` : undefined),
  },
  HUBER: {
    parts: ['Σ_j Huber(', 0, '−', 1, ')'],
    term: (a, y, delta) =>
      Math.abs(a - y) <= delta
        ? `(${inSum(a)} − ${inSum(y)})² / 2`
        : `${short(delta)} · (|${inSum(a)} − ${inSum(y)}| − ${short(delta)} / 2)`,
  },
  SQUARED: {
    parts: ['Σ_j (', 0, '−', 1, ')²'],
    term: (a, y) => `(${inSum(a)} − ${inSum(y)})²`,
  },
};

/** The loss of every example. */
export function lossEquation(pass: PassLook, result: Operand): Equation {
  const { inputs, flags, params } = pass;
  const weighted = inputs.weight ? [operandOf(inputs.weight)] : [];
  const operands = [operandOf(inputs.a), operandOf(inputs.y), ...weighted];
  const [a, y, weight] = operands;
  const loss = LOSSES[flags.find((flag) => LOSSES[flag]) ?? 'SQUARED'];
  const factor = params.factor === 1 ? '' : `${ratio(params.factor)} · `;
  return {
    result,
    operands,
    parts: [...(factor ? [factor.trim()] : []), ...loss.parts, ...(weight ? ['∘', 2] : [])],
    cells: (row) => [
      ...rowOf(0, row, a),
      ...rowOf(1, row, y),
      ...(weight ? [{ operand: 2, row, column: 0 }] : []),
    ],
    written: (row) => {
      const terms = rowOf(0, row, a)
        .map(({ column }) => loss.term(valueAt(a, row, column), valueAt(y, row, column), params.delta))
        .filter((term) => term);
      const all = terms.join(' + ') || '0';
      const whole = factor ? `${factor}(${all})` : all;
      return weight ? `${inSum(valueAt(weight, row, 0))} · (${whole})` : whole;
    },
  };
}
