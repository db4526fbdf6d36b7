import type { Task } from '../../src/cli/tasks.ts';
import { forward } from '../../src/cpu/forward.ts';
import { openGpu } from '../../src/gpu/open.ts';
import type { LayerParameters } from '../../src/network/initialize.ts';
import type { Architecture } from '../../src/network/layers.ts';
import { Model } from '../../src/network/model.ts';
import type { Palette } from '../../src/page/draw/colours.ts';
import { CpuPainter } from '../../src/page/draw/cpuPainter.ts';
import { ForwardGrid } from '../../src/page/draw/forwardGrid.ts';
import { type Look, Painter, type PainterLike, type Place } from '../../src/page/draw/painter.ts';
import { readBuffers } from '../../src/gpu/readback.ts';

export interface Picture {
  architecture: Architecture;
  parameters: LayerParameters[];
  side: number;
  /** [side * side, inputs] */
  grid: Float32Array;
  places?: Place[];
  palette: Palette;
  look?: Look;
  /** Width and height in pixels. */
  surface: [number, number];
  nodes: [number, number];
  /** Who paints; `cpu` if false. */
  onGpu: boolean;
}

export interface Painted {
  /** Red, green, blue and alpha of every pixel. */
  surface: Uint8Array;
  nodes: Uint8Array;
}

function set(
  painter: PainterLike,
  { grid, places, palette, look, surface, nodes }: Omit<Picture, 'onGpu'>,
): void {
  painter.setGrid(grid);
  painter.setColours(palette);
  painter.resize('surface', ...surface);
  painter.resize('nodes', ...nodes);
  if (places) painter.setPlaces(places);
  if (look) painter.setLook(look);
}

/** What a canvas shows: only until the task of the browser ends that has drawn it. */
function pixels(canvas: OffscreenCanvas): Uint8Array {
  const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d')!;
  copy.drawImage(canvas, 0, 0);
  return new Uint8Array(copy.getImageData(0, 0, canvas.width, canvas.height).data);
}

const canvases = () => ({ surface: new OffscreenCanvas(1, 1), nodes: new OffscreenCanvas(1, 1) });

async function withModel<T>(
  { architecture, parameters }: Pick<Picture, 'architecture' | 'parameters'>,
  work: (model: Model) => Promise<T>,
): Promise<T> {
  const gpu = await openGpu();
  const model = new Model(gpu, architecture);
  model.write(parameters);
  try {
    const result = await work(model);
    // What the GPU complained of by now, and whether it still lives.
    await readBuffers(gpu, [model.parameters.get('layer1.b')]);
    return result;
  } finally {
    model.dispose();
    gpu.dispose();
  }
}

export const tasks: Record<string, Task> = {
  async paint(picture: Picture): Promise<Painted> {
    const { architecture, parameters, side } = picture;
    const sheets = canvases();
    if (!picture.onGpu) {
      const outputs = async (x: Float32Array) => [
        x,
        ...forward(architecture, parameters, x).map(({ a }) => a),
      ];
      const painter = CpuPainter.create(outputs, architecture, { ...sheets, side });
      set(painter, picture);
      await painter.draw();
      return { surface: pixels(sheets.surface), nodes: pixels(sheets.nodes) };
    }
    return withModel(picture, async (model) => {
      const painter = await Painter.create(model.gpu, model, { ...sheets, side });
      set(painter, picture);
      painter.draw();
      return { surface: pixels(sheets.surface), nodes: pixels(sheets.nodes) };
    });
  },

  /** The outputs of every layer on the GPU. */
  forwardGrid: (picture: Picture) =>
    withModel(picture, async (model) => {
      const grid = await ForwardGrid.create(model, picture.side ** 2);
      grid.setInputs(picture.grid);
      model.gpu.submit('test', (encoder) => grid.encode(encoder));
      const read = await readBuffers(model.gpu, grid.buffers);
      grid.dispose();
      return read.map((bytes) => new Float32Array(bytes));
    }),

  /** What many draws make, and what is left after `dispose`. */
  drawOften: (picture: Picture & { times: number }) =>
    withModel(picture, async (model) => {
      const { gpu } = model;
      const bytes = gpu.counts.bytes;
      const painter = await Painter.create(gpu, model, { ...canvases(), side: picture.side });
      set(painter, picture);
      painter.draw();
      const before = { ...gpu.counts };
      for (let i = 0; i < picture.times; i++) {
        painter.draw();
        // A canvas shows a frame when its task ends.
        if (i % 10 === 0) await gpu.device.queue.onSubmittedWorkDone();
      }
      const after = { ...gpu.counts };
      painter.dispose();
      return { before, after, left: gpu.counts.bytes - bytes };
    }),

  /** Draws that are asked for while one is being made. */
  async overlap(picture: Picture) {
    const { architecture, parameters, side } = picture;
    const sheets = canvases();
    let forwards = 0;
    const outputs = async (x: Float32Array) => {
      if (++forwards === 1) throw new Error('no outputs');
      return [x, ...forward(architecture, parameters, x).map(({ a }) => a)];
    };
    const painter = CpuPainter.create(outputs, architecture, { ...sheets, side });
    set(painter, picture);
    const problems: string[] = [];
    const draw = () => painter.draw().catch((error: Error) => void problems.push(error.message));
    await draw();
    const first = draw();
    // The first is on its way once the code here has paused.
    await Promise.resolve().then(() => Promise.resolve());
    const later = [draw(), draw(), draw()];
    painter.resize('surface', 20, 20);
    await Promise.all([first, ...later, draw()]);
    return { forwards, problems, size: sheets.surface.width };
  },

  /** What a person sees: canvases of the page, drawn to from a worker as the network changes. */
  async fromWorker(pictures: Picture[]): Promise<Uint8Array[]> {
    const canvas = (id: string, [width, height]: [number, number]) => {
      const made = Object.assign(document.createElement('canvas'), { id, width, height });
      document.body.append(made);
      return made;
    };
    const surface = canvas('surface', pictures[0].surface);
    const nodes = canvas('nodes', pictures[0].nodes);
    const worker = new Worker(new URL('./drawWorker.ts', import.meta.url), { type: 'module' });
    const answer = () =>
      new Promise<void>((resolve, reject) => {
        worker.onmessage = ({ data }) => (data.error ? reject(new Error(data.error)) : resolve());
        worker.onerror = ({ message }) => reject(new Error(message));
      });
    const sheets = [surface, nodes].map((element) => element.transferControlToOffscreen());
    worker.postMessage({ surface: sheets[0], nodes: sheets[1] }, sheets);
    const seen: Uint8Array[] = [];
    for (const picture of pictures) {
      worker.postMessage(picture);
      await answer();
      for (let i = 0; i < 3; i++) await new Promise(requestAnimationFrame);
      const copy = new OffscreenCanvas(surface.width, surface.height).getContext('2d')!;
      copy.drawImage(surface, 0, 0);
      seen.push(new Uint8Array(copy.getImageData(0, 0, surface.width, surface.height).data));
    }
    worker.terminate();
    return seen;
  },

  /** Milliseconds of one draw, waited for each time. */
  timeDraws: (picture: Picture & { times: number }) =>
    withModel(picture, async (model) => {
      const { gpu } = model;
      const painter = await Painter.create(gpu, model, { ...canvases(), side: picture.side });
      set(painter, picture);
      const times: number[] = [];
      for (let i = 0; i < picture.times; i++) {
        const start = performance.now();
        painter.draw();
        await gpu.device.queue.onSubmittedWorkDone();
        times.push(performance.now() - start);
      }
      painter.dispose();
      return times.sort((a, b) => a - b)[times.length >> 1];
    }),

  /** The error of a canvas that belongs to others. */
  async taken(picture: Picture) {
    return withModel(picture, async (model) => {
      const bytes = model.gpu.counts.bytes;
      const surface = new OffscreenCanvas(8, 8);
      surface.getContext('2d');
      const { message } = (await Painter.create(model.gpu, model, { surface, side: 8 }).catch(
        (error: Error) => error,
      )) as Error;
      return { message, left: model.gpu.counts.bytes - bytes };
    });
  },
};
