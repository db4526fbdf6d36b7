import { adapterName } from '../gpu/adapter.ts';
import {
  type Constants,
  type CostReceipt,
  type CostRow,
  SLICES,
  type Slice,
  cellName,
  constantsOf,
  estimate,
  fastest,
} from './benchGrid.ts';
import { ELEMENTS } from './benchPlan.ts';
import { type Table, asMarkdown, short } from './benchTable.ts';

const NONE = '–';
const HEAD = [
  ...['width', 'batch', 'depth', 'MFLOP a step', 'µs a step', 'interval', 'model, µs'],
  ...['measured / model', 'plan'],
];

/** Where and when a run measured, and the constants of its model: sentences for above the tables. */
export function costLines(receipt: CostReceipt): string[] {
  const { adapter, browser, date, roofs, dispatch, update, efficiency } = receipt;
  const name = adapter ? `${adapterName(adapter)} (${adapter.kind})` : 'unknown';
  const lines = [`Adapter ${name}, ${browser?.name} ${browser?.version}, ${date.slice(0, 10)}.`];
  if (roofs) {
    const { rate, low, high } = roofs.compute;
    lines.push(`Roof of multiply-adds: ${short(rate)} GFLOP/s (${short(low)} to ${short(high)}).`);
  }
  if (dispatch) {
    const [middle, low, high] = [dispatch.median, dispatch.low, dispatch.high].map((ms) => short(1000 * ms));
    lines.push(`A dispatch that copies a KiB: ${middle} µs (${low} to ${high}).`);
  }
  if (update) lines.push(`The update of a weight: ${short((1e6 * update.median) / ELEMENTS)} ns.`);
  if (efficiency) {
    const share = `${(100 * efficiency.share).toFixed(1)}% of the roof`;
    lines.push(
      `Efficiency: ${share}, fitted where a step has most operations (${cellName(efficiency.cell)}).`,
    );
  }
  return lines;
}

/** A table for each slice of which there are rows. */
export function costTables(receipt: CostReceipt, slices: readonly Slice[] = SLICES): Table[] {
  const rows = new Map(receipt.cells.map((row) => [cellName(row), row]));
  const constants = constantsOf(receipt);
  return slices.flatMap(({ title, cells }) => {
    const found = cells.flatMap((cell) => rows.get(cellName(cell)) ?? []);
    return found.length ? [{ title, rows: [HEAD, ...found.map((row) => lineOf(row, constants))] }] : [];
  });
}

function lineOf(row: CostRow, constants: Constants | undefined): string[] {
  const { width, batch, depth, flops, expected } = row;
  const head = [width, batch, depth].map(String).concat(short(flops / 1e6));
  const model = constants && estimate(row, constants);
  const said = model ? short(model) : NONE;
  const best = fastest(row);
  if (!best) {
    const why = expected ? `left out: about ${short(expected / 1000)} s a step` : othersOf(row, undefined);
    return [...head, NONE, NONE, said, NONE, why];
  }
  const { median, low, high, samples } = best.timing;
  const interval = samples > 1 ? `${short(1000 * low)} to ${short(1000 * high)}` : NONE;
  const ratio = model ? short((1000 * median) / model) : NONE;
  const others = othersOf(row, best.plan);
  return [
    ...[...head, short(1000 * median), interval, said, ratio],
    others ? `${best.name}; ${others}` : best.name,
  ];
}

/** What became of the other plans, unless it cannot make such steps at all. */
function othersOf({ plans }: CostRow, chosen: string | undefined): string {
  return plans
    .filter(({ plan, wrong, timing }) => plan !== chosen && (wrong || timing || !chosen))
    .map(({ plan, wrong, note, timing }) =>
      wrong
        ? `${plan} is WRONG, not timed: ${wrong}`
        : `${plan} ${timing ? short(1000 * timing.median) : note}`,
    )
    .join('; ');
}

/** All of a run, as markdown. */
export function describeCost(receipt: CostReceipt): string {
  const tables = costTables(receipt).map((table) => asMarkdown(table));
  return [costLines(receipt).join('\n'), ...tables].join('\n\n');
}
