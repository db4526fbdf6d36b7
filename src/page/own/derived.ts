import { UsageError } from '../../errors.ts';

/**
 * Derived features: formulas over the columns of a table, as `x1^2`, `sin(x1)` or `` `sepal length` / 2``.
 *
 *     sum     = product { ("+" | "-") product }
 *     product = sign { ("*" | "/") sign }
 *     sign    = ("-" | "+") sign | power
 *     power   = atom [ "^" sign ]
 *     atom    = number | name | function "(" sum ")" | "(" sum ")"
 *
 * A power goes before a sign and to the right, so that -x^2 is -(x^2) and 2^3^2 is 2^9.
 */

const FUNCTIONS = {
  sin: Math.sin,
  cos: Math.cos,
  exp: Math.exp,
  log: Math.log,
  sqrt: Math.sqrt,
  abs: Math.abs,
} as const;

export type FunctionName = keyof typeof FUNCTIONS;
export type Operator = '+' | '-' | '*' | '/' | '^';

export const FUNCTION_NAMES = Object.keys(FUNCTIONS) as readonly FunctionName[];

/** A formula, read. */
export type Formula =
  | { readonly type: 'number'; readonly value: number }
  | { readonly type: 'column'; readonly name: string }
  | { readonly type: 'minus'; readonly of: Formula }
  | { readonly type: 'call'; readonly name: FunctionName; readonly of: Formula }
  | { readonly type: 'binary'; readonly operator: Operator; readonly left: Formula; readonly right: Formula };

/** What is wrong with a formula: what was expected at its place, or that it is too long. */
export type FormulaProblem = 'value' | 'operator' | 'open' | 'close' | 'backquote' | 'column' | 'length';

export const LONGEST_FORMULA = 200;

const EXPECTED: Readonly<Record<FormulaProblem, string>> = {
  value: 'a column, a number or a parenthesis is expected',
  operator: 'one of + - * / ^ or the end is expected',
  open: 'an opening parenthesis is expected after the function',
  close: 'a closing parenthesis is expected',
  backquote: 'a closing backquote is expected',
  column: 'the name of a column of numbers is expected',
  length: `the end is expected, since a formula has at most ${LONGEST_FORMULA} characters`,
};

/** A formula that cannot be read. */
export class FormulaError extends UsageError {
  override name = 'FormulaError';

  constructor(
    readonly problem: FormulaProblem,
    /** The place in the text, in characters from 1. */
    readonly at: number,
    /** What stands there; empty at the end. */
    readonly found: string,
  ) {
    super(
      `At character ${at} of the formula ${EXPECTED[problem]}, not ${found ? `'${found}'` : 'the end'}; correct it`,
    );
  }
}

/**
 * Reads a formula.
 * @param columns the names that it may use: a name with other characters than letters, digits, _ and dots
 * stands between backquotes
 * @throws FormulaError with the place and what was expected there
 */
export function parseFormula(text: string, columns: readonly string[]): Formula {
  return new Reader(text, new Set(columns)).formula();
}

const TOKEN =
  /\s*(?:(\d+\.?\d*(?:e[+-]?\d+)?|\.\d+(?:e[+-]?\d+)?)|([\p{L}_][\p{L}\p{N}_.]*)|`([^`]*)`|(.))?/iuy;

interface Token {
  readonly at: number;
  /** As it is written; empty at the end. */
  readonly text: string;
  readonly number?: string;
  readonly name?: string;
  readonly quoted?: string;
}

class Reader {
  #position = 0;
  #token: Token;

  constructor(
    private readonly text: string,
    private readonly columns: ReadonlySet<string>,
  ) {
    if (text.length > LONGEST_FORMULA)
      throw new FormulaError(
        'length',
        LONGEST_FORMULA + 1,
        text.slice(LONGEST_FORMULA, LONGEST_FORMULA + 10),
      );
    this.#token = this.#next();
  }

  formula(): Formula {
    const formula = this.#sum();
    if (this.#token.text) throw this.#expected('operator');
    return formula;
  }

  #sum(): Formula {
    return this.#chain(['+', '-'], () => this.#product());
  }

  #product(): Formula {
    return this.#chain(['*', '/'], () => this.#sign());
  }

  #chain(operators: readonly Operator[], part: () => Formula): Formula {
    let left = part();
    for (;;) {
      const operator = operators.find((sign) => sign === this.#token.text);
      if (!operator) return left;
      this.#take();
      left = { type: 'binary', operator, left, right: part() };
    }
  }

  #sign(): Formula {
    const { text } = this.#token;
    if (text !== '-' && text !== '+') return this.#power();
    this.#take();
    const of = this.#sign();
    return text === '-' ? { type: 'minus', of } : of;
  }

  #power(): Formula {
    const left = this.#atom();
    if (this.#token.text !== '^') return left;
    this.#take();
    return { type: 'binary', operator: '^', left, right: this.#sign() };
  }

  #atom(): Formula {
    const { text, number, name, quoted } = this.#token;
    if (number !== undefined) {
      this.#take();
      return { type: 'number', value: Number(number) };
    }
    if (text === '(') return this.#inParentheses();
    const column = quoted ?? name;
    if (column === undefined) throw this.#expected('value');
    // A column may be named as a function is; the parenthesis tells.
    const called = name && Object.hasOwn(FUNCTIONS, name) && (this.#opens() || !this.columns.has(name));
    if (called) {
      this.#take();
      if (this.#token.text !== '(') throw this.#expected('open');
      return { type: 'call', name: name as FunctionName, of: this.#inParentheses() };
    }
    if (!this.columns.has(column)) throw this.#expected('column');
    this.#take();
    return { type: 'column', name: column };
  }

  #opens(): boolean {
    return /^\s*\(/.test(this.text.slice(this.#position));
  }

  #inParentheses(): Formula {
    this.#take();
    const inside = this.#sum();
    if (this.#token.text !== ')') throw this.#expected('close');
    this.#take();
    return inside;
  }

  #take(): void {
    this.#token = this.#next();
  }

  #next(): Token {
    TOKEN.lastIndex = this.#position;
    const [all, number, name, quoted] = TOKEN.exec(this.text)!;
    const text = all.trimStart();
    const at = this.#position + all.length - text.length + 1;
    this.#position += all.length;
    if (text === '`') throw new FormulaError('backquote', this.text.length + 1, '');
    return { at, text, number, name, quoted };
  }

  #expected(problem: FormulaProblem): FormulaError {
    return new FormulaError(problem, this.#token.at, this.#token.text);
  }
}

/** The columns that a formula uses, each once. */
export function columnsOf(formula: Formula): string[] {
  switch (formula.type) {
    case 'number':
      return [];
    case 'column':
      return [formula.name];
    case 'binary':
      return [...new Set([...columnsOf(formula.left), ...columnsOf(formula.right)])];
    default:
      return columnsOf(formula.of);
  }
}

/**
 * A formula as a function of the row.
 * @param column the numbers of a column, by its name; [rows]
 */
export function compile(
  formula: Formula,
  column: (name: string) => ArrayLike<number>,
): (row: number) => number {
  switch (formula.type) {
    case 'number':
      return () => formula.value;
    case 'column': {
      const values = column(formula.name);
      return (row) => values[row];
    }
    case 'minus': {
      const of = compile(formula.of, column);
      return (row) => -of(row);
    }
    case 'call': {
      const of = compile(formula.of, column);
      const apply = FUNCTIONS[formula.name];
      return (row) => apply(of(row));
    }
    case 'binary': {
      const left = compile(formula.left, column);
      const right = compile(formula.right, column);
      return binary(formula.operator, left, right);
    }
  }
}

type OfRow = (row: number) => number;

function binary(operator: Operator, left: OfRow, right: OfRow): OfRow {
  switch (operator) {
    case '+':
      return (row) => left(row) + right(row);
    case '-':
      return (row) => left(row) - right(row);
    case '*':
      return (row) => left(row) * right(row);
    case '/':
      return (row) => left(row) / right(row);
    case '^':
      return (row) => left(row) ** right(row);
  }
}
