import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  FUNCTION_NAMES,
  type Formula,
  FormulaError,
  type FormulaProblem,
  type Operator,
  columnsOf,
  compile,
  parseFormula,
} from '../../src/page/own/derived.ts';

const table: Record<string, number[]> = { x1: [2, -3], x2: [5, 0.5], 'sepal length': [7, 8], sin: [1, 2] };
const names = Object.keys(table);
const value = (text: string, row = 0) => compile(parseFormula(text, names), (name) => table[name])(row);

function problem(text: string): { problem: FormulaProblem; at: number; found: string; message: string } {
  try {
    parseFormula(text, names);
  } catch (error) {
    expect(error).toBeInstanceOf(FormulaError);
    const { problem, at, found, message } = error as FormulaError;
    return { problem, at, found, message };
  }
  throw new Error(`'${text}' was read`);
}

describe('a formula', () => {
  it.each([
    ['x1^2', 4],
    ['x1*x2', 10],
    ['sin(x1)', Math.sin(2)],
    [' 1 + 2 * 3 ', 7],
    ['(1 + 2) * 3', 9],
    ['10 - 3 - 2', 5],
    ['16 / 4 / 2', 2],
    ['2^3^2', 512],
    ['-x1^2', -4],
    ['2^-1', 0.5],
    ['--x1', 2],
    ['+x1 - +x2', -3],
    ['`sepal length`/2', 3.5],
    ['sin + sin(sin)', 1 + Math.sin(1)],
    ['1.5e2 + .5', 150.5],
    ['1. * x1', 2],
    ['sqrt(abs(cos(exp(log(x2)))))', Math.sqrt(Math.abs(Math.cos(Math.exp(Math.log(5)))))],
  ])('%s is %d', (text, expected) => expect(value(text)).toBe(expected));

  it('takes the row that it is asked for', () => {
    expect(value('x1*x2', 1)).toBe(-1.5);
    expect(columnsOf(parseFormula('x1 * (x2 - x1) / 2', names))).toEqual(['x1', 'x2']);
  });

  it.each([
    ['', 'value', 1, ''],
    ['x1 +', 'value', 5, ''],
    ['x1 x2', 'operator', 4, 'x2'],
    ['x1 ** 2', 'value', 5, '*'],
    ['x3 + 1', 'column', 1, 'x3'],
    ['1 + `sepal`', 'column', 5, '`sepal`'],
    ['`sepal', 'backquote', 7, ''],
    ['(x1', 'close', 4, ''],
    ['cos x1', 'open', 5, 'x1'],
    ['cos()', 'value', 5, ')'],
    ['x1)', 'operator', 3, ')'],
    ['2x1', 'operator', 2, 'x1'],
    ['x1; x2', 'operator', 3, ';'],
    ['constructor', 'column', 1, 'constructor'],
    ['toString(x1)', 'column', 1, 'toString'],
    ['x1'.padEnd(201), 'length', 201, ' '],
  ] as const)('%s is refused, with the place', (text, what, at, found) =>
    expect(problem(text)).toMatchObject({ problem: what, at, found }),
  );

  it('is refused in a sentence', () => {
    expect(problem('x1 + ').message).toBe(
      'At character 6 of the formula a column, a number or a parenthesis is expected, not the end; correct it',
    );
  });

  it('means what its tree means, however it is written', () => {
    const { tree } = fc.letrec<{ tree: Formula }>((tie) => ({
      tree: fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        fc.constantFrom(...names).map((name): Formula => ({ type: 'column', name })),
        fc.integer({ min: 0, max: 1000 }).map((n): Formula => ({ type: 'number', value: n / 8 })),
        tie('tree').map((of): Formula => ({ type: 'minus', of })),
        fc
          .tuple(fc.constantFrom(...FUNCTION_NAMES), tie('tree'))
          .map(([name, of]): Formula => ({ type: 'call', name, of })),
        fc
          .tuple(fc.constantFrom<Operator>('+', '-', '*', '/', '^'), tie('tree'), tie('tree'))
          .map(([operator, left, right]): Formula => ({ type: 'binary', operator, left, right })),
      ),
    }));
    fc.assert(
      fc.property(tree, fc.constantFrom('', ' '), (formula, space) => {
        const text = write(formula, space);
        fc.pre(text.length <= 200);
        expect(parseFormula(text, names)).toEqual(formula);
      }),
      { numRuns: 500 },
    );
  });

  it('is read or refused with a place inside it, whatever is written', () => {
    const pieces = fc.constantFrom(
      'x1',
      'x2',
      '`',
      '(',
      ')',
      '^',
      '-',
      '*',
      '3',
      '.',
      'e',
      'log',
      ' ',
      '\n',
      'ş',
      '😀',
    );
    fc.assert(
      fc.property(
        fc.array(pieces, { maxLength: 30 }).map((all) => all.join('')),
        (text) => {
          try {
            compile(parseFormula(text, names), (name) => table[name])(0);
          } catch (error) {
            expect(error).toBeInstanceOf(FormulaError);
            expect((error as FormulaError).at).toBeGreaterThanOrEqual(1);
            expect((error as FormulaError).at).toBeLessThanOrEqual(text.length + 1);
          }
        },
      ),
      { numRuns: 2000 },
    );
  });
});

/** Text with no parentheses but those that the grammar needs. */
function write(formula: Formula, space: string): string {
  const strength = (f: Formula) =>
    f.type === 'binary' ? { '+': 1, '-': 1, '*': 2, '/': 2, '^': 4 }[f.operator] : f.type === 'minus' ? 3 : 5;
  const at = (f: Formula, least: number) => (strength(f) < least ? `(${write(f, space)})` : write(f, space));
  switch (formula.type) {
    case 'number':
      return String(formula.value);
    case 'column':
      return /^\w+$/.test(formula.name) ? formula.name : `\`${formula.name}\``;
    case 'minus':
      return `-${at(formula.of, 3)}`;
    case 'call':
      return `${formula.name}(${write(formula.of, space)})`;
    case 'binary': {
      const own = strength(formula);
      const [left, right] = formula.operator === '^' ? [5, 3] : [own, own + 1];
      return `${at(formula.left, left)}${space}${formula.operator}${space}${at(formula.right, right)}`;
    }
  }
}
