import { mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './pages.mjs';

const escape = (text) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;');

/** The lines of a file, or the names in a folder. */
function lines(file) {
  if (statSync(file).isFile()) return readFileSync(file, 'utf8').replace(/\n$/, '').split('\n');
  return readdirSync(file).filter((name) => !name.startsWith('.') && name !== 'node_modules');
}

/** Writes a page that shows a file or folder of the repository, each line with an anchor: `#L12`. */
export function writeSource(site, name) {
  const page = path.join(site, 'source', `${name}.html`);
  const up = '../'.repeat(name.split('/').length);
  const text = lines(path.join(root, name)).map(
    (line, i) => `<li id="L${i + 1}"><code>${escape(line)}</code></li>`,
  );
  mkdirSync(path.dirname(page), { recursive: true });
  writeFileSync(
    page,
    `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8" />
<meta name="viewport" content="width=device-width" />
<title>${name} | Katman</title>
<link rel="stylesheet" href="${up}assets/custom.css" />
<body class="source">
<p><a href="${up}index.html">Katman</a> / ${name}</p>
<ol>
${text.join('\n')}
</ol>
</html>
`,
  );
}
