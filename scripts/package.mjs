#!/usr/bin/env node
/** Builds what `npm pack` packs, into dist/: the library with its types, and the command line. */
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from 'vite';

const root = path.dirname(import.meta.dirname);
const dist = path.join(root, 'dist');

/** The declarations that a user's compiler reads, beginning with these; of the others it gets none. */
function declarations(from, to, roots) {
  const wanted = Object.entries(roots);
  const seen = new Set();
  for (const [name, text] of wanted) {
    if (seen.has(name)) continue;
    seen.add(name);
    // Whoever compiles for an older library than ES2026 has no Symbol.dispose without this line.
    const library = name in roots ? '/// <reference lib="esnext.disposable" />\n' : '';
    const written = text.replace(/(['"])(\.[^'"]+)\.ts\1/g, (_, quote, target) => {
      const other = path.join(path.dirname(name), target);
      wanted.push([other, readFileSync(path.join(from, `${other}.d.ts`), 'utf8')]);
      return `${quote}${target}.js${quote}`;
    });
    const file = path.join(to, `${name}.d.ts`);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, library + written);
  }
}

function types() {
  const folder = mkdtempSync(path.join(tmpdir(), 'katman-types-'));
  try {
    const tsc = path.join(root, 'node_modules/typescript/bin/tsc');
    execFileSync(process.execPath, [tsc, '-p', 'tsconfig.types.json', '--outDir', folder], {
      cwd: root,
      stdio: ['ignore', 2, 2],
    });
    const page = (name) =>
      readFileSync(path.join(root, 'scripts', name), 'utf8').replaceAll("'../src/", "'./");
    declarations(folder, path.join(dist, 'types'), {
      index: readFileSync(path.join(folder, 'index.d.ts'), 'utf8'),
      'testing/index': readFileSync(path.join(folder, 'testing/index.d.ts'), 'utf8'),
      katman: page('packagePage.mjs'),
      'katman-cpu': page('packageCpu.mjs'),
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

// The built playground may lie beside it: that stays.
for (const name of existsSync(dist) ? readdirSync(dist) : [])
  if (/^(chunks|modules|types|cli|katman.*|LICENSES\.md)$/.test(name))
    rmSync(path.join(dist, name), { recursive: true });
// As if no test had asked for it: Vite builds otherwise what is tested.
process.env.NODE_ENV = 'production';
for (const mode of ['cpu', 'library', 'command', 'harness', 'sweep', 'playground'])
  await build({ root, mode, configFile: path.join(root, 'vite.lib.config.ts') });
types();
