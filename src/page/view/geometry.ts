import type { Summary } from '../worker/messages.ts';

/** Units of a layer that are drawn one by one; of a wider one the last place stands for the rest. */
export const MOST_DRAWN = 8;
const LARGEST_NODE = 60;
const LEAST_GAP = 14;

/** One place in the drawing of a network: a unit, or the rest of a wide layer. */
export interface Node {
  /** 0: the inputs. */
  readonly layer: number;
  /** The unit; of the rest the first. */
  readonly unit: number;
  /** Units that it stands for; 1 but for the rest of a wide layer. */
  readonly stands: number;
  /** Its middle. */
  readonly x: number;
  readonly y: number;
}

export interface Drawing {
  /** Columns from the inputs to the last layer that is drawn: a single output is the surface itself. */
  readonly columns: readonly (readonly Node[])[];
  readonly size: number;
  /** Where the only output goes: the edge of the surface; undefined where outputs are drawn. */
  readonly port: { readonly x: number; readonly y: number } | undefined;
}

/** Where everything is drawn in a box. */
export function layOut({ architecture }: Summary, width: number, height: number): Drawing {
  const sizes = [architecture.inputs, ...architecture.layers.map(({ units }) => units)];
  const isSingle = sizes[sizes.length - 1] === 1;
  const drawn = isSingle ? sizes.slice(0, -1) : sizes;
  const most = Math.max(...drawn.map((units) => Math.min(units, MOST_DRAWN)));
  const size = Math.floor(
    Math.max(16, Math.min(LARGEST_NODE, (height - 20) / most - LEAST_GAP, width / drawn.length - 24)),
  );
  const left = size / 2 + 34;
  const right = isSingle ? width - size / 2 - 12 : width - size / 2 - 4;
  const columns = drawn.map((units, layer) => {
    const x =
      drawn.length === 1
        ? left
        : left + (layer * ((isSingle ? width * 0.6 : right) - left)) / (drawn.length - 1);
    const shown = Math.min(units, MOST_DRAWN);
    const pitch = Math.min(size + 26, (height - 8) / shown);
    return Array.from({ length: shown }, (_, i): Node => {
      const isRest = units > MOST_DRAWN && i === shown - 1;
      const y = height / 2 + (i - (shown - 1) / 2) * pitch - 6;
      return { layer, unit: i, stands: isRest ? units - i : 1, x, y };
    });
  });
  return { columns, size, port: isSingle ? { x: width + 24, y: height / 2 } : undefined };
}

/** A link between two places, as a path. */
export function curve(from: { x: number; y: number }, to: { x: number; y: number }): string {
  const bend = (to.x - from.x) * 0.45;
  const round = (value: number) => value.toFixed(1);
  return `M${round(from.x)} ${round(from.y)}C${round(from.x + bend)} ${round(from.y)} ${round(to.x - bend)} ${round(to.y)} ${round(to.x)} ${round(to.y)}`;
}
