import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Plugin } from 'vite';
import { ROOT } from '../src/cli/server.ts';

/** A change of one file as it is served: pairs of what stands there, once, and what takes its place. */
export interface Change {
  readonly file: string;
  readonly edits: readonly (readonly [string, string])[];
}

/** Serves a file with a fault in it; the file itself stays as it is. */
export function planted({ file, edits }: Change): Plugin {
  const changed = edits.reduce(
    (text, [from, to]) => {
      if (text.split(from).length !== 2) throw new Error(`'${from}' is to stand once in ${file}`);
      return text.replace(from, () => to);
    },
    readFileSync(path.join(ROOT, file), 'utf8'),
  );
  return {
    name: 'planted-fault',
    enforce: 'pre',
    load(id) {
      const [served, query] = id.split('?');
      if (served !== path.join(ROOT, file)) return undefined;
      return query === 'raw' ? `export default ${JSON.stringify(changed)}` : changed;
    },
  };
}
