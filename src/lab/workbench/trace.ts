import { ShaderError } from '../../errors.ts';
import { library } from '../../kernels/library.ts';
import { type Specialization, specialize } from '../../wgsl/specialize.ts';
import type { Problem } from './types.ts';

/** Where a line was written. */
export interface Origin {
  /** From 1, in the text as it was given: of what was included, the line of the directive. */
  readonly line: number;
  /** The line of the included file, and its name. */
  readonly include?: { readonly file: string; readonly line: number };
}

/** A text with its includes pasted, and where each line of it comes from. */
export interface Traced {
  readonly lines: readonly string[];
  readonly origins: readonly Origin[];
}

const DIRECTIVE = /^\s*\/\/#(\S+)\s*(.*?)\s*$/;

/** What editors and systems put around a text: no part of the WGSL. */
export function plain(source: string): string {
  return source.replace(/^\ufeff/, '').replace(/\r\n?/g, '\n');
}

/** Pastes the includes, each once. @throws Unfit where a file is not there */
export function paste(source: string): Traced {
  const lines: string[] = [];
  const origins: Origin[] = [];
  const seen = new Set<string>();
  const add = (text: string, originOf: (line: number) => Origin) =>
    text.split('\n').forEach((content, i) => {
      const origin = originOf(i + 1);
      const [, directive, name] = DIRECTIVE.exec(content) ?? [];
      if (directive !== 'include') {
        lines.push(content);
        origins.push(origin);
        return;
      }
      if (!Object.hasOwn(library, name))
        throw new Unfit([
          problemAt(
            origin,
            content.indexOf('//#') + 1,
            `there is no file '${name}' to include; there are ${Object.keys(library).join(', ')}`,
          ),
        ]);
      if (seen.has(name)) return;
      seen.add(name);
      add(library[name], (line) => ({ line: origin.line, include: { file: name, line } }));
    });
  add(plain(source), (line) => ({ line }));
  return { lines, origins };
}

/** Problems that were found where no text could be made. */
export class Unfit extends Error {
  constructor(readonly problems: readonly Problem[]) {
    super(problems.map(({ message }) => message).join('\n'));
  }
}

export function problemAt(origin: Origin | undefined, column: number | undefined, message: string): Problem {
  const { include } = origin ?? {};
  return {
    line: origin?.line,
    column: include ? undefined : column,
    message: include ? `In the included file '${include.file}', line ${include.line}: ${message}` : message,
  };
}

/**
 * A line's number as blanks before it: directives and specialize pass them on as they are. A tab begins it, as a line
 * behind `//#endif` gets one more blank before it.
 */
const DIGITS = 20;
const mark = (index: number) =>
  '\t' + index.toString(2).padStart(DIGITS, '0').replaceAll('0', ' ').replaceAll('1', '\t');
const read = (blanks: string) => Number.parseInt(blanks.replaceAll(' ', '0').replaceAll('\t', '1'), 2);
const contentAt = (line: string) => line.indexOf('\t') + 1 + DIGITS;

/** `specialize`, with the origin of every line. @throws Unfit with the line of the directive that is wrong */
export function trace({ lines, origins }: Traced, choice: Specialization): Traced {
  // The first line keeps the blanks of the next from being trimmed.
  const marked = ['//', ...lines.map((line, i) => mark(i) + line)].join('\n');
  try {
    const made = specialize(marked, choice).trimEnd().split('\n').slice(1);
    return {
      lines: made.map((line) => line.slice(contentAt(line))),
      origins: made.map((line) => origins[read(line.slice(contentAt(line) - DIGITS, contentAt(line)))]),
    };
  } catch (error) {
    if (!(error instanceof ShaderError)) throw error;
    throw new Unfit([placed(error.message, { lines, origins })]);
  }
}

/** specialize counts the lines that it has before it: those of repeats are not those of the text. */
function placed(message: string, { lines, origins }: Traced): Problem {
  const [, line, said] = /^line (\d+): ([^]*)$/.exec(message) ?? [, undefined, message];
  const name = /'(\w+)' is not given/.exec(said!)?.[1];
  const inRepeat = /repeat|\/\/#end'|is not given/.test(said!);
  const at = inRepeat
    ? lines.findIndex((text) => new RegExp(`//#(repeat|end)\\b.*${name ?? ''}`).test(text))
    : Number(line) - 2;
  const origin = line === undefined ? undefined : origins[at];
  return problemAt(origin, origin && lines[at].indexOf('//#') + 1, said!);
}
