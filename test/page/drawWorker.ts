import { openGpu } from '../../src/gpu/open.ts';
import type { Gpu } from '../../src/gpu/gpu.ts';
import { Model } from '../../src/network/model.ts';
import { Painter } from '../../src/page/draw/painter.ts';
import type { Picture } from './drawTasks.ts';

/** Takes two canvases, then pictures that it draws on them, each with a network and a painter of its own. */
let gpu: Gpu | undefined;
let sheets: { surface: OffscreenCanvas; nodes: OffscreenCanvas };

async function draw(picture: Picture): Promise<void> {
  gpu ??= await openGpu();
  const model = new Model(gpu, picture.architecture);
  model.write(picture.parameters);
  const painter = await Painter.create(gpu, model, { ...sheets, side: picture.side });
  painter.setGrid(picture.grid);
  painter.setColours(picture.palette);
  painter.setPlaces(picture.places ?? []);
  painter.resize('surface', ...picture.surface);
  painter.resize('nodes', ...picture.nodes);
  for (let frame = 0; frame < 3; frame++) {
    await new Promise(requestAnimationFrame);
    painter.draw();
  }
  painter.dispose();
  model.dispose();
}

self.onmessage = ({ data }: MessageEvent<Picture | typeof sheets>) => {
  if (!('grid' in data)) sheets = data;
  else
    draw(data).then(
      () => self.postMessage({}),
      (error: Error) => self.postMessage({ error: error.message }),
    );
};
