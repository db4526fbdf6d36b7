/** A word, number or sign of WGSL, and where it begins. */
export interface Token {
  readonly text: string;
  readonly at: number;
}

const TOKEN =
  /\/\/[^\n\v\f\r\u0085\u2028\u2029]*|\/\*|[\p{XID_Start}_][\p{XID_Continue}]*|0[xX][\da-fA-F.]+(?:[pP][+-]?\d+)?[iufh]?|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?[iufh]?|<<=|>>=|\+\+|--|&&|\|\||->|[-+*/%&|^=!<>]=|<<|>>|[^\s]/gu;

/** The tokens of a text without its comments, which nest. What is no WGSL is cut into signs, and never refused. */
export function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  for (let found; (found = TOKEN.exec(text));) {
    if (found[0] === '/*') TOKEN.lastIndex = afterComment(text, found.index);
    else if (!found[0].startsWith('//')) tokens.push({ text: found[0], at: found.index });
  }
  return tokens;
}

function afterComment(text: string, start: number): number {
  let depth = 0;
  const ends = /\/\*|\*\//g;
  ends.lastIndex = start;
  for (let found; (found = ends.exec(text));) {
    depth += found[0] === '/*' ? 1 : -1;
    if (depth === 0) return ends.lastIndex;
  }
  return text.length;
}

const CLOSES: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

/** The index of the bracket that closes the one at `open`; the number of tokens where none does. */
export function closing(tokens: readonly Token[], open: number): number {
  const [opens, closes] = [tokens[open].text, CLOSES[tokens[open].text]];
  let depth = 0;
  for (let i = open; i < tokens.length; i++) {
    if (tokens[i].text === opens) depth++;
    else if (tokens[i].text === closes && --depth === 0) return i;
  }
  return tokens.length;
}
