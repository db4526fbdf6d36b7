import type { Gpu } from '../../gpu/gpu.ts';
import type { Palette } from '../draw/colours.ts';
import type { Look, PainterLike, Place } from '../draw/painter.ts';
import { forward } from '../../cpu/forward.ts';
import { sizesOf } from '../../network/layers.ts';
import { Network } from '../../session/network.ts';
import type { Ground, ToWorker } from './messages.ts';
import type { AnyNetwork } from './nets.ts';
import { gridOf } from './plane.ts';

/** Cells of a side of the surface at most: fewer where the processor draws. */
const SIDE = { gpu: 128, software: 64, cpu: 48 };
/** Cells of a side at least, and products that a picture may take. */
const LEAST_SIDE = 16;
const MOST_PRODUCTS = { gpu: 1e11, software: 5e8, cpu: 1e8 };

/** Cells of a side for a network of so many parameters; 0: it is too large to be painted. */
function sideFor(by: keyof typeof SIDE, parameters: number): number {
  const side = Math.min(SIDE[by], Math.floor(Math.sqrt(MOST_PRODUCTS[by] / parameters)));
  return side < LEAST_SIDE ? 0 : side;
}

type Seen = Extract<ToWorker, { type: 'size' | 'places' | 'palette' | 'discrete' }>;

/** The two canvases of the page, and who paints the network on them. */
export class Stage {
  #canvases: { surface: OffscreenCanvas; nodes: OffscreenCanvas } | undefined;
  #painter: PainterLike | undefined;
  #sizes: { surface: number; nodes: readonly [number, number] } | undefined;
  #places: readonly Place[] = [];
  #palette: Palette | undefined;
  #look: Look = { output: 'probability', low: 0, high: 1, discrete: false };
  #ground: Ground | undefined;
  #side = 0;
  /** Waits for the picture where the processor paints: what it takes is time that training does not have. */
  #drawn: (() => Promise<unknown>) | undefined;
  /** Of each layer of the network, the inputs first. */
  #units: readonly number[] = [];

  /** Those of the page; undefined until it gives some. */
  set canvases(canvases: { surface: OffscreenCanvas; nodes: OffscreenCanvas } | undefined) {
    this.dispose();
    this.#canvases = canvases;
  }

  /** Paints this network from now on. */
  async show(
    gpu: Gpu | undefined,
    network: AnyNetwork,
    ground: Ground,
    look: Omit<Look, 'discrete'>,
  ): Promise<void> {
    this.#painter?.dispose();
    this.#painter = undefined;
    this.#look = { ...look, discrete: this.#look.discrete };
    this.#ground = ground;
    this.#units = sizesOf(network.architecture);
    if (!this.#canvases) return;
    const isGpu = gpu && network instanceof Network;
    const by = !isGpu ? 'cpu' : gpu.adapter.kind === 'software' ? 'software' : 'gpu';
    this.#side = sideFor(by, network.parameterCount);
    // A network that takes seconds for a picture goes without.
    if (!this.#side) return;
    const { queue } = gpu?.device ?? {};
    this.#drawn = by === 'software' ? () => queue!.onSubmittedWorkDone() : undefined;
    this.#painter = isGpu ? await this.#onGpu(gpu, network) : await this.#onCpu(network);
    this.#set();
  }

  /** Shows another plane of the same network. */
  set ground(ground: Ground) {
    this.#ground = ground;
    this.#painter?.setGrid(gridOf(ground, this.#side));
  }

  set sizes(sizes: { surface: number; nodes: readonly [number, number] }) {
    this.#sizes = sizes;
    this.#painter?.resize('surface', sizes.surface, sizes.surface);
    this.#painter?.resize('nodes', ...sizes.nodes);
  }

  set places(places: readonly Place[]) {
    this.#places = places;
    // The page may not know yet that the network is another one.
    this.#painter?.setPlaces(places.filter(({ layer, unit }) => unit < (this.#units[layer] ?? 0)));
  }

  set palette(palette: Palette) {
    this.#palette = palette;
    this.#painter?.setColours(palette);
  }

  set discrete(discrete: boolean) {
    this.#look = { ...this.#look, discrete };
    this.#painter?.setLook(this.#look);
  }

  /** What the page wants to be seen. */
  hear(message: Seen): Promise<void> {
    if (message.type === 'size') this.sizes = message;
    else if (message.type === 'places') this.places = message.places;
    else if (message.type === 'palette') this.palette = message.palette;
    else this.discrete = message.discrete;
    return this.draw();
  }

  /** Whether there is something to draw on. */
  get isSet(): boolean {
    return this.#painter !== undefined && this.#sizes !== undefined;
  }

  async draw(): Promise<void> {
    if (!this.isSet) return;
    await this.#painter!.draw();
    await this.#drawn?.();
  }

  dispose(): void {
    this.#painter?.dispose();
    this.#painter = undefined;
  }

  async #onGpu(gpu: Gpu, network: Network): Promise<PainterLike> {
    const { Painter } = await import('../draw/painter.ts');
    try {
      return await Painter.create(gpu, network.model, { ...this.#canvases!, side: this.#side });
    } catch {
      // A browser that computes on the GPU in a worker need not draw there.
      this.#side = Math.min(this.#side, SIDE.cpu);
      return this.#onCpu(network);
    }
  }

  async #onCpu(network: AnyNetwork): Promise<PainterLike> {
    const { CpuPainter } = await import('../draw/cpuPainter.ts');
    const outputs = async (x: Float32Array) => {
      const { architecture } = network;
      return [x, ...forward(architecture, await network.parameters(), x).map(({ a }) => a)];
    };
    return CpuPainter.create(outputs, network.architecture, { ...this.#canvases!, side: this.#side });
  }

  #set(): void {
    if (this.#sizes) this.sizes = this.#sizes;
    if (this.#palette) this.palette = this.#palette;
    this.#painter!.setLook(this.#look);
    this.ground = this.#ground!;
    this.places = this.#places;
  }
}
