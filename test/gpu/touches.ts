import { type Token, closing, tokensOf } from '../../src/wgsl/tokens.ts';

/** Words before the records of a shadow: how many races there were, and the first of them. */
export const HEAD = 8;
/** Words of each number that is watched: the highest and the lowest that wrote it, and that read it. */
const RECORD = 4;
/** Elements of an array in the memory of a workgroup, at most. */
const MOST_SHARED = 2048;

/** Whose accesses are told apart: invocations of a workgroup, between barriers; or workgroups, which nothing orders. */
export type Among = 'invocations' | 'workgroups';

/** A text that writes down what it touches. */
export interface Touching {
  readonly text: string;
  /** What is watched: buffers that may be written, and, among invocations, the memory of the workgroup. */
  readonly watched: readonly string[];
  /** Words that the shadow needs for so many workgroups. */
  words(groups: number): number;
}

interface Watched {
  readonly name: string;
  readonly isShared: boolean;
  /** Bytes of an element. */
  readonly size: number;
}

/**
 * Writes into a text that each access of an element of a shared array is written down in a buffer `katman_shadow`, with
 * who it was and behind which barrier, and compared with what others did to the same element there. Two accesses race if
 * one of them writes, nothing orders them, and different invocations (or workgroups) made them; atomic operations on the
 * shadow see them whichever came first. A vector is one element: WGSL lets a store to a component write all of it.
 * @param without the barrier that is left out, by its place among those of the text
 */
export function touching(
  wgsl: string,
  elements: (name: string) => number,
  among: Among,
  without?: number,
): Touching {
  const text = without === undefined ? wgsl : leftOut(wgsl, without);
  const tokens = tokensOf(text);
  const watched = declared(tokens).filter(({ isShared }) => among === 'invocations' || !isShared);
  const places = new Map(watched.map(({ name }, i) => [name, i]));
  const caps = watched.map(({ name, isShared, size }) =>
    isShared ? MOST_SHARED : Math.ceil(elements(name) / (size / 4)),
  );
  const insertions: { at: number; text: string }[] = [];
  const insert = (at: number, inserted: string) => insertions.push({ at, text: inserted });
  tokens.forEach((token, i) => {
    const next = tokens[i + 1]?.text;
    const place = tokens[i - 1]?.text === '.' ? undefined : places.get(token.text);
    if (place !== undefined && next === '[') {
      const close = closing(tokens, i + 1);
      insert(tokens[i + 1].at + 1, `katman_${isWritten(tokens, close + 1) ? 'write' : 'read'}_${place}(u32(`);
      insert(tokens[close].at, '))');
    }
    if (among === 'workgroups' || next !== '(') return;
    if (token.text === 'storageBarrier') insert(token.at, 'katman_storage += 1u; ');
    if (token.text === 'workgroupBarrier') insert(token.at, 'katman_shared += 1u; ');
    if (token.text === 'workgroupUniformLoad')
      insert(tokens[statementAt(tokens, i)].at, 'katman_shared += 1u; ');
  });
  const fn = tokens.findIndex(({ text }, i) => text === 'main' && tokens[i - 1]?.text === 'fn');
  const params = closing(tokens, fn + 1);
  const told = tokens.slice(fn, params).map(({ text }) => text);
  const group = told.includes('workgroups') ? 'workgroup.y * workgroups.x + workgroup.x' : '0u';
  const body = tokens.findIndex(({ text }, i) => i > params && text === '{');
  insert(
    tokens[body].at + 1,
    ` katman_self = ${told.includes('local') ? 'local' : '0u'}; katman_group = ${group};`,
  );
  insert(text.length, shadow(tokens, watched, caps, among));
  let [out, from] = ['', 0];
  for (const one of insertions.sort((a, b) => a.at - b.at)) {
    out += text.slice(from, one.at) + one.text;
    from = one.at;
  }
  return {
    text: out + text.slice(from),
    watched: watched.map(({ name }) => name),
    words: (groups) =>
      HEAD + RECORD * caps.reduce((sum, cap) => sum + cap, 0) * (among === 'invocations' ? groups : 1),
  };
}

/** How many barriers a text has that can be left out. */
export const barriersOf = (wgsl: string) => wgsl.match(BARRIER)?.length ?? 0;

const BARRIER = /\b(workgroup|storage)Barrier\(\);/g;

function leftOut(wgsl: string, which: number): string {
  let at = 0;
  return wgsl.replace(BARRIER, (call) => (at++ === which ? '' : call));
}

/** Arrays that several invocations may write. */
function declared(tokens: readonly Token[]): Watched[] {
  return tokens.flatMap(({ text }, i): Watched[] => {
    if (text !== 'var' || tokens[i + 1]?.text !== '<') return [];
    const end = tokens.findIndex((token, j) => j > i && token.text === '>');
    const words = tokens.slice(i + 2, end).map((token) => token.text);
    const isShared = words[0] === 'workgroup';
    if (!isShared && !words.includes('read_write')) return [];
    const [name, , array, , element] = tokens.slice(end + 1, end + 6).map((token) => token.text);
    if (array !== 'array') return [];
    return [{ name, isShared, size: element.startsWith('vec4') ? 16 : 4 }];
  });
}

/** Whether what comes behind an index, and behind further indices and members, writes. */
function isWritten(tokens: readonly Token[], from: number): boolean {
  let i = from;
  for (;;) {
    if (tokens[i]?.text === '[') i = closing(tokens, i) + 1;
    else if (tokens[i]?.text === '.') i += 2;
    else break;
  }
  return /^(=|[-+*/%&|^]=|<<=|>>=|\+\+|--)$/.test(tokens[i]?.text ?? '');
}

function statementAt(tokens: readonly Token[], i: number): number {
  let at = i;
  while (at > 0 && !/^[{};]$/.test(tokens[at - 1].text)) at--;
  return at;
}

function shadow(
  tokens: readonly Token[],
  watched: readonly Watched[],
  caps: readonly number[],
  among: Among,
): string {
  const binding = Math.max(
    -1,
    ...tokens.map(({ text }, i) =>
      text === 'binding' && tokens[i + 1]?.text === '(' ? Number(tokens[i + 2].text) : -1,
    ),
  );
  const total = caps.reduce((sum, cap) => sum + cap, 0);
  const [who, first] =
    among === 'invocations' ? ['katman_self', `katman_group * ${total}u`] : ['katman_group', '0u'];
  const touch = (kind: 'read' | 'write', place: number) => {
    const base = caps.slice(0, place).reduce((sum, cap) => sum + cap, 0);
    const phase = watched[place].isShared ? 'katman_shared' : 'katman_storage';
    return `fn katman_${kind}_${place}(i: u32) -> u32 { katman_touch(${place}u, ${base}u, ${caps[place]}u, ${phase}, i, ${kind === 'write'}); return i; }`;
  };
  return `
@group(0) @binding(${binding + 1}) var<storage, read_write> katman_shadow: array<atomic<u32>>;
var<private> katman_self: u32;
var<private> katman_group: u32;
var<private> katman_storage: u32 = 1u;
var<private> katman_shared: u32 = 1u;

fn katman_note(place: u32, i: u32) {
  if atomicAdd(&katman_shadow[0], 1u) > 0u { return; }
  atomicStore(&katman_shadow[1], place);
  atomicStore(&katman_shadow[2], i);
  atomicStore(&katman_shadow[3], katman_self);
  atomicStore(&katman_shadow[4], katman_group);
}

// Whether another did it to this element behind the same barrier.
fn katman_others(at: u32, phase: u32) -> bool {
  let high = atomicLoad(&katman_shadow[at]);
  let low = atomicLoad(&katman_shadow[at + 1u]);
  return (high / 256u == phase && high % 256u != ${who}) || (low / 256u == phase && 255u - low % 256u != ${who});
}

fn katman_touch(place: u32, base: u32, cap: u32, phase: u32, i: u32, writes: bool) {
  if i >= cap || ${who} > 255u {
    katman_note(1000u + place, i);
    return;
  }
  let at = ${HEAD}u + ${RECORD}u * (${first} + base + i);
  let own = select(at + 2u, at, writes);
  atomicMax(&katman_shadow[own], phase * 256u + ${who});
  atomicMax(&katman_shadow[own + 1u], phase * 256u + 255u - ${who});
  if katman_others(at, phase) || (writes && katman_others(at + 2u, phase)) { katman_note(place, i); }
}

${watched.flatMap((_, place) => [touch('read', place), touch('write', place)]).join('\n')}
`;
}
