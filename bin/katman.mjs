#!/usr/bin/env node
/** The command line. */
import { importer } from './source.mjs';

// Whoever reads the output may stop reading, as `head` does: that is no crash, and the run goes on.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

const source = await importer();
const { main } = await source('/src/cli/main.ts');
process.exit(await main(process.argv));
