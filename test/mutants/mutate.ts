/** One change of one place of a shader file. */
export interface Mutant {
  /** `matmul.wgsl`, `lib/grid.wgsl` */
  readonly file: string;
  readonly line: number;
  /** The kind of change, e.g. `arithmetic`. */
  readonly kind: string;
  /** What the line was and what it became. */
  readonly from: string;
  readonly to: string;
  /** The whole file with the change in it. */
  readonly text: string;
}

/** A rule: where in a line of code it applies, and what may stand there instead. */
interface Rule {
  readonly kind: string;
  readonly pattern: RegExp;
  instead(match: RegExpExecArray): readonly string[];
}

const table =
  (kind: string, pattern: RegExp, replacements: Readonly<Record<string, readonly string[]>>) => (): Rule => ({
    kind,
    pattern,
    instead: ([found]) => replacements[found] ?? [],
  });

const float = (value: number) => (Number.isInteger(value) ? value.toFixed(1) : String(value));

const RULES: readonly Rule[] = [
  table('arithmetic', /(?<= )[-+*/%](?= )/g, {
    '+': ['-', '*'],
    '-': ['+', '*'],
    '*': ['/', '+'],
    '/': ['*', '-'],
    '%': ['/', '*'],
  })(),
  table('assignment', /(?<= )(?:\+=|-=|\*=|>>=|\^=)(?= )/g, {
    '+=': ['-=', '='],
    '-=': ['+=', '='],
    '*=': ['/=', '='],
    '>>=': ['<<='],
    '^=': ['=', '&='],
  })(),
  table('step', /\+\+/g, { '++': ['--'] })(),
  table('comparison', /(?<= )(?:<=|>=|==|!=|<|>)(?= )/g, {
    '<': ['<=', '>'],
    '<=': ['<', '>'],
    '>': ['>=', '<'],
    '>=': ['>', '<'],
    '==': ['!='],
    '!=': ['=='],
  })(),
  table('logic', /(?<= )(?:&&|\|\|)(?= )/g, { '&&': ['||'], '||': ['&&'] })(),
  table('bits', /(?<= )(?:>>|<<|\^|&|\|)(?= )/g, {
    '>>': ['<<'],
    '<<': ['>>'],
    '^': ['&'],
    '&': ['|'],
    '|': ['&'],
  })(),
  { kind: 'negation', pattern: /!(?=\w)/g, instead: () => [''] },
  { kind: 'sign', pattern: /(?<=[(,=] ?|return )-(?=[\w(])/g, instead: () => [''] },
  {
    kind: 'constant',
    pattern: /(?<![\w.])(?:0x[0-9a-f]+|\d+)u\b/g,
    instead: ([found]) => {
      const value = Number(found.slice(0, -1));
      return [value + 1, ...(value > 0 ? [value - 1] : [])].map((n) => `${n}u`);
    },
  },
  {
    kind: 'constant',
    pattern: /(?<![\w.])\d+\.\d+(?:e-?\d+)?/g,
    instead: ([found]) => {
      const value = Number(found);
      return value === 0 ? ['1.0'] : [float(value + 1), float(2 * value)];
    },
  },
  { kind: 'constant', pattern: /(?<=, |workgroup_size\()64(?=[>)])/g, instead: () => ['63', '65'] },
  {
    kind: 'index',
    pattern: /\[([^[\]]+)\]/g,
    instead: ([, index]) => [`[${index} + 1u]`, `[${index} - 1u]`],
  },
  { kind: 'guard', pattern: /if .* \{ return; \}/g, instead: () => [''] },
  { kind: 'guard', pattern: /(?<=if )[^{]+(?= \{)/g, instead: () => ['true', 'false'] },
  { kind: 'barrier', pattern: /workgroupBarrier\(\);/g, instead: () => [''] },
  table('extremum', /\b(?:min|max)(?=\()/g, { min: ['max'], max: ['min'] })(),
  {
    kind: 'function',
    pattern: /\b(?:abs|sign|sqrt|exp|isFinite)(?=\()/g,
    instead: ([name]) => [ALIKE[name]],
  },
];

/** What a function is taken for. */
const ALIKE: Readonly<Record<string, string>> = {
  abs: '-abs',
  sign: 'abs',
  sqrt: 'abs',
  exp: 'exp2',
  isFinite: '!isFinite',
};

/**
 * Every mutant of a file. Comments, directives, bindings and parameters of the entry point stay as they are, and so do
 * numbers in whose place those of a pass are put.
 */
export function mutantsOf(file: string, source: string): Mutant[] {
  const lines = source.split('\n');
  return lines.flatMap((line, i) => {
    const code = line.replace(/\s*\/\/.*$/, '');
    if (
      /^\s*(?:@group|@builtin|struct|override|const [A-Z] =|const [A-Z_]+ = 1u;)/.test(code) ||
      /^\s*\w+: \w+,$/.test(code)
    )
      return [];
    return [...byRules(code), ...bySwaps(code)].map(({ kind, to }): Mutant => {
      const text = [...lines.slice(0, i), to, ...lines.slice(i + 1)].join('\n');
      return { file, line: i + 1, kind, from: code.trim(), to: to.trim(), text };
    });
  });
}

function byRules(code: string): { kind: string; to: string }[] {
  return RULES.flatMap(({ kind, pattern, instead }) =>
    [...code.matchAll(pattern)].flatMap((match) =>
      instead(match).map((other) => ({
        kind,
        to: code.slice(0, match.index) + other + code.slice(match.index + match[0].length),
      })),
    ),
  );
}

/** select with its first two arguments swapped. */
function bySwaps(code: string): { kind: string; to: string }[] {
  return [...code.matchAll(/select\(/g)].map((match) => {
    const start = match.index + match[0].length;
    const [first, second, end] = argumentsFrom(code, start);
    return {
      kind: 'select',
      to: `${code.slice(0, start)}${second.trim()}, ${first.trim()}${code.slice(end)}`,
    };
  });
}

/** The first two arguments of a call, and where they end. */
function argumentsFrom(code: string, start: number): [string, string, number] {
  const found: string[] = [];
  let depth = 0;
  let from = start;
  for (let at = start; ; at++) {
    if (code[at] === '(' || code[at] === '[') depth++;
    if (code[at] === ')' || code[at] === ']') depth--;
    if (code[at] !== ',' || depth) continue;
    found.push(code.slice(from, at));
    if (found.length === 2) return [found[0], found[1], at];
    from = at + 1;
  }
}
