import type { Timing } from '../lab/clock.ts';
import type { ClockDescription } from '../lab/clock/device.ts';
import type { Roofs } from '../lab/roofs.ts';
import { type Architecture, dense, parameterCount } from '../network/layers.ts';
import { ELEMENTS, stepFlops } from './benchPlan.ts';
import type { RunHead } from './inBrowser.ts';

/** What `katman bench --grid` measures, and the model it is held against: plain data, the same in Node and in the page. */

/** One network and one batch: `depth` layers, inputs and hidden layers of `width`, ten outputs. */
export interface Cell {
  readonly width: number;
  /** Rows. */
  readonly batch: number;
  /** Layers of weights, the output layer included. */
  readonly depth: number;
}

/** Cells that differ in few things, so that they can be read as one table. */
export interface Slice {
  readonly title: string;
  readonly cells: readonly Cell[];
}

export const WIDTHS = [4, 16, 64, 256, 1024, 4096];
export const BATCHES = [1, 16, 128, 1024, 8192];
const DEPTHS = [1, 2, 4, 8, 16];

const deeper = (width: number): Slice => ({
  title: `Depth 1 to 16, width ${width}, batch 128`,
  cells: DEPTHS.map((depth) => ({ width, batch: 128, depth })),
});

export const SLICES: readonly Slice[] = [
  {
    title: 'Width 4 to 4096, batch 1 to 8192, depth 2',
    cells: BATCHES.flatMap((batch) => WIDTHS.map((width) => ({ width, batch, depth: 2 }))),
  },
  deeper(64),
  deeper(512),
];

/** `256 wide, 2 deep, batch 128` */
export const cellName = ({ width, batch, depth }: Cell) => `${width} wide, ${depth} deep, batch ${batch}`;

/** Every cell of the slices once, those with the fewest operations first. */
export function cellsOf(slices: readonly Slice[]): Cell[] {
  const named = new Map(slices.flatMap(({ cells }) => cells).map((cell) => [cellName(cell), cell]));
  return [...named.values()].sort((a, b) => flopsOf(a) - flopsOf(b));
}

export function architectureOf({ width, depth }: Cell): Architecture {
  const hidden = Array.from({ length: depth - 1 }, () => dense(width, 'relu'));
  return { inputs: width, layers: [...hidden, dense(10, 'softmax')] };
}

/** Floating-point operations of the products of one step. */
export function flopsOf(cell: Cell): number {
  const { batch } = cell;
  return stepFlops({
    name: cellName(cell),
    architecture: architectureOf(cell),
    rows: batch,
    batchSize: batch,
  });
}

/** Dispatches of one step of the plan `fused`: two for each layer. */
export const dispatchesOf = ({ depth }: Cell) => 2 * depth;

/** What the model has to know of an adapter: measured on it, in the same run. */
export interface Constants {
  /** Share of `roof` that the products of a large step reach. */
  readonly efficiency: number;
  /** Of multiply-adds in registers, in GFLOP/s. */
  readonly roof: number;
  /** Of a dispatch that does next to nothing, in µs. */
  readonly dispatch: number;
  /** Of the update of one weight or bias, in µs: it does not depend on the batch. */
  readonly update: number;
}

/** The model: a step takes as long as its products, its updates or its dispatches, whichever is most. @returns µs */
export function estimate(cell: Cell, { efficiency, roof, dispatch, update }: Constants): number {
  const products = flopsOf(cell) / (1e3 * efficiency * roof);
  const updates = parameterCount(architectureOf(cell)) * update;
  return Math.max(products, updates, dispatchesOf(cell) * dispatch);
}

/** How one plan did in a cell. */
export interface PlanTime {
  readonly plan: 'fused' | 'resident';
  /** With its tile, e.g. `fused 8 x 8 in 4s`. */
  readonly name: string;
  /** Of one step, in ms. */
  readonly timing?: Omit<Timing, 'perRound'>;
  /** In what it differs from its oracle: it was not timed. */
  readonly wrong?: string;
  /** Why it has no time, though it is not wrong. */
  readonly note?: string;
}

/** What is known of a cell. */
export interface CostRow extends Cell {
  readonly flops: number;
  readonly plans: readonly PlanTime[];
  /** Dispatches of a step of `fused`, as counted. */
  readonly dispatches?: number;
  /** Of one step, in ms, as the cells before it let expect: too long to be measured. */
  readonly expected?: number;
}

/** The plan that was fastest in a cell; undefined if none was timed. */
export function fastest({ plans }: CostRow): (PlanTime & Required<Pick<PlanTime, 'timing'>>) | undefined {
  return plans
    .filter((one): one is PlanTime & Required<Pick<PlanTime, 'timing'>> => one.timing !== undefined)
    .sort((a, b) => a.timing.median - b.timing.median)[0];
}

/** What `katman bench --grid --json` writes: filled as the run goes on. */
export interface CostReceipt {
  readonly schema: 'katman-cost/1';
  readonly command: readonly string[];
  readonly date: string;
  adapter?: RunHead['adapter'];
  browser?: RunHead['browser'];
  /** Of the roofs and the dispatch; steps are timed by the page's clock. */
  clock?: ClockDescription;
  roofs?: Roofs;
  /** Of a dispatch that copies a KiB, in ms. */
  dispatch?: Omit<Timing, 'perRound'>;
  /** Of the kernel `update` with plain gradient descent on 2^20 numbers, in ms. */
  update?: Omit<Timing, 'perRound'>;
  /** Share of the roof that is reached in the cell with the most operations, and that cell. */
  efficiency?: { readonly share: number; readonly cell: Cell };
  readonly cells: CostRow[];
  error?: string;
}

export function startCost(command: readonly string[]): CostReceipt {
  return { schema: 'katman-cost/1', command, date: new Date().toISOString(), cells: [] };
}

/** The constants of the model, once all of them were measured. */
export function constantsOf({ roofs, dispatch, update, efficiency }: CostReceipt): Constants | undefined {
  if (!roofs || !dispatch || !update || !efficiency) return undefined;
  return {
    efficiency: efficiency.share,
    roof: roofs.compute.rate,
    dispatch: 1000 * dispatch.median,
    update: (1000 * update.median) / ELEMENTS,
  };
}
