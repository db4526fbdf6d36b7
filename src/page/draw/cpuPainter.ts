import { ShapeError } from '../../errors.ts';
import { type Architecture, sizesOf } from '../../network/layers.ts';
import {
  type Mapping,
  type Palette,
  type Rgb,
  colourOf,
  rangeOf,
  surfaceMapping,
  unitMapping,
} from './colours.ts';
import type { PainterOptions } from './painter.ts';
import { type Look, type PainterLike, type Place, defaultLook } from './painting.ts';

/** The outputs [rows, units] of every layer for inputs [rows, inputs]; layer 0 are the inputs. */
export type Forward = (x: Float32Array) => Promise<readonly Float32Array[]>;

const black: Rgb = [0, 0, 0];

/**
 * Draws a network where WebGPU cannot draw. Colours are computed at the points of the grid, and the browser makes
 * those between them.
 */
export class CpuPainter implements PainterLike {
  readonly #contexts: Partial<Record<'surface' | 'nodes', OffscreenCanvasRenderingContext2D>>;
  readonly #sizes: Partial<Record<'surface' | 'nodes', { width: number; height: number }>> = {};
  /** One map in the size of the grid, from where it is scaled to its place. */
  readonly #map: OffscreenCanvasRenderingContext2D;
  readonly #image: ImageData;
  readonly #side: number;
  #x: Float32Array;
  #places: readonly Place[] = [];
  #look: Look;
  #palette: Palette = { neg: black, mid: black, pos: black, paper: black, classes: [] };
  #drawing: Promise<void> = Promise.resolve();
  #next: Promise<void> | undefined;
  #disposed = false;

  private constructor(
    private readonly forward: Forward,
    private readonly architecture: Architecture,
    { surface, nodes, side }: PainterOptions,
  ) {
    this.#side = side;
    this.#contexts = { surface: context(surface), nodes: nodes && context(nodes) };
    this.#map = context(new OffscreenCanvas(side, side));
    this.#image = new ImageData(side, side);
    this.#x = new Float32Array(side * side * architecture.inputs);
    this.#look = defaultLook(architecture);
  }

  /**
   * @param forward asked for the outputs of the network of the moment at every draw
   * @throws Error if a canvas has no 2d context, as one that was given to WebGPU
   */
  static create(forward: Forward, architecture: Architecture, options: PainterOptions): CpuPainter {
    return new CpuPainter(forward, architecture, options);
  }

  setGrid(x: Float32Array): void {
    if (x.length !== this.#x.length)
      throw new ShapeError(`x has ${x.length} numbers, but this grid takes ${this.#x.length}`);
    this.#x = x.slice();
  }

  setPlaces(places: readonly Place[]): void {
    for (const { layer, unit } of places) unitMapping(this.architecture, this.#look, layer, unit);
    this.#places = [...places];
  }

  setColours(palette: Palette): void {
    this.#palette = palette;
  }

  setLook(look: Look): void {
    this.#look = look;
  }

  resize(which: 'surface' | 'nodes', width: number, height: number): void {
    this.#sizes[which] = { width: Math.max(1, Math.round(width)), height: Math.max(1, Math.round(height)) };
  }

  /** One picture after the other; all who ask while one is being drawn get the same next one. */
  draw(): Promise<void> {
    this.#next ??= this.#drawing
      .catch(() => {})
      .then(() => {
        this.#next = undefined;
        return (this.#drawing = this.#draw());
      });
    return this.#next;
  }

  dispose(): void {
    this.#disposed = true;
  }

  async #draw(): Promise<void> {
    if (this.#disposed) return;
    const layers = await this.forward(this.#x);
    if (this.#disposed) return;
    this.#fit('surface');
    this.#fit('nodes');
    const { surface, nodes } = this.#contexts;
    const { width, height } = surface!.canvas;
    this.#paint(surface!, surfaceMapping(this.architecture, this.#look), layers, 0, 0, width, height);
    if (!nodes) return;
    nodes.clearRect(0, 0, nodes.canvas.width, nodes.canvas.height);
    for (const { layer, unit, x, y, size } of this.#places)
      this.#paint(nodes, unitMapping(this.architecture, this.#look, layer, unit), layers, x, y, size, size);
  }

  /** A canvas is empty once its size changes, so that is done when it is drawn anew. */
  #fit(which: 'surface' | 'nodes'): void {
    const canvas = this.#contexts[which]?.canvas;
    const size = this.#sizes[which];
    if (canvas && size && (canvas.width !== size.width || canvas.height !== size.height))
      Object.assign(canvas, size);
  }

  #paint(
    to: OffscreenCanvasRenderingContext2D,
    mapping: Mapping,
    layers: readonly Float32Array[],
    x: number,
    y: number,
    width: number,
    height: number,
  ): void {
    const side = this.#side;
    const outputs = layers[mapping.layer];
    const units = sizesOf(this.architecture)[mapping.layer];
    const range = rangeOf(mapping, outputs, side);
    const { data } = this.#image;
    for (let point = 0; point < side * side; point++) {
      const rgb = colourOf(mapping, range, outputs, point * units, units, this.#palette);
      for (let i = 0; i < 3; i++) data[4 * point + i] = 255 * rgb[i];
      data[4 * point + 3] = 255;
    }
    this.#map.putImageData(this.#image, 0, 0);
    to.drawImage(this.#map.canvas, x, y, width, height);
  }
}

function context(canvas: OffscreenCanvas): OffscreenCanvasRenderingContext2D {
  const made = canvas.getContext('2d');
  if (!made) throw new Error('This canvas has no 2d context');
  return made;
}
