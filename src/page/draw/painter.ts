import text from '../../../shaders/draw/paint.wgsl?raw';
import type { Buffer, Gpu } from '../../gpu/gpu.ts';
import { Render } from '../../gpu/render.ts';
import { type Architecture, sizesOf } from '../../network/layers.ts';
import type { Model } from '../../network/model.ts';
import { type Mapping, type Palette, packColours, surfaceMapping, unitMapping } from './colours.ts';
import { ForwardGrid } from './forwardGrid.ts';
import { type Look, type PainterLike, type Place, defaultLook } from './painting.ts';
import { Sheet } from './sheet.ts';

export type { Look, PainterLike, Place } from './painting.ts';

export interface PainterOptions {
  readonly surface: OffscreenCanvas;
  readonly nodes?: OffscreenCanvas;
  /** Points of the grid in each direction. */
  readonly side: number;
}

/** Maps of one layer that follow each other in the buffer of maps. */
interface Run {
  readonly layer: number;
  readonly first: number;
  readonly count: number;
}

/** Bytes of a `Map` in the shader. */
const MAP_BYTES = 32;

/**
 * Draws a network from its own buffers: the forward pass and the pictures are one submit, nothing is read back, and
 * nothing but the views of the canvases is made for it.
 */
export class Painter implements PainterLike {
  readonly #architecture: Architecture;
  readonly #colours: Buffer;
  #maps: Buffer;
  #groups: readonly GPUBindGroup[] = [];
  #look: Look;
  #places: readonly Place[] = [];
  #runs: readonly Run[] = [];
  /** Whether the maps on the GPU are those of today's places, look and sizes. */
  #arranged = false;

  private constructor(
    private readonly gpu: Gpu,
    { architecture }: Model,
    private readonly grid: ForwardGrid,
    private readonly render: Render,
    private readonly surface: Sheet,
    private readonly nodes: Sheet | undefined,
  ) {
    const sizes = sizesOf(architecture);
    this.#architecture = architecture;
    this.#look = defaultLook(architecture);
    this.#colours = gpu.buffer('draw.colours', 16 * (4 + sizes[sizes.length - 1]));
    // The surface, and each unit once.
    const maps = 1 + sizes.reduce((sum, units) => sum + units, 0);
    this.#maps = this.#roomFor(maps);
  }

  /**
   * @throws Error if a canvas has no context for WebGPU: it is free then for a `CpuPainter`
   * @throws GpuUnavailableError if the grid is too large for this adapter
   */
  static async create(gpu: Gpu, model: Model, { surface, nodes, side }: PainterOptions): Promise<Painter> {
    const grid = await ForwardGrid.create(model, side * side);
    try {
      const format = navigator.gpu.getPreferredCanvasFormat();
      const render = await Render.create(gpu, 'paint', text, format, { SIDE: side });
      const sheet = (canvas: OffscreenCanvas) => new Sheet(canvas, gpu.device, format);
      return new Painter(gpu, model, grid, render, sheet(surface), nodes && sheet(nodes));
    } catch (error) {
      grid.dispose();
      throw error;
    }
  }

  setGrid(x: Float32Array): void {
    this.grid.setInputs(x);
  }

  setPlaces(places: readonly Place[]): void {
    for (const { layer, unit } of places) unitMapping(this.#architecture, this.#look, layer, unit);
    // Those of a layer follow each other, and become one draw call.
    this.#places = [...places].sort((a, b) => a.layer - b.layer);
    this.#arranged = false;
  }

  setColours(palette: Palette): void {
    this.gpu.write(this.#colours, packColours(palette, this.#colours.bytes / 16 - 4));
  }

  setLook(look: Look): void {
    this.#look = look;
    this.#arranged = false;
  }

  resize(which: 'surface' | 'nodes', width: number, height: number): void {
    this[which]?.resize(width, height);
    this.#arranged = false;
  }

  draw(): void {
    this.gpu.check();
    if (!this.#arranged) this.#arrange();
    const [surface, ...runs] = this.#runs;
    this.gpu.submit('draw', (encoder) => {
      this.grid.encode(encoder);
      this.#paint(encoder, this.surface, [surface]);
      if (this.nodes) this.#paint(encoder, this.nodes, runs);
    });
  }

  dispose(): void {
    this.grid.dispose();
    this.#colours.destroy();
    this.#maps.destroy();
  }

  #paint(encoder: GPUCommandEncoder, sheet: Sheet, runs: readonly Run[]): void {
    const pass = encoder.beginRenderPass({
      label: 'paint',
      colorAttachments: [{ view: sheet.view(), loadOp: 'clear', clearValue: [0, 0, 0, 0], storeOp: 'store' }],
    });
    pass.setPipeline(this.render.raw);
    for (const { layer, first, count } of runs) {
      pass.setBindGroup(0, this.#groups[layer]);
      pass.draw(4, count, 0, first);
    }
    pass.end();
  }

  /** Writes the maps: the surface, then those of the places. */
  #arrange(): void {
    const { surface, nodes } = this;
    const places = nodes ? this.#places : [];
    const bytes = new ArrayBuffer(MAP_BYTES * (1 + places.length));
    const whole = surfaceMapping(this.#architecture, this.#look);
    pack(bytes, 0, whole, { x: 0, y: 0, width: surface.width, height: surface.height }, surface);
    const runs: Run[] = [{ layer: whole.layer, first: 0, count: 1 }];
    places.forEach(({ layer, unit, x, y, size }, i) => {
      const mapping = unitMapping(this.#architecture, this.#look, layer, unit);
      pack(bytes, i + 1, mapping, { x, y, width: size, height: size }, nodes!);
      const run = i ? runs[runs.length - 1] : undefined;
      if (run?.layer === layer) runs[runs.length - 1] = { ...run, count: run.count + 1 };
      else runs.push({ layer, first: i + 1, count: 1 });
    });
    if (bytes.byteLength > this.#maps.bytes) {
      this.#maps.destroy();
      this.#maps = this.#roomFor(1 + places.length);
    }
    this.gpu.write(this.#maps, bytes);
    this.#runs = runs;
    this.#arranged = true;
  }

  /** A buffer for so many maps, bound with the outputs of each layer. */
  #roomFor(maps: number): Buffer {
    const buffer = this.gpu.buffer('draw.maps', MAP_BYTES * maps);
    this.#groups = this.grid.buffers.map((outputs) => this.render.bind(outputs, buffer, this.#colours));
    return buffer;
  }
}

/** Writes a `Map` of the shader. @param at its rectangle in pixels */
function pack(
  bytes: ArrayBuffer,
  index: number,
  { low, high, unit, how }: Mapping,
  at: { x: number; y: number; width: number; height: number },
  { width, height }: Sheet,
): void {
  const across = (x: number) => (2 * x) / width - 1;
  const down = (y: number) => 1 - (2 * y) / height;
  const start = index * MAP_BYTES;
  new Float32Array(bytes, start, 6).set([
    across(at.x),
    down(at.y),
    across(at.x + at.width),
    down(at.y + at.height),
    low,
    high,
  ]);
  new Uint32Array(bytes, start + 24, 2).set([unit, how]);
}
