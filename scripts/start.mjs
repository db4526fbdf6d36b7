#!/usr/bin/env node
/** Serves the page, says where, and opens it where there is a desktop. */
import { spawn } from 'node:child_process';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { fileURLToPath } from 'node:url';
import { createServer } from 'vite';

const USAGE = `Usage: npm start [-- --port NUMBER]

Serves Katman's page and opens it in a browser where there is a desktop.

  --port NUMBER   port to use (default: 5173, or the next one that is free)
  --help          this text

KATMAN_NO_OPEN=1 keeps it from opening a browser.`;

function options() {
  try {
    const { values } = parseArgs({ options: { port: { type: 'string' }, help: { type: 'boolean' } } });
    if (values.help) {
      console.log(USAGE);
      process.exit(0);
    }
    const port = values.port === undefined ? 5173 : Number(values.port);
    if (!Number.isInteger(port) || port < 1 || port > 65535)
      throw new Error(`--port is a number from 1 to 65535, not '${values.port}'`);
    return { port, strictPort: values.port !== undefined };
  } catch (error) {
    console.error(`${error.message}\n\n${USAGE}`);
    process.exit(2);
  }
}

function open(url) {
  const desktop = process.platform !== 'linux' || process.env.DISPLAY || process.env.WAYLAND_DISPLAY;
  if (!desktop || process.env.CI || process.env.KATMAN_NO_OPEN) return;
  const [command, ...args] = { darwin: ['open'], win32: ['cmd', '/c', 'start', ''] }[process.platform] ?? [
    'xdg-open',
  ];
  // No opener is no failure: the address has been printed.
  spawn(command, [...args, url], { stdio: 'ignore', detached: true })
    .on('error', () => {})
    .unref();
}

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const { port, strictPort } = options();
try {
  const server = await createServer({
    root,
    logLevel: 'error',
    server: { host: 'localhost', port, strictPort },
  });
  await server.listen();
  const url = `http://localhost:${server.httpServer.address().port}/`;
  console.log(`Katman is at ${url}  (Ctrl-C ends it)`);
  open(url);
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.on(signal, async () => {
      await server.close();
      process.exit(signal === 'SIGINT' ? 130 : 143);
    });
  }
} catch (error) {
  console.error(`The page cannot be served: ${error.message}; try another --port`);
  process.exit(2);
}
