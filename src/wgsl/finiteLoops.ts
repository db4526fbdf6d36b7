import { type Token, closing } from './tokens.ts';

const NUMBER = /^\.?\d/;
const WHOLE = /^(0x[\da-f]+|\d+)[iu]?$/i;
const SIGNS = new Set(['+', '*', '/', '%', '(', ')', ',', 'min', 'max', 'u32', 'i32']);
/** Rounds that a loop makes at most without a guard: no loop that a person means to end counts further. */
export const MOST = 2 ** 24;
/** What a size is taken for that the host chooses: four loops over sizes, one within the other, need no guard. */
const SIZE = 2 ** 6;

/** A whole number above 0 with its type. */
const STEP = /^[1-9]\d*[iu]$/;

/** Names whose values the text or the host has chosen, and those that are whole numbers above 0 for certain. */
export interface HostNames {
  /** How large each value is at most, where a size that the host chooses counts as `SIZE`. */
  readonly names: ReadonlyMap<string, number>;
  readonly steps: ReadonlySet<string>;
}

/**
 * The names of a text whose values the host chooses, or the text itself: `const`, `override`, uniforms, and `let`s that are
 * computed of those. A name that is also declared otherwise anywhere is none of them.
 */
export function hostNames(tokens: readonly Token[]): HostNames {
  const names = new Map<string, number>();
  const steps = new Set<string>();
  const others = new Set<string>();
  /** What each name is declared as: `let`s of one name may stand in several blocks. */
  const values = new Map<string, { value: readonly Token[]; isConstant: boolean }[]>();
  tokens.forEach(({ text }, i) => {
    const next = tokens[i + 1]?.text;
    const isConstant = text === 'const' || text === 'override';
    if (isConstant || text === 'let') {
      const value = valueAfter(tokens, i);
      if (isConstant && value.length === 1 && STEP.test(value[0].text)) steps.add(next);
      if (text === 'override' && !value.length) names.set(next, SIZE);
      else values.set(next, [...(values.get(next) ?? []), { value, isConstant }]);
    }
    if (text === 'var') {
      const template = next === '<' ? tokens.findIndex((token, j) => j > i && token.text === '>') : i;
      const name = tokens[template + 1]?.text;
      if (tokens[i + 2]?.text === 'uniform') names.set(name, SIZE);
      else others.add(name);
    }
    if (text === 'fn') {
      const open = i + 2;
      if (tokens[open]?.text !== '(') return;
      for (let j = open + 1; j < closing(tokens, open); j++)
        if (tokens[j + 1]?.text === ':') others.add(tokens[j].text);
    }
  });
  for (const name of others) names.delete(name);
  for (let found = true; found;) {
    found = false;
    for (const [name, declared] of values) {
      if (names.has(name) || others.has(name)) continue;
      const mosts = declared.map(({ value, isConstant }) => mostOf(value, names, isConstant));
      if (mosts.includes(undefined)) continue;
      names.set(name, Math.max(...(mosts as number[])));
      found = true;
    }
  }
  for (const name of others) steps.delete(name);
  return { names, steps };
}

/** The tokens of a value; of what is declared without one, none. */
function valueAfter(tokens: readonly Token[], from: number): Token[] {
  const start = tokens.findIndex(({ text }, i) => i > from && text === '=');
  const end = tokens.findIndex(({ text }, i) => i > from && text === ';');
  return start < 0 || end < start ? [] : tokens.slice(start + 1, end);
}

/**
 * How large an expression is at most that is made of such names and of numbers; undefined for any other, and for a
 * difference, which could fall below 0 (of constants a compiler refuses that).
 */
function mostOf(
  expression: readonly Token[],
  names: ReadonlyMap<string, number>,
  isConstant = false,
): number | undefined {
  if (!expression.length) return undefined;
  const isSum = expression.some(({ text }) => text === '+');
  let most = 1;
  for (const [i, { text }] of expression.entries()) {
    const before = expression[i - 1]?.text;
    if (before === '.' || text === '.' || SIGNS.has(text) || (text === '-' && isConstant)) continue;
    const value = NUMBER.test(text) ? numberOf(text) : names.get(text);
    if (value === undefined) return undefined;
    // A sum is at most the product of its terms, each with one more.
    if (before !== '/' && before !== '%' && before !== '-') most *= Math.max(1, value + Number(isSum));
  }
  return most;
}

function numberOf(text: string): number | undefined {
  const value = WHOLE.test(text) ? Number(text.replace(/[iu]$/i, '')) : NaN;
  return value < MOST ? value : undefined;
}

/**
 * How many rounds a `for` makes at most, if it surely ends: a whole number that counts up by one, or by a constant, to a
 * bound that the host or the text has chosen, or that is halved until it is 0; and that nothing else changes.
 * @param head the tokens between the parentheses of the `for`
 */
export function roundsOf(
  head: readonly Token[],
  body: readonly Token[],
  { names, steps }: HostNames,
): number | undefined {
  const parts = split(head);
  if (parts.length !== 3) return undefined;
  const [start, [left, relation, ...bound], [index, step, ...by]] = parts;
  if (start[0]?.text !== 'var' || !left || !relation || !index || !step) return undefined;
  const name = start[1]?.text;
  if (left.text !== name || index.text !== name || isChanged(name, body)) return undefined;
  const amount = by.map(({ text }) => text).join('');
  const most = mostOf(bound, names);
  if (step.text === '>>=' || step.text === '/=')
    return relation.text === '>' && most !== undefined && isMore(amount, step.text === '/=')
      ? HALVINGS
      : undefined;
  if (relation.text !== '<' && relation.text !== '<=') return undefined;
  // A number with a type keeps a float, which may stand still when something small is added, from being the index.
  const counts =
    step.text === '++'
      ? by.length === 0
      : step.text === '+=' && by.length === 1 && (STEP.test(amount) || steps.has(amount));
  return counts ? most : undefined;
}

/** A number of 32 bits is 0 after so many. */
const HALVINGS = 32;

/** A shift by 1 or more, a division by 2 or more. */
function isMore(amount: string, division: boolean): boolean {
  return /^\d+[iu]?$/.test(amount) && Number.parseInt(amount) >= (division ? 2 : 1);
}

function split(head: readonly Token[]): Token[][] {
  const parts: Token[][] = [[]];
  for (const token of head) {
    if (token.text === ';') parts.push([]);
    else parts[parts.length - 1].push(token);
  }
  return parts;
}

const ASSIGNS = /^(=|\+=|-=|\*=|\/=|%=|&=|\|=|\^=|<<=|>>=|\+\+|--)$/;

function isChanged(name: string, body: readonly Token[]): boolean {
  return body.some(
    ({ text }, i) =>
      text === name &&
      body[i - 1]?.text !== '.' &&
      (ASSIGNS.test(body[i + 1]?.text ?? '') || body[i - 1]?.text === '&'),
  );
}
