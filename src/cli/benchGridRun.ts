import { KatmanError } from '../errors.ts';
import {
  type Cell,
  type CostReceipt,
  type CostRow,
  SLICES,
  type Slice,
  cellName,
  cellsOf,
  fastest,
  flopsOf,
} from './benchGrid.ts';
import { kernelGroups } from './benchPlan.ts';
import type { KernelRow } from './benchReceipt.ts';
import { runPieces } from './benchRun.ts';
import type { HarnessPage } from './harness.ts';

export interface GridWork {
  /** For each plan in a cell; the roofs get eight times as much. */
  readonly seconds: number;
  /** All of them if left out. */
  readonly slices?: readonly Slice[];
}

const ROOF_SHARE = 8;
/** Cells whose step is expected to take longer, in ms, are left out. */
const LONGEST_STEP = 2000;

/** Measures the constants of the model, then cell by cell; the receipt holds what is known, also if a piece throws. */
export async function runGrid(
  page: HarnessPage,
  { seconds, slices = SLICES }: GridWork,
  receipt: CostReceipt,
): Promise<void> {
  await runPieces([
    {
      what: 'roofs',
      async work(onEvent) {
        const { clock, roofs } = await page.run('roofs', { seconds: ROOF_SHARE * seconds }, { onEvent });
        Object.assign(receipt, { clock, roofs });
      },
    },
    {
      what: 'an empty dispatch',
      async work(onEvent) {
        receipt.dispatch = await page.run('benchDispatch', { seconds }, { onEvent });
      },
    },
    {
      what: 'the update of weights',
      async work(onEvent) {
        receipt.update = await measureUpdate(page, seconds, onEvent);
      },
    },
    ...cellsOf(slices).map((cell) => ({
      what: cellName(cell),
      async work(onEvent: (done: number) => void) {
        receipt.cells.push(await measureCell(page, cell, seconds, receipt, onEvent));
        receipt.efficiency = efficiencyOf(receipt);
      },
    })),
  ]);
}

/** The kernel `update` with plain gradient descent, checked and timed as `--kernels update` does. */
async function measureUpdate(
  page: HarnessPage,
  seconds: number,
  onEvent: (done: number) => void,
): Promise<CostReceipt['update']> {
  const [all] = kernelGroups(['update'], []);
  const group = { ...all, members: all.members.filter(({ flags }) => !flags.length) };
  const { rows } = await page.run('benchKernels', { group, seconds }, { onEvent });
  const [{ timing, wrong, note }]: KernelRow[] = rows;
  if (!timing) throw new KatmanError(`The kernel 'update' has no time: ${wrong ?? note}`);
  return timing;
}

/** Leaves a cell out whose step would take long, going by the highest rate so far. */
async function measureCell(
  page: HarnessPage,
  cell: Cell,
  seconds: number,
  { cells }: CostReceipt,
  onEvent: (done: number) => void,
): Promise<CostRow> {
  const flops = flopsOf(cell);
  const expected = flops / Math.max(...cells.map(rateOf));
  if (cells.length && expected > LONGEST_STEP) return { ...cell, flops, plans: [], expected };
  return page.run('benchCell', { cell, seconds }, { onEvent });
}

/** Operations per ms; 0 where nothing was timed. */
function rateOf(row: CostRow): number {
  const best = fastest(row);
  return best ? row.flops / best.timing.median : 0;
}

/** The one constant that is fitted: the share of the roof in the cell with the most operations. */
function efficiencyOf({ cells, roofs }: CostReceipt): CostReceipt['efficiency'] {
  const largest = cells.filter(fastest).at(-1);
  if (!largest || !roofs) return undefined;
  const { width, batch, depth } = largest;
  return { share: rateOf(largest) / 1e6 / roofs.compute.rate, cell: { width, batch, depth } };
}
