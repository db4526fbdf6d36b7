import type { Params } from '../../gpu/kernel.ts';

/**
 * How many workgroups a text wants: it says so in a comment, as `// workgroups: ceil(m / TILE) * ceil(n / TILE)`.
 * Names are sizes, counts and overrides; there are + - * /, parentheses, ceil, floor, min and max.
 */
const COMMENT = /^[ \t]*\/\/[ \t]*workgroups:[ \t]*(.+?)[ \t]*$/m;

/** The expression of a text, and its line from 1; undefined if it has none. */
export function workgroupsOf(source: string): { expression: string; line: number } | undefined {
  const found = COMMENT.exec(source);
  return found ? { expression: found[1], line: source.slice(0, found.index).split('\n').length } : undefined;
}

const FUNCTIONS: Readonly<Record<string, (...values: number[]) => number>> = {
  ceil: Math.ceil,
  floor: Math.floor,
  min: Math.min,
  max: Math.max,
};

/** @throws Error saying what is wrong with the expression */
export function evaluate(expression: string, values: Params): number {
  const tokens = expression.match(/[A-Za-z_]\w*|\d+(?:\.\d+)?|\S/g) ?? [];
  let at = 0;
  const take = (text: string) => tokens[at] === text && ++at > 0;
  const need = (text: string) => {
    if (!take(text)) throw new Error(`'${text}' is missing before '${tokens[at] ?? 'the end'}'`);
  };
  const chain = (
    next: () => number,
    operators: Readonly<Record<string, (a: number, b: number) => number>>,
  ) => {
    let value = next();
    while (Object.hasOwn(operators, tokens[at] ?? '')) value = operators[tokens[at++]](value, next());
    return value;
  };
  const sum = (): number => chain(product, { '+': (a, b) => a + b, '-': (a, b) => a - b });
  const product = (): number => chain(one, { '*': (a, b) => a * b, '/': (a, b) => a / b });
  const one = (): number => {
    const token = tokens[at++] ?? 'the end';
    if (token === '(') {
      const value = sum();
      need(')');
      return value;
    }
    if (/^\d/.test(token)) return Number(token);
    if (Object.hasOwn(FUNCTIONS, token)) {
      need('(');
      const given = [sum()];
      while (take(',')) given.push(sum());
      need(')');
      return FUNCTIONS[token](...given);
    }
    if (Object.hasOwn(values, token)) return values[token];
    throw new Error(`there is no '${token}'; there are ${Object.keys(values).join(', ')}`);
  };
  const value = sum();
  if (at < tokens.length) throw new Error(`'${tokens[at]}' is one too many`);
  if (!Number.isSafeInteger(value) || value < 1)
    throw new Error(`it is ${value}, and is to be a whole number of at least 1`);
  return value;
}
