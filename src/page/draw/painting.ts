import type { Architecture } from '../../network/layers.ts';
import type { Palette } from './colours.ts';

/** A square in device pixels of the canvas of nodes, in which the output of one unit is drawn. */
export interface Place {
  /** 0: the inputs. */
  readonly layer: number;
  readonly unit: number;
  /** Left and top. */
  readonly x: number;
  readonly y: number;
  readonly size: number;
}

/** How outputs become colours. */
export interface Look {
  /**
   * - `probability`: the first output, sigmoid: 0 is neg, 1/2 mid, 1 pos.
   * - `classes`: the colour of the largest output, which fades to mid as its lead over the second shrinks.
   * - `value`: the first output: `low` is neg, half-way mid, `high` pos.
   */
  readonly output: 'probability' | 'classes' | 'value';
  readonly low: number;
  readonly high: number;
  /** Outputs of the network are drawn as decisions: neg or pos, or the plain colour of a class. */
  readonly discrete: boolean;
  /**
   * Hidden units whose activation has no bounds (relu, identity, ...) are drawn from -s to s: s is the largest size
   * of their output over the grid, and at least this; 1 if left out.
   */
  readonly scale?: number;
}

/** The look that belongs to the output layer of a network. */
export function defaultLook({ layers }: Architecture): Look {
  const { activation } = layers[layers.length - 1];
  const output = activation === 'softmax' ? 'classes' : activation === 'sigmoid' ? 'probability' : 'value';
  return { output, low: -1, high: 1, discrete: false };
}

/**
 * Draws what a network has learnt: its output over a grid of points on the `surface`, and small maps of single
 * units on `nodes`. Whatever is set is seen at the next `draw`; the canvases keep their picture until then.
 */
export interface PainterLike {
  /**
   * The inputs at the points of the grid: the middles of side x side cells that fill a map.
   * @param x [side * side, inputs], row by row from the top left
   * @throws ShapeError if x has another size
   */
  setGrid(x: Float32Array): void;
  /** Where maps of units are drawn; the canvas of nodes is transparent elsewhere. @throws UsageError if there is no such unit */
  setPlaces(places: readonly Place[]): void;
  setColours(palette: Palette): void;
  setLook(look: Look): void;
  /** The size of a canvas in device pixels. */
  resize(which: 'surface' | 'nodes', width: number, height: number): void;
  /** Draws the network as it is now. @throws what the device has reported, if anything */
  draw(): void | Promise<void>;
  /** Frees what was made; the canvases keep their picture. */
  dispose(): void;
}
