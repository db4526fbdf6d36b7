import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { DataError, KatmanError, UsageError } from '../errors.ts';
import { type CostReceipt, cellName, startCost } from './benchGrid.ts';
import { replaceBetween } from './benchDocs.ts';
import { runGrid } from './benchGridRun.ts';
import { costLines, costTables, describeCost } from './benchGridTable.ts';
import { asText } from './benchTable.ts';
import { inBrowser } from './inBrowser.ts';
import type { Context } from './main.ts';
import { checkWritable, writeResult } from './output.ts';
import { ROOT } from './server.ts';
import type { TargetOptions } from './targets/index.ts';

export interface GridOptions extends TargetOptions {
  readonly seconds: number;
  readonly json?: string;
  readonly write?: boolean;
}

/** Half of `--seconds` for each plan of a cell. */
const SHARE = 0.5;

/** Where the last grid is kept: a table between markers, and a picture. */
const DOCUMENT = path.join(ROOT, 'docs/cost.md');
const PICTURE = path.join(ROOT, 'docs/cost.png');

/** `katman bench --grid`: how the cost of a step grows with width, batch and depth. */
export async function gridCommand(options: GridOptions, { signal, words }: Context): Promise<void> {
  const { json, write, seconds, browser } = options;
  if (write && browser === 'node')
    throw new UsageError('--grid --write draws a picture, which Node cannot; leave --browser node out');
  for (const file of [json, ...(write ? [DOCUMENT, PICTURE] : [])]) await checkWritable(file);
  const receipt = startCost(words);
  let picture: Uint8Array | undefined;
  try {
    await inBrowser({ ...options, signal }, async (page, head) => {
      Object.assign(receipt, head);
      await runGrid(page, { seconds: SHARE * seconds }, receipt);
      if (write) picture = await page.run('drawCost', receipt);
    });
    refuseWrong(receipt);
  } catch (thrown) {
    const error: Error = signal.aborted ? signal.reason : thrown;
    receipt.error = error.message;
    throw error;
  } finally {
    const tables = costTables(receipt).map(asText);
    if (tables.length) console.log([costLines(receipt).join('\n'), ...tables].join('\n\n'));
    if (json) await writeResult(json, `${JSON.stringify(receipt, null, 2)}\n`);
  }
  if (picture) await rewriteCost(receipt, picture);
}

/** Puts a run between the markers of docs/cost.md, and its picture beside it. @throws DataError if there are none */
export async function rewriteCost(
  receipt: CostReceipt,
  picture: Uint8Array,
  [file, image]: readonly [string, string] = [DOCUMENT, PICTURE],
): Promise<void> {
  const text = await readFile(file, 'utf8').catch((error: Error) => {
    throw new DataError(`'${file}' cannot be read: ${error.message}; write it anew, with both markers`, {
      file,
    });
  });
  const changed = replaceBetween(text, describeCost(receipt), file);
  await writeResult(image, picture);
  await writeResult(file, changed);
}

/** @throws KatmanError naming the cells in which a plan differs from its oracle */
function refuseWrong({ cells }: CostReceipt): void {
  const wrong = cells.flatMap((row) =>
    row.plans.flatMap((one) => (one.wrong ? [`  ${one.name}, ${cellName(row)}: ${one.wrong}`] : [])),
  );
  if (!wrong.length) return;
  throw new KatmanError(
    `${wrong.length} of what was to be timed is wrong on this adapter, and was not timed:\n${wrong.join('\n')}\n'npm run check' says more`,
  );
}
