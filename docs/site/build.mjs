#!/usr/bin/env node
/** Builds the site of the docs from README.md, docs/, and the comments of the public names in src/. */
import path from 'node:path';
import { parseArgs } from 'node:util';
import { install } from './install.mjs';
import { root } from './pages.mjs';

const USAGE = `Usage: npm run docs [-- --serve] [-- --out FOLDER]

Builds the documentation as a static site, which works below any path of any host, and without a network.

  --out FOLDER    where it is written (default: dist-docs)
  --serve         shows it afterwards
  --port NUMBER   port to use (default: 4173, or the next one that is free)
  --help          this text

Exit codes: 0 done, 1 a public name has no documentation, a link leads nowhere or a file is on no page, 2 wrong usage, 4 it could not be written.`;

function options() {
  try {
    const { values } = parseArgs({
      options: {
        out: { type: 'string', default: path.join(root, 'dist-docs') },
        serve: { type: 'boolean' },
        port: { type: 'string' },
        help: { type: 'boolean' },
      },
    });
    if (values.help) {
      console.log(USAGE);
      process.exit(0);
    }
    const port = values.port === undefined ? 4173 : Number(values.port);
    if (!Number.isInteger(port) || port < 1 || port > 65535)
      throw new Error(`--port is a number from 1 to 65535, not '${values.port}'`);
    return { ...values, out: path.resolve(values.out), port, strictPort: values.port !== undefined };
  } catch (error) {
    console.error(`${error.message}\n\n${USAGE}`);
    process.exit(2);
  }
}

async function serve({ out, port, strictPort }) {
  const { preview } = await import('vite');
  const server = await preview({
    configFile: false,
    appType: 'mpa',
    root: out,
    logLevel: 'error',
    build: { outDir: out },
    preview: { host: 'localhost', port, strictPort },
  });
  console.log(`The documentation is at ${server.resolvedUrls.local[0]}  (Ctrl-C ends it)`);
}

const asked = options();
try {
  install();
  const { buildSite } = await import('./site.mjs');
  const complaints = await buildSite(asked.out);
  for (const complaint of complaints) console.error(complaint);
  if (complaints.length) process.exitCode = 1;
  else console.log(`The documentation is in ${path.relative(process.cwd(), asked.out) || '.'}`);
} catch (error) {
  console.error(error.message);
  process.exit(4);
}
if (asked.serve) await serve(asked);
