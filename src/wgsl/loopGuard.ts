import { type HostNames, hostNames, isFinite } from './finiteLoops.ts';
import { type Token, closing, tokensOf } from './tokens.ts';

/** Rounds that the loops of one invocation may make, if not told otherwise. */
export const MOST_ROUNDS = 2 ** 20;
/** Tokens of a text that a compiler is given: with twice as many it may be busy for half a minute. */
export const MOST_TOKENS = 16_000;

/** What is written before the token at an offset of the text. */
interface Insertion {
  readonly at: number;
  readonly text: string;
}

/** A function of the text. */
interface Function {
  readonly name: string;
  /** Its body's first and last token, the braces. */
  readonly open: number;
  readonly close: number;
  /** What it returns; empty for nothing. */
  readonly type: string;
  readonly isEntry: boolean;
}

const PREFIX = 'katman_rounds';
/** The binding that tells that a loop was cut short. */
export const SPENT = 'katman_spent';

/**
 * Writes into a text that its loops end: once those of an invocation have made so many rounds, they are left one after the
 * other. Lines stay where they are. Loops that end for certain (finiteLoops.ts) are left as they are, so that what is
 * written well costs nothing; nothing is guarded in what has no loop.
 *
 * A loop counts in a variable of its own, declared before the outermost loop around it: so its rounds are counted all
 * together, and whether the invocations of a workgroup leave it together (as a barrier in it demands) is decided by what
 * decided it before. Loops of functions without barriers share one variable over all calls. A function with a barrier in
 * a loop begins anew at each call: of those, one within the other, the rounds multiply.
 * @param options.reports whether a buffer tells that a loop was left so: its first number is then 1, of a binding `SPENT`
 *   that is added where there is a guard
 */
export function guardLoops(wgsl: string, most = MOST_ROUNDS, { reports = false } = {}): string {
  const tokens = tokensOf(wgsl);
  const names = hostNames(tokens);
  const functions = functionsOf(tokens, wgsl);
  const together = waiting(tokens, functions);
  const insertions: Insertion[] = [];
  let shared = false;
  let count = 0;
  for (const one of functions) {
    const own = one.isEntry || together.has(one.name);
    let outermost = one.open;
    let outermostEnds = one.open;
    for (let i = one.open; i < one.close; i++) {
      const open = bodyOf(tokens, i);
      if (open === undefined) continue;
      const close = closing(tokens, open);
      if (i > outermostEnds) [outermost, outermostEnds] = [statementAt(tokens, i), close];
      if (ends(tokens, i, open, close, names)) continue;
      const name = own ? `${PREFIX}_${count++}` : PREFIX;
      if (own) insertions.push({ at: tokens[outermost].at, text: `var ${name} = ${most}u; ` });
      else shared = true;
      const leave = leaves(tokens, i, open, close) || !one.type ? 'break;' : `return ${one.type}();`;
      insertions.push({
        at: tokens[open].at + 1,
        text: ` if ${name} == 0u { ${reports ? `${SPENT}[0] = 1u; ` : ''}${leave} } ${name} -= 1u;`,
      });
    }
  }
  if (!insertions.length) return wgsl;
  const last = tokens[tokens.length - 1];
  const end = last.at + last.text.length;
  if (shared) insertions.push({ at: end, text: ` var<private> ${PREFIX}: u32 = ${most}u;` });
  if (reports) insertions.push({ at: end, text: ` ${spentAt(tokens)}` });
  return write(wgsl, insertions);
}

/** The binding behind all others. */
function spentAt(tokens: readonly Token[]): string {
  const taken = tokens.map(({ text }, i) =>
    text === 'binding' && tokens[i + 1]?.text === '(' ? Number.parseInt(tokens[i + 2].text) : -1,
  );
  const binding = taken.reduce((most, one) => Math.max(most, one || 0), -1) + 1;
  return `@group(0) @binding(${binding}) var<storage, read_write> ${SPENT}: array<u32, 1>;`;
}

/** How many tokens a text has. */
export function tokenCount(wgsl: string): number {
  return tokensOf(wgsl).length;
}

function write(wgsl: string, insertions: Insertion[]): string {
  let [out, from] = ['', 0];
  for (const { at, text } of [...insertions].sort((a, b) => a.at - b.at)) {
    out += wgsl.slice(from, at) + text;
    from = at;
  }
  return out + wgsl.slice(from);
}

function functionsOf(tokens: readonly Token[], wgsl: string): Function[] {
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

/** What the invocations of a workgroup do together or not at all. */
const TOGETHER =
  /^(workgroupBarrier|storageBarrier|textureBarrier|workgroupUniformLoad|subgroup\w+|quad[A-Z]\w+)$/;

/** The functions that wait for other invocations, themselves or in what they call. */
function waiting(tokens: readonly Token[], functions: readonly Function[]): ReadonlySet<string> {
  const found = new Set<string>();
  for (let more = true; more;) {
    more = false;
    for (const { name, open, close } of functions) {
      if (found.has(name)) continue;
      const waits = ({ text }: Token, i: number) =>
        tokens[open + i + 1]?.text === '(' && (TOGETHER.test(text) || found.has(text));
      if (!tokens.slice(open, close).some(waits)) continue;
      found.add(name);
      more = true;
    }
  }
  return found;
}

/** Where the body of the loop at `i` begins; undefined where there is no loop. */
function bodyOf(tokens: readonly Token[], i: number): number | undefined {
  const { text } = tokens[i];
  if (text !== 'for' && text !== 'while' && text !== 'loop') return undefined;
  if (tokens[i - 1]?.text === '.') return undefined;
  const from = text === 'for' ? closing(tokens, i + 1) : i;
  const open = tokens.findIndex((token, j) => j > from && token.text === '{');
  return open < 0 ? undefined : open;
}

/** The first token of a statement: attributes stand before it. */
function statementAt(tokens: readonly Token[], i: number): number {
  let at = i;
  while (at > 0 && !/^[{};]$/.test(tokens[at - 1].text)) at--;
  return at;
}

function ends(tokens: readonly Token[], i: number, open: number, close: number, names: HostNames): boolean {
  return (
    tokens[i].text === 'for' && isFinite(tokens.slice(i + 2, open - 1), tokens.slice(open, close), names)
  );
}

/** Whether what follows a loop is reached already: a `loop` that never breaks is followed by nothing. */
function leaves(tokens: readonly Token[], i: number, open: number, close: number): boolean {
  if (tokens[i].text === 'while') return true;
  if (tokens[i].text === 'for' && tokens[i + 2].text !== ';') {
    const parts = tokens.slice(i + 2, open).map(({ text }) => text);
    const first = parts.indexOf(';');
    if (parts[first + 1] !== ';') return true;
  }
  for (let j = open + 1; j < close; j++) {
    const { text } = tokens[j];
    // The breaks of what lies within are its own; those of an `if` and of `continuing` are the loop's.
    if (text === 'break') return true;
    if (text === 'switch')
      j = closing(
        tokens,
        tokens.findIndex((token, k) => k > j && token.text === '{'),
      );
    else if (/^(for|while|loop)$/.test(text)) j = closing(tokens, bodyOf(tokens, j) ?? j);
  }
  return false;
}
