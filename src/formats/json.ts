import { DataError } from '../errors.ts';

/**
 * What a JSON text says.
 * @param what names the text in messages, e.g. `The header of 'a.safetensors'`
 * @throws DataError if it is no JSON, gives a key twice in an object (of which `JSON.parse` keeps the last
 * in silence) or has a key `__proto__`
 */
export function parseJson(text: string, what: string, file: string): unknown {
  const refuse = (problem: string) =>
    new DataError(`${what} ${problem}; save or fetch the file again`, { file });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw refuse(`is no JSON (${(error as Error).message})`);
  }
  const wrong = wrongKey(text);
  if (wrong === '__proto__') throw refuse(`has the key '__proto__', which no model needs`);
  if (wrong !== undefined) throw refuse(`has the key '${wrong}' twice in one object`);
  return value;
}

/** The first key of a text that is known to be JSON which stands twice in an object, or is `__proto__`. */
function wrongKey(text: string): string | undefined {
  // The keys of each object that is open, undefined for a list; the innermost last.
  const open: (Set<string> | undefined)[] = [];
  let keyNext = false;
  for (const [token] of text.matchAll(/"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],]/g)) {
    const keys = open.at(-1);
    if (token === '{' || token === '[') {
      open.push(token === '{' ? new Set() : undefined);
      keyNext = token === '{';
    } else if (token === '}' || token === ']') {
      open.pop();
      keyNext = false;
    } else if (token === ',') {
      keyNext = keys !== undefined;
    } else if (keyNext) {
      const key: string = JSON.parse(token);
      if (key === '__proto__' || keys!.has(key)) return key;
      keys!.add(key);
      keyNext = false;
    }
  }
  return undefined;
}
