/** A text apart: what it declares, and what its functions do. */
export interface Apart {
  /** The text with empty functions and without comments, line for line. */
  readonly declarations: string;
  /** What stands between the braces of each function. */
  readonly bodies: ReadonlyMap<string, string>;
}

const blank = (text: string) => text.replace(/[^\n]/g, ' ');

function withoutComments(text: string): string {
  let out = '';
  for (let at = 0; at < text.length;) {
    const start = at;
    if (text.startsWith('//', at)) {
      const end = text.indexOf('\n', at);
      at = end < 0 ? text.length : end;
    } else if (text.startsWith('/*', at)) {
      // Block comments nest.
      let depth = 0;
      do {
        if (text.startsWith('/*', at)) [depth, at] = [depth + 1, at + 2];
        else if (text.startsWith('*/', at)) [depth, at] = [depth - 1, at + 2];
        else at++;
      } while (depth && at < text.length);
    } else {
      out += text[at++];
      continue;
    }
    out += blank(text.slice(start, at));
  }
  return out;
}

/** Takes the functions out of a text: no parser needs to know every statement to read what a text declares. */
export function apart(text: string): Apart {
  const rest = withoutComments(text);
  const bodies = new Map<string, string>();
  let declarations = '';
  let at = 0;
  for (const found of rest.matchAll(/\bfn\s+(\w+)[^{]*\{/g)) {
    const start = found.index + found[0].length;
    let end = start;
    for (let depth = 1; depth && end < rest.length; end++)
      depth += Number(rest[end] === '{') - Number(rest[end] === '}');
    bodies.set(found[1], rest.slice(start, end - 1));
    declarations += rest.slice(at, start) + blank(rest.slice(start, end - 1));
    at = end - 1;
  }
  return { declarations: declarations + rest.slice(at), bodies };
}

/** Every name that stands in a function, or in one that it calls. */
export function namesIn(bodies: Apart['bodies'], entryPoint: string): Set<string> {
  const names = new Set([entryPoint]);
  for (const name of names)
    for (const [word] of (bodies.get(name) ?? '').matchAll(/(?<![\w.])[A-Za-z_]\w*/g)) names.add(word);
  return names;
}
