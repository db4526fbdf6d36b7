import type { TensorLook } from '../../session/lookAtStep.ts';
import type { Axis, Operand } from './equation.ts';

const AXES: Readonly<Record<string, readonly [Axis, Axis]>> = {
  x: ['example', 'input'],
  y: ['example', 'unit'],
  weight: ['example', 'one'],
  losses: ['example', 'one'],
  hits: ['example', 'one'],
  loss: ['one', 'one'],
  accuracy: ['one', 'one'],
  clipFactor: ['one', 'one'],
  squares: ['one', 'parameter'],
};

const SYMBOLS: Readonly<Record<string, string>> = {
  x: 'X',
  y: 'Y',
  weight: 's',
  losses: 'ℓ',
  loss: 'J',
  hits: 'h',
  accuracy: 'acc',
  clipFactor: 'c',
  squares: 'q',
  z: 'Z',
  a: 'A',
  dropped: 'Ã',
  ddropped: 'dÃ',
  da: 'dA',
  dz: 'dZ',
  dw: 'dW',
  db: 'db',
  w: 'W',
  b: 'b',
};

/** `layer1.w.m` is M_W^[1]. */
export function symbolOf(tensor: string): string {
  const [, layer, name, moment] = /^layer(\d+)\.(\w+)(?:\.(\w))?$/.exec(tensor) ?? [];
  if (!layer) return SYMBOLS[tensor] ?? tensor;
  return `${moment ? `${moment.toUpperCase()}_` : ''}${SYMBOLS[name]}^[${layer}]`;
}

function axesOf(tensor: string): readonly [Axis, Axis] {
  const [, layer, name] = /^layer(\d+)\.(\w+)/.exec(tensor) ?? [];
  if (!layer) return AXES[tensor] ?? ['one', 'one'];
  if (name === 'w' || name === 'dw') return [layer === '1' ? 'input' : 'unit', 'unit'];
  return name === 'b' || name === 'db' ? ['one', 'unit'] : ['example', 'unit'];
}

/** A tensor as a matrix: what belongs to the examples is a column, a bias a row. */
export function operandOf({ name, values, shape }: TensorLook): Operand {
  const axes = axesOf(name);
  const last = shape[shape.length - 1];
  const columns = shape.length > 1 ? last : axes[1] === 'one' ? 1 : last;
  return { symbol: symbolOf(name), rows: values.length / columns, columns, axes, values };
}
