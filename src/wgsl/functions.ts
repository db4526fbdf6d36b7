import { type Token, closing } from './tokens.ts';

/** A function of a text. */
export interface Function {
  readonly name: string;
  /** Its body's first and last token, the braces. */
  readonly open: number;
  readonly close: number;
  /** What it returns; empty for nothing. */
  readonly type: string;
  readonly isEntry: boolean;
}

/** The functions of a text, in its order. */
export function functionsOf(tokens: readonly Token[], wgsl: string): Function[] {
  const found: Function[] = [];
  for (let i = 0; i < tokens.length; i++) {
    if (tokens[i].text !== 'fn' || tokens[i + 2]?.text !== '(') continue;
    const params = closing(tokens, i + 2);
    const open = tokens.findIndex(({ text }, j) => j > params && text === '{');
    if (open < 0) break;
    const type =
      tokens[params + 1].text === '->'
        ? wgsl.slice(tokens[params + 1].at + 2, tokens[open].at).replace(/@\w+(\([^)]*\))?/g, '')
        : '';
    const before = tokens.slice(Math.max(0, i - 12), i).map(({ text }) => text);
    const start = Math.max(before.lastIndexOf('}'), before.lastIndexOf(';'));
    found.push({
      name: tokens[i + 1].text,
      open,
      close: closing(tokens, open),
      type: type.replace(/\/\/.*|\/\*[^]*?\*\//g, '').trim(),
      isEntry: before.slice(start + 1).includes('compute'),
    });
    i = open;
  }
  return found;
}

/** Where the functions of a text are called in the body of one of them, and which. */
export function callsIn(
  tokens: readonly Token[],
  functions: ReadonlyMap<string, Function>,
  { open, close }: Pick<Function, 'open' | 'close'>,
): { readonly at: number; readonly callee: Function }[] {
  const calls = [];
  for (let at = open; at < close; at++) {
    const callee = tokens[at + 1]?.text === '(' ? functions.get(tokens[at].text) : undefined;
    if (callee) calls.push({ at, callee });
  }
  return calls;
}

/** How many tokens a text has once each call is replaced by what it calls, as compilers do it. */
export function writtenOut(tokens: readonly Token[], wgsl: string): number {
  const functions = functionsOf(tokens, wgsl);
  const byName = new Map(functions.map((one) => [one.name, one]));
  const added = new Map<Function, number>();
  /** The tokens that the calls of a function add to it. */
  const addedTo = (one: Function): number => {
    const known = added.get(one);
    if (known !== undefined) return known;
    // What calls itself is refused by every compiler.
    added.set(one, 0);
    const sum = callsIn(tokens, byName, one).reduce(
      (sum, { callee }) => sum + callee.close - callee.open + addedTo(callee),
      0,
    );
    added.set(one, sum);
    return sum;
  };
  return functions.filter(({ isEntry }) => isEntry).reduce((sum, one) => sum + addedTo(one), tokens.length);
}
