import type { PassLook, StepLook } from '../../session/lookAtStep.ts';
import { type Equation, type Operand, valueAt } from './equation.ts';
import { inSum, short } from './numbers.ts';
import { operandOf } from './tensors.ts';

type Part = string | number;

/** One formula, once in symbols and once in numbers: `put` gives an operand as a part, or its number. */
type Formula = (put: (operand: string) => Part) => Part[];

/** How a parameter, or a moment of it, follows its gradient: the optimizer's formulas, as PyTorch has them. */
export function updateEquation(pass: PassLook, result: Operand, look: StepLook): Equation {
  const operands = new Map<string, Operand>();
  for (const [binding, tensor] of Object.entries(pass.inputs)) operands.set(binding, operandOf(tensor));
  // What the same pass has made of the moments before it takes the step.
  for (const moment of ['m', 'v']) {
    const made = look.passes.find(({ tensor }) => tensor === pass.inputs[moment]?.name);
    if (made && pass.binding !== moment)
      operands.set(`new ${moment}`, operandOf({ name: made.tensor, shape: made.shape, values: made.gpu }));
  }
  const formula = FORMULAS[pass.binding](pass, look);
  const names: string[] = [];
  const parts = formula((name) => {
    if (!names.includes(name)) names.push(name);
    return names.indexOf(name);
  });
  const used = names.map((name) => operands.get(name)!);
  const at = (operand: Operand, row: number, column: number) =>
    operand.values.length === 1 ? valueAt(operand, 0, 0) : valueAt(operand, row, column);
  return {
    result,
    operands: used,
    parts,
    cells: (row, column) =>
      used.map(({ values }, operand) =>
        values.length === 1 ? { operand, row: 0, column: 0 } : { operand, row, column },
      ),
    written: (row, column) => formula((name) => inSum(at(operands.get(name)!, row, column))).join(' '),
  };
}

/** The gradient with what clipping and penalties make of it. */
function gradient({ flags, params: { l1, l2 } }: PassLook, put: (operand: string) => Part): Part[] {
  const data: Part[] = flags.includes('CLIP') ? [put('factor'), '·', put('dw')] : [put('dw')];
  const penalties: Part[] = [
    ...(l2 ? ['+', `${short(l2)} ·`, put('w')] : []),
    ...(l1 ? ['+', `${short(l1)} · sign(`, put('w'), ')'] : []),
  ];
  return penalties.length || data.length > 1 ? ['(', ...data, ...penalties, ')'] : data;
}

const FORMULAS: Readonly<Record<string, (pass: PassLook, look: StepLook) => Formula>> = {
  m: (pass) => (put) => {
    const { momentum, beta1, oneMinusBeta1, epsilon } = pass.params;
    if (pass.flags.includes('ADAM'))
      return [`${short(beta1)} ·`, put('m'), `+ ${short(oneMinusBeta1)} ·`, ...gradient(pass, put)];
    const before = [`${short(momentum)} ·`, put('m'), '+'];
    return pass.flags.includes('RMSPROP')
      ? [...before, ...gradient(pass, put), '/ (√', put('new v'), `+ ${short(epsilon)})`]
      : [...before, ...gradient(pass, put)];
  },

  v: (pass) => (put) => {
    const { beta2, oneMinusBeta2 } = pass.params;
    return [`${short(beta2)} ·`, put('v'), `+ ${short(oneMinusBeta2)} ·`, ...gradient(pass, put), '²'];
  },

  w: (pass, look) => (put) => {
    const { flags, params } = pass;
    const rate = short(look.learningRate, 4);
    const root = (scale: string): Part[] => [
      '/ (√',
      ...(scale ? [scale] : []),
      put('new v'),
      `+ ${short(params.epsilon)})`,
    ];
    const before: Part[] = params.decay ? [`(1 − ${rate} · ${short(params.decay)}) ·`, put('w')] : [put('w')];
    const step = (): Part[] => {
      if (flags.includes('ADAM')) {
        const scale = (correction: number) => (correction === 1 ? '' : `${short(correction, 4)} ·`);
        const velocity = scale(look.correctionM);
        return [...(velocity ? [velocity] : []), put('new m'), ...root(scale(look.correctionV))];
      }
      if (flags.includes('NESTEROV'))
        return ['(', ...gradient(pass, put), `+ ${short(params.momentum)} ·`, put('new m'), ')'];
      if (flags.includes('KEEPS_M')) return [put('new m')];
      if (flags.includes('RMSPROP')) return [...gradient(pass, put), ...root('')];
      return gradient(pass, put);
    };
    return [...before, `− ${rate} ·`, ...step()];
  },
};
