import { type Token, closing } from './tokens.ts';

const NUMBER = /^\.?\d/;
const WHOLE = /^(0x[\da-f]+|\d+)[iu]?$/i;
const SIGNS = new Set(['+', '*', '/', '%', '(', ')', ',', 'min', 'max', 'u32', 'i32']);
/** No loop that a person means to end counts further by a number of its own. */
const MOST = 2 ** 24;

/** A whole number above 0 with its type. */
const STEP = /^[1-9]\d*[iu]$/;

/** Names whose values the text or the host has chosen, and those that are whole numbers above 0 for certain. */
export interface HostNames {
  readonly names: ReadonlySet<string>;
  readonly steps: ReadonlySet<string>;
}

/**
 * The names of a text whose values the host chooses, or the text itself: `const`, `override`, uniforms, and `let`s that are
 * computed of those. A name that is also declared otherwise anywhere is none of them.
 */
export function hostNames(tokens: readonly Token[]): HostNames {
  const names = new Set<string>();
  const steps = new Set<string>();
  const others = new Set<string>();
  const lets: { name: string; value: readonly Token[] }[] = [];
  tokens.forEach(({ text }, i) => {
    const next = tokens[i + 1]?.text;
    if (text === 'const' || text === 'override') {
      names.add(next);
      const value = valueAfter(tokens, i);
      if (value.length === 1 && STEP.test(value[0].text)) steps.add(next);
    }
    if (text === 'let') lets.push({ name: next, value: valueAfter(tokens, i) });
    if (text === 'var') {
      const template = next === '<' ? tokens.findIndex((token, j) => j > i && token.text === '>') : i;
      const name = tokens[template + 1]?.text;
      (tokens[i + 2]?.text === 'uniform' ? names : others).add(name);
    }
    if (text === 'fn') {
      const open = i + 2;
      if (tokens[open]?.text !== '(') return;
      for (let j = open + 1; j < closing(tokens, open); j++)
        if (tokens[j + 1]?.text === ':') others.add(tokens[j].text);
    }
  });
  for (let found = true; found;) {
    found = false;
    for (const { name, value } of lets) {
      if (names.has(name) || !isHost(value, names)) continue;
      if (lets.some((one) => one.name === name && !isHost(one.value, names))) continue;
      names.add(name);
      found = true;
    }
  }
  for (const name of others) {
    names.delete(name);
    steps.delete(name);
  }
  return { names, steps };
}

function valueAfter(tokens: readonly Token[], from: number): Token[] {
  const start = tokens.findIndex(({ text }, i) => i > from && text === '=');
  const end = tokens.findIndex(({ text }, i) => i > from && text === ';');
  return start < 0 || end < start ? [] : tokens.slice(start + 1, end);
}

/** Whether an expression is made of such names and of numbers, without a difference, which could fall below 0. */
function isHost(expression: readonly Token[], names: ReadonlySet<string>): boolean {
  return (
    expression.length > 0 &&
    expression.every(({ text }, i) => {
      if (expression[i - 1]?.text === '.') return true;
      if (NUMBER.test(text)) return WHOLE.test(text) && Number.parseInt(text) < MOST;
      return text === '.' || SIGNS.has(text) || names.has(text);
    })
  );
}

/**
 * Whether a `for` surely ends, and after no more rounds than the host's sizes allow: a whole number that counts up by one, or
 * by a constant, to a bound that the host or the text has chosen, or that is halved until it is 0; and that nothing else changes.
 * @param head the tokens between the parentheses of the `for`
 */
export function isFinite(
  head: readonly Token[],
  body: readonly Token[],
  { names, steps }: HostNames,
): boolean {
  const parts = split(head);
  if (parts.length !== 3) return false;
  const [start, [left, relation, ...bound], [index, step, ...by]] = parts;
  if (start[0]?.text !== 'var' || !left || !relation || !index || !step) return false;
  const name = start[1]?.text;
  if (left.text !== name || index.text !== name || isChanged(name, body)) return false;
  const amount = by.map(({ text }) => text).join('');
  if (step.text === '>>=' || step.text === '/=')
    return (
      relation.text === '>' && bound.length > 0 && isHost(bound, names) && isMore(amount, step.text === '/=')
    );
  if ((relation.text !== '<' && relation.text !== '<=') || !isHost(bound, names)) return false;
  if (step.text === '++') return by.length === 0;
  // A number with a type keeps a float, which may stand still when something small is added, from being the index.
  return step.text === '+=' && by.length === 1 && (STEP.test(amount) || steps.has(amount));
}

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
