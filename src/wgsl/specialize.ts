import { wgsl } from 'wgsl-preprocessor/wgsl-preprocessor.js';
import { ShaderError } from '../errors.ts';

export interface Specialization {
  /** Every flag that the text (with its includes) asks for, and whether its lines exist. */
  flags?: Readonly<Record<string, boolean>>;
  /** Every COUNT of a `//#repeat I COUNT`. */
  counts?: Readonly<Record<string, number>>;
  /** The files that `//#include NAME` may paste, by name. */
  library?: Readonly<Record<string, string>>;
}

const DIRECTIVE = /^\s*\/\/#(\S+)\s*(.*?)\s*$/;

/**
 * The text that the GPU compiles: a shader file with its includes pasted, the lines of unset flags
 * gone and its repeated lines written out. The package behind `//#if` passes misspelt directives in
 * silence, so everything unknown, missing or unused is refused here, with its line.
 *
 * - `//#include NAME` pastes a file of the library, once.
 * - `//#if FLAG`, `//#elif FLAG`, `//#else`, `//#endif` choose lines.
 * - `//#repeat I COUNT` .. `//#end` writes its lines COUNT times, with the suffix `_I` of names and
 *   a bare `I` replaced by the index. The raw file is the case of one: it says `const I = 0u;`, a
 *   line that is dropped, and `const COUNT = 1u;`, where the number is put in, repeated lines or not. Outer repeats
 *   are written out first, so that the COUNT of an inner one may carry their suffix (`UNITS_L`); `down` after COUNT
 *   writes the last one first.
 *
 * @throws ShaderError naming the line and the directive
 */
export function specialize(source: string, { flags = {}, counts = {}, library = {} }: Specialization = {}) {
  const text = repeat(choose(include(source, library), flags), counts);
  return text.replace(/\n{3,}/g, '\n\n').trim() + '\n';
}

function fail(line: number, problem: string): never {
  throw new ShaderError(`line ${line + 1}: ${problem}`);
}

function include(
  source: string,
  library: Readonly<Record<string, string>>,
  seen = new Set<string>(),
): string {
  return source
    .split('\n')
    .map((text, line) => {
      const [, directive, name] = DIRECTIVE.exec(text) ?? [];
      if (directive !== 'include') return text;
      if (!Object.hasOwn(library, name)) fail(line, `there is no shaders/lib/${name}.wgsl to include`);
      if (seen.has(name)) return '';
      seen.add(name);
      return include(library[name], library, seen);
    })
    .join('\n');
}

/** Feeds the text to the preprocessor's tag: plain lines as values, directives as strings. */
function choose(source: string, flags: Readonly<Record<string, boolean>>): string {
  const strings = [''];
  const values: unknown[] = [];
  const unused = new Set(Object.keys(flags));
  const value = (v: unknown) => {
    values.push(v);
    strings.push('');
  };
  source.split('\n').forEach((text, line) => {
    const [, directive, name] = DIRECTIVE.exec(text) ?? [];
    if (directive === undefined || directive === 'repeat' || directive === 'end') return value(text + '\n');
    if (directive === 'if' || directive === 'elif') {
      if (!Object.hasOwn(flags, name))
        fail(line, `flag '${name}' is not among ${Object.keys(flags).join(', ') || 'the flags (none)'}`);
      unused.delete(name);
      strings[strings.length - 1] += `#${directive} `;
      return value(flags[name]);
    }
    if (directive !== 'else' && directive !== 'endif') fail(line, `unknown directive '//#${directive}'`);
    if (name) fail(line, `'//#${directive}' takes nothing after it, found '${name}'`);
    strings[strings.length - 1] += `#${directive} `;
  });
  if (unused.size)
    throw new ShaderError(`flag '${[...unused].join("', '")}' is given, but no line asks for it`);
  try {
    return wgsl(strings, ...values);
  } catch (error) {
    throw new ShaderError(`unbalanced directives: ${(error as Error).message}`);
  }
}

function repeat(source: string, counts: Readonly<Record<string, number>>): string {
  const unused = new Set(Object.keys(counts));
  const names = new Set<string>();

  /** Writes out the repeats from line `at` on, the outer ones first: an inner COUNT may carry their suffix. */
  const expand = (lines: readonly string[]): string[] => {
    const out: string[] = [];
    for (let at = 0; at < lines.length; at++) {
      const [, directive, rest] = DIRECTIVE.exec(lines[at]) ?? [];
      if (directive === 'end') fail(at, "'//#end' without '//#repeat'");
      if (directive !== 'repeat') {
        out.push(lines[at]);
        continue;
      }
      const start = at;
      const [index, count, order, ...more] = rest.split(/\s+/);
      if (!/^[A-Z]$/.test(index) || !count || (order && order !== 'down') || more.length)
        fail(start, "expected '//#repeat I COUNT' or '//#repeat I COUNT down', I one capital letter");
      if (!Object.hasOwn(counts, count)) fail(start, `count '${count}' is not given`);
      unused.delete(count);
      names.add(index);
      for (let depth = 1; depth > 0;) {
        if (++at >= lines.length) fail(start, "'//#repeat' without '//#end'");
        const [, inner] = DIRECTIVE.exec(lines[at]) ?? [];
        depth += Number(inner === 'repeat') - Number(inner === 'end');
      }
      const body = lines.slice(start + 1, at);
      const suffix = new RegExp(`_${index}(?![A-Za-z0-9])`, 'g');
      const bare = new RegExp(`\\b${index}\\b`, 'g');
      for (let i = 0; i < counts[count]; i++) {
        const n = order ? counts[count] - 1 - i : i;
        out.push(...expand(body.map((text) => text.replace(suffix, `_${n}`).replace(bare, `${n}u`))));
      }
    }
    return out;
  };

  const out = expand(source.split('\n')).map((text) =>
    text.replace(/^(\s*const (\w+) =) 1u;$/, (line, start, name) => {
      if (!Object.hasOwn(counts, name)) return line;
      unused.delete(name);
      return `${start} ${counts[name]}u;`;
    }),
  );
  if (unused.size)
    throw new ShaderError(`count '${[...unused].join("', '")}' is given, but nothing asks for it`);
  const index = new RegExp(`^\\s*const (${[...names].join('|') || '-'}) = 0u;\\s*$`);
  return out.filter((text) => !index.test(text)).join('\n');
}
