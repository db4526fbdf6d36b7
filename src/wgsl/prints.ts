import { type Token, closing, tokensOf } from './tokens.ts';
import { scalarOf, settled, widthOf } from './typeNames.ts';
import { Types } from './types.ts';

/** The binding that the prints of a text are written to. */
export const PRINTS = 'katman_prints';
/** Numbers of 4 bytes that it has: what does not fit is counted, and lost. */
export const PRINT_WORDS = 2 ** 16;
/** Before the first record: numbers in use, and prints that were lost. */
const HEAD = 2;
/** Before the values of a record: the place that printed, and the invocation. */
const RECORD = 4;
const MOST_VALUES = 16;

/** A `print(...)` of a text. */
export interface PrintSite {
  /** From 1. */
  readonly line: number;
  /** As it was given in quotes. */
  readonly name: string | undefined;
  /** Each value as it was written, and its type: a scalar or a vector of f32, i32 or u32. */
  readonly values: readonly { readonly text: string; readonly type: string }[];
}

/** Something that keeps a text from being printed from: one sentence, with its place in it. */
export interface PrintProblem {
  readonly at: number;
  readonly message: string;
}

/** What one invocation printed at one place. */
export interface Printed extends Pick<PrintSite, 'line' | 'name'> {
  readonly invocation: readonly [number, number, number];
  readonly values: readonly { readonly text: string; readonly numbers: readonly number[] }[];
}

interface Call {
  /** Indices of `print`, its brackets, and the semicolon. */
  readonly start: number;
  readonly open: number;
  readonly close: number;
}

function callsOf(tokens: readonly Token[]): Call[] {
  // Whoever has a function of that name means it.
  if (tokens.some(({ text }, i) => text === 'fn' && tokens[i + 1]?.text === 'print')) return [];
  return tokens.flatMap(({ text }, i) =>
    text === 'print' && tokens[i + 1]?.text === '(' && tokens[i - 1]?.text !== '.'
      ? [{ start: i, open: i + 1, close: closing(tokens, i + 1) }]
      : [],
  );
}

/** Whether a text prints. */
export const hasPrints = (wgsl: string): boolean =>
  wgsl.includes('print') && callsOf(tokensOf(wgsl)).length > 0;

/** The text without its prints: what is judged and timed. Lines and columns stay where they are. */
export function withoutPrints(wgsl: string): string {
  if (!hasPrints(wgsl)) return wgsl;
  const tokens = tokensOf(wgsl);
  return callsOf(tokens).reduce((text, { start, close }) => {
    const [from, to] = [tokens[start].at, (tokens[close]?.at ?? text.length - 1) + 1];
    return text.slice(0, from) + text.slice(from, to).replace(/[^\n]/g, ' ') + text.slice(to);
  }, wgsl);
}

/** The text whose prints write into the buffer `PRINTS`, and what each of them prints. Lines stay where they are. */
export function withPrints(wgsl: string): {
  readonly text: string;
  readonly sites: readonly PrintSite[];
  readonly problems: readonly PrintProblem[];
} {
  const tokens = tokensOf(wgsl);
  const calls = callsOf(tokens);
  const types = new Types(tokens);
  const sites: PrintSite[] = [];
  const problems: PrintProblem[] = [];
  const insertions: { at: number; until: number; text: string }[] = [];
  for (const call of calls) {
    const site = siteOf(wgsl, tokens, call, types);
    if ('message' in site) {
      problems.push(site);
      continue;
    }
    sites.push(site);
    const [at, until] = [tokens[call.start].at, tokens[call.close].at + 1];
    const lines = wgsl.slice(at, until).replace(/[^\n]/g, '');
    insertions.push({ at, until, text: written(site, sites.length) + lines });
  }
  if (!sites.length) return { text: wgsl, sites, problems };
  const last = tokens[tokens.length - 1];
  const end = last.at + last.text.length;
  insertions.push(...knowing(tokens), { at: end, until: end, text: ` ${recorder(tokens)}` });
  let [text, from] = ['', 0];
  for (const one of insertions.sort((a, b) => a.at - b.at)) {
    text += wgsl.slice(from, one.at) + one.text;
    from = one.until;
  }
  return { text: text + wgsl.slice(from), sites, problems };
}

function siteOf(
  wgsl: string,
  tokens: readonly Token[],
  { start, open, close }: Call,
  types: Types,
): PrintSite | PrintProblem {
  const problem = (message: string, at = start): PrintProblem => ({ at: tokens[at].at, message });
  const slice = (from: number, to: number) =>
    wgsl.slice(tokens[from].at, tokens[to - 1].at + tokens[to - 1].text.length);
  let first = open + 1;
  let name: string | undefined;
  if (tokens[first]?.text === '"') {
    const quote = tokens.findIndex(({ text }, i) => i > first && text === '"');
    name = quote < 0 || quote > close ? undefined : wgsl.slice(tokens[first].at + 1, tokens[quote].at);
    if (name === undefined || name.includes('\n'))
      return problem('The name in print ends with " on its own line: close it, and leave out slashes', first);
    first = quote + 1;
    if (tokens[first]?.text === ',') first++;
    else if (first !== close) return problem("Behind the name in print comes ',' and a value", first);
  }
  const around = `${tokens[start - 1]?.text} ${tokens[close + 1]?.text}`;
  if (!/^[;{}:] ;$/.test(around))
    return problem("print(...) is a statement of its own: write it on a line by itself, with ';' behind it");
  if (!isInFunction(tokens, start)) return problem('print(...) stands in a function: move it into one');
  const parts = types.argumentsOf(open).filter(([from]) => from >= first);
  if (!parts.length) return problem('print(...) has no value: give it one, such as print("sum", sum)');
  const values: { text: string; type: string }[] = [];
  for (const [from, to] of parts) {
    if (from === to) return problem('A value is missing in print(...): two commas follow each other', from);
    const text = slice(from, to).replace(/\s+/g, ' ');
    const type = types.of(from, to);
    const known = type && settled(type);
    if (!known)
      return problem(
        `The type of '${text}' is not clear to print: give it a variable with a type, or write f32(${text})`,
        from,
      );
    if (!widthOf(known) || !/^[fiu]32$/.test(scalarOf(known)))
      return problem(
        `'${text}' is of type ${known}, which print does not take: it takes f32, i32, u32 and their vectors${/bool|f16/.test(known) ? `; write ${/bool/.test(known) ? 'u32' : 'f32'}(${text})` : ''}`,
        from,
      );
    values.push({ text, type: known });
  }
  if (countOf({ values }) > MOST_VALUES)
    return problem(`print takes up to ${MOST_VALUES} numbers, not ${countOf({ values })}: write two of them`);
  return { line: wgsl.slice(0, tokens[start].at).split('\n').length, name, values };
}

const countOf = ({ values }: Pick<PrintSite, 'values'>) =>
  values.reduce((sum, { type }) => sum + widthOf(type)!, 0);

function isInFunction(tokens: readonly Token[], at: number): boolean {
  let depth = 0;
  for (let i = 0; i < at; i++) depth += tokens[i].text === '{' ? 1 : tokens[i].text === '}' ? -1 : 0;
  return depth > 0;
}

/** What stands in the place of a print: each value is worked out once. */
function written({ values }: PrintSite, number: number): string {
  const lets = values.map(({ text, type }, i) => `let katman_v${i}: ${type} = ${text};`).join(' ');
  const words = values.flatMap(({ type }, i) =>
    widthOf(type) === 1
      ? [`katman_v${i}`]
      : [...'xyzw'].slice(0, widthOf(type)).map((one) => `katman_v${i}.${one}`),
  );
  const stores = words
    .map((word, i) => `atomicStore(&${PRINTS}[katman_at + ${i}u], bitcast<u32>(${word}));`)
    .join(' ');
  return `{ ${lets} let katman_at = katman_print(${number}u, ${words.length}u); if katman_at > 0u { ${stores} } }`;
}

/** The binding behind all others, and what keeps room in it. */
function recorder(tokens: readonly Token[]): string {
  const taken = tokens.map(({ text }, i) =>
    text === 'binding' && tokens[i + 1]?.text === '(' ? Number.parseInt(tokens[i + 2].text) : -1,
  );
  const binding = taken.reduce((most, one) => Math.max(most, one || 0), -1) + 1;
  const lost = `atomicAdd(&${PRINTS}[1], 1u); return 0u;`;
  const stores = ['x', 'y', 'z'].map(
    (one, i) => `atomicStore(&${PRINTS}[at + ${i + 1}u], katman_invocation.${one});`,
  );
  return [
    `@group(0) @binding(${binding}) var<storage, read_write> ${PRINTS}: array<atomic<u32>, ${PRINT_WORDS}>;`,
    'var<private> katman_invocation: vec3<u32>;',
    'fn katman_print(site: u32, words: u32) -> u32 {',
    `if atomicLoad(&${PRINTS}[0]) >= ${PRINT_WORDS - HEAD}u { ${lost} }`,
    `let at = ${HEAD}u + atomicAdd(&${PRINTS}[0], words + ${RECORD}u);`,
    `if at + words + ${RECORD}u > ${PRINT_WORDS}u { ${lost} }`,
    `atomicStore(&${PRINTS}[at], site); ${stores.join(' ')} return at + ${RECORD}u; }`,
  ].join(' ');
}

/** Lets every function know which invocation it is: `main` is told, as it is or by one more parameter. */
function knowing(tokens: readonly Token[]): { at: number; until: number; text: string }[] {
  const fn = tokens.findIndex(({ text }, i) => text === 'main' && tokens[i - 1]?.text === 'fn');
  if (fn < 0) return [];
  const [open, close] = [fn + 1, closing(tokens, fn + 1)];
  const body = tokens.findIndex(({ text }, i) => i > close && text === '{');
  const builtin = tokens.findIndex(({ text }) => text === 'global_invocation_id');
  const told = tokens[builtin + 2]?.text;
  const add = (at: number, text: string) => ({ at: tokens[at].at + 1, until: tokens[at].at + 1, text });
  const set = (id: string) => add(body, ` katman_invocation = ${id};`);
  if (builtin > open && builtin < close) return [set(told)];
  const struct = tokens.findLastIndex(({ text }, i) => i < builtin && text === 'struct');
  const param = tokens.findIndex(
    ({ text }, i) => i > open && i < close && text === ':' && tokens[i + 1].text === tokens[struct + 1]?.text,
  );
  if (builtin >= 0 && struct >= 0 && param > 0) return [set(`${tokens[param - 1].text}.${told}`)];
  return [add(open, '@builtin(global_invocation_id) katman_id: vec3<u32>, '), set('katman_id')];
}

/** What was printed, invocation by invocation, each in its own order; and how many prints did not fit. */
export function readPrints(
  words: Uint32Array,
  sites: readonly PrintSite[],
): { readonly prints: readonly Printed[]; readonly lost: number } {
  const prints: Printed[] = [];
  const floats = new Float32Array(words.buffer, words.byteOffset, words.length);
  const whole = new Int32Array(words.buffer, words.byteOffset, words.length);
  const end = Math.min(PRINT_WORDS, HEAD + words[0]);
  for (let at = HEAD; at < end;) {
    const site = sites[words[at] - 1];
    // The last one may not have fitted.
    if (!site) break;
    const { line, name } = site;
    const invocation = [words[at + 1], words[at + 2], words[at + 3]] as const;
    at += RECORD;
    const values = site.values.map(({ text, type }) => {
      const from = { f32: floats, i32: whole, u32: words }[scalarOf(type)]!;
      const numbers = Array.from(from.subarray(at, at + widthOf(type)!));
      at += numbers.length;
      return { text, numbers };
    });
    prints.push({ line, name, invocation, values });
  }
  const order = ({ invocation: [x, y, z] }: Printed) => (z * 2 ** 16 + y) * 2 ** 26 + x;
  return { prints: prints.sort((a, b) => order(a) - order(b)), lost: words[1] };
}
