import { type HostNames, MOST, hostNames, roundsOf } from './finiteLoops.ts';
import { type Function, callsIn, functionsOf, writtenOut } from './functions.ts';
import { type Token, closing, tokensOf } from './tokens.ts';

/** Rounds that the loops of one invocation may make, if not told otherwise. */
export const MOST_ROUNDS = 2 ** 20;
/** A round with a barrier in it counts as so many: in software it takes as long. */
export const BARRIER_ROUNDS = 32;
/** Tokens of a text that a compiler is given: with twice as many it may be busy for half a minute. */
export const MOST_TOKENS = 16_000;
/** The same with every call written out, as compilers do it. */
export const MOST_WRITTEN_OUT = 64_000;

/** What is written before the token at an offset of the text. */
interface Insertion {
  readonly at: number;
  readonly text: string;
}

/** A loop of the text, by its tokens. */
interface Loop {
  /** Its first token, and that of its statement: attributes stand before it. */
  readonly at: number;
  readonly statement: number;
  /** Its body's braces. */
  readonly open: number;
  readonly close: number;
  /** How many rounds it makes at most, if that is certain. */
  readonly rounds: number | undefined;
}

const PREFIX = 'katman_rounds';
/** Rounds that the calls before this one have made, of functions that wait for other invocations. */
const USED = 'katman_used';
/** The binding that tells that a loop was cut short. */
export const SPENT = 'katman_spent';

/**
 * Writes into a text that its loops end: once those of an invocation have made so many rounds, they are left one after the
 * other. Lines stay where they are. Loops that end for certain (finiteLoops.ts), and soon, whatever they lie in and are
 * called from, are left as they are, so that what is written well costs nothing; nothing is guarded in what has no loop.
 *
 * Loops share a variable that counts their rounds over all calls. But whether the invocations of a workgroup leave a loop
 * together, as a barrier in it or behind it demands, has to be decided by what decided it before: loops with a barrier,
 * one within the other, count in a variable of their own, declared before the outermost, and where their function is
 * called again, they go on counting; so does a loop with a `return` in a function that waits, for each call anew.
 * @param options.reports whether a buffer tells that a loop was left so: its first number is then 1, of a binding `SPENT`
 *   that is added where there is a guard
 */
export function guardLoops(wgsl: string, most = MOST_ROUNDS, { reports = false } = {}): string {
  const tokens = tokensOf(wgsl);
  const functions = functionsOf(tokens, wgsl);
  const byName = new Map(functions.map((one) => [one.name, one]));
  const names = hostNames(tokens);
  const loops = new Map(functions.map((one) => [one, loopsOf(tokens, one, names)]));
  const together = waiting(tokens, functions, TOGETHER);
  const barriers = waiting(tokens, functions, BARRIER);
  const often = howOften(tokens, byName, loops, most);
  const insertions: Insertion[] = [];
  const insert = (at: number, text: string) => insertions.push({ at, text });
  let [isShared, isUsed, count] = [false, false, 0];
  for (const [one, own] of loops) {
    let ofEntry: string | undefined;
    const ofNest = new Map<Loop, string>();
    for (const loop of own) {
      const around = own.filter(({ open, close }) => open < loop.at && loop.at < close);
      const times = timesIn(around, often.get(one)!, most);
      if (loop.rounds !== undefined && times * loop.rounds <= MOST) continue;
      const has = (words: RegExp, called?: ReadonlySet<string>) =>
        tokens.slice(loop.at, loop.close).some(({ text }) => words.test(text) || called?.has(text));
      const outermost = around[0] ?? loop;
      let name = PREFIX;
      let counted = '';
      let rounds = most;
      if (together.has(one.name) && (has(TOGETHER, together) || has(/^return$/))) {
        const isUniform = has(BARRIER, barriers);
        if (isUniform) rounds = Math.max(1, Math.floor(most / BARRIER_ROUNDS));
        const goesOn = isUniform && !one.isEntry;
        isUsed ||= goesOn;
        const known = isUniform ? ofNest.get(outermost) : undefined;
        name = known ?? `${PREFIX}_${count++}`;
        if (isUniform) ofNest.set(outermost, name);
        const before = goesOn ? ` - workgroupUniformLoad(&${USED})` : '';
        if (!known) insert(tokens[outermost.statement].at, `var ${name} = ${rounds}u${before}; `);
        if (goesOn) counted = ` ${USED} = ${rounds}u - ${name};`;
      } else if (one.isEntry) {
        // A variable of its own function is faster than one of all.
        if (!ofEntry) {
          ofEntry = `${PREFIX}_${count++}`;
          insert(tokens[one.open].at + 1, ` var ${ofEntry} = ${most}u;`);
        }
        name = ofEntry;
      } else isShared = true;
      const leave = leaves(tokens, loop) || !one.type ? 'break;' : `return ${one.type}();`;
      const report = reports ? `${SPENT}[0] = 1u; ` : '';
      insert(tokens[loop.open].at + 1, ` if ${name} == 0u { ${report}${leave} } ${name} -= 1u;${counted}`);
    }
  }
  if (!insertions.length) return wgsl;
  const last = tokens[tokens.length - 1];
  const end = last.at + last.text.length;
  if (isShared) insert(end, ` var<private> ${PREFIX}: u32 = ${most}u;`);
  if (isUsed) insert(end, ` var<workgroup> ${USED}: u32;`);
  if (reports) insert(end, ` ${spentAt(tokens)}`);
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

/** How many tokens a text has; with `calls`, each call replaced by what it calls, where the text is not too long anyway. */
export function tokenCount(wgsl: string, { calls = false } = {}): number {
  const tokens = tokensOf(wgsl);
  return calls && tokens.length <= MOST_TOKENS ? writtenOut(tokens, wgsl) : tokens.length;
}

function write(wgsl: string, insertions: Insertion[]): string {
  let [out, from] = ['', 0];
  for (const { at, text } of [...insertions].sort((a, b) => a.at - b.at)) {
    out += wgsl.slice(from, at) + text;
    from = at;
  }
  return out + wgsl.slice(from);
}

/** The loops of a function, those around others first. */
function loopsOf(tokens: readonly Token[], { open: from, close: to }: Function, names: HostNames): Loop[] {
  const found: Loop[] = [];
  for (let at = from; at < to; at++) {
    const open = bodyOf(tokens, at);
    if (open === undefined) continue;
    const close = closing(tokens, open);
    const isFor = tokens[at].text === 'for';
    const rounds = isFor
      ? roundsOf(tokens.slice(at + 2, open - 1), tokens.slice(open, close), names)
      : undefined;
    found.push({ at, statement: statementAt(tokens, at), open, close, rounds });
  }
  return found;
}

/** How often the body of the last of these loops is run at most: those that are guarded make `most` rounds in all. */
function timesIn(around: readonly Loop[], before: number, most: number): number {
  return around.reduce((times, { rounds }) => {
    const all = times * (rounds ?? Infinity);
    return all <= MOST ? all : most;
  }, before);
}

/** How often each function is called at most by one invocation, where a loop that may not end makes `most` rounds. */
function howOften(
  tokens: readonly Token[],
  byName: ReadonlyMap<string, Function>,
  loops: ReadonlyMap<Function, readonly Loop[]>,
  most: number,
): ReadonlyMap<Function, number> {
  const callers = new Map<Function, { from: Function; times: number }[]>();
  for (const [from, own] of loops)
    for (const { at, callee } of callsIn(tokens, byName, from)) {
      const around = own.filter(({ open, close }) => open < at && at < close);
      const times = timesIn(around, 1, most);
      callers.set(callee, [...(callers.get(callee) ?? []), { from, times }]);
    }
  const often = new Map<Function, number>();
  const timesOf = (one: Function): number => {
    const known = often.get(one);
    if (known !== undefined) return known;
    // What calls itself is refused by every compiler.
    often.set(one, 1);
    const sum = (callers.get(one) ?? []).reduce((sum, { from, times }) => sum + times * timesOf(from), 0);
    often.set(one, Math.max(1, sum));
    return often.get(one)!;
  };
  for (const one of loops.keys()) timesOf(one);
  return often;
}

/** What the invocations of a workgroup do together or not at all. */
const TOGETHER =
  /^(workgroupBarrier|storageBarrier|textureBarrier|workgroupUniformLoad|subgroup\w+|quad[A-Z]\w+)$/;

/** Of those, what orders memory, and every invocation of the workgroup has to reach. */
const BARRIER = /^(workgroupBarrier|storageBarrier|textureBarrier|workgroupUniformLoad)$/;

/** The functions that call what a pattern names, themselves or in what they call. */
function waiting(
  tokens: readonly Token[],
  functions: readonly Function[],
  pattern: RegExp,
): ReadonlySet<string> {
  const found = new Set<string>();
  for (let more = true; more;) {
    more = false;
    for (const { name, open, close } of functions) {
      if (found.has(name)) continue;
      const waits = ({ text }: Token, i: number) =>
        tokens[open + i + 1]?.text === '(' && (pattern.test(text) || found.has(text));
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

/** Whether what follows a loop is reached already: a `loop` that never breaks is followed by nothing. */
function leaves(tokens: readonly Token[], { at: i, open, close }: Loop): boolean {
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
