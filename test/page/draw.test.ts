import puppeteer, { type Browser } from 'puppeteer';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { findBrowsers } from '../../scripts/browsers.mjs';
import { type HarnessPage, openPage } from '../../src/cli/harness.ts';
import { activations } from '../../src/cpu/activation.ts';
import type { Architecture } from '../../src/network/layers.ts';
import {
  type Mapping,
  type Palette,
  colourOf,
  rangeOf,
  surfaceMapping,
  unitMapping,
} from '../../src/page/draw/colours.ts';
import { type Look, defaultLook } from '../../src/page/draw/painting.ts';
import { Random } from '../../src/random.ts';
import type { Painted, Picture } from './drawTasks.ts';

/** A canvas is drawn by the browser's GPU process too, which needs Vulkan in software then. */
const FLAGS = [
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-sync',
  '--enable-unsafe-webgpu',
  '--use-webgpu-adapter=swiftshader',
  '--enable-features=Vulkan',
  '--use-vulkan=swiftshader',
  '--use-angle=swiftshader',
];

let browser: Browser;
let page: HarnessPage;
beforeAll(async () => {
  browser = await puppeteer.launch({ executablePath: findBrowsers()[0].path, args: [...FLAGS] });
  page = await openPage(browser, inject('serverUrl'), { tasks: '/test/page/drawTasks.ts' });
});
afterAll(async () => {
  await page?.close();
  await browser?.close();
});

const palette: Palette = {
  neg: [0.71, 0.31, 0.04],
  mid: [0.96, 0.95, 0.94],
  pos: [0.11, 0.37, 0.66],
  paper: [0, 1, 0],
  classes: [
    [1, 0, 0],
    [0, 0.5, 0],
    [0, 0, 1],
  ],
};

/** The points of [-reach, reach]^2 in the middles of side x side cells, the top row first. */
function gridOf(side: number, reach = 2): Float32Array {
  const at = (i: number) => reach * ((2 * i + 1) / side - 1);
  return Float32Array.from({ length: 2 * side * side }, (_, i) => {
    const point = i >> 1;
    return i % 2 ? -at(Math.floor(point / side)) : at(point % side);
  });
}

function networkOf(seed: number, architecture: Architecture): Pick<Picture, 'architecture' | 'parameters'> {
  const random = new Random(seed);
  let inputs = architecture.inputs;
  const parameters = architecture.layers.map(({ units }) => {
    const draw = (n: number) => Float32Array.from({ length: n }, () => 3 * random.uniform() - 1.5);
    const layer = { w: draw(inputs * units), b: draw(units) };
    inputs = units;
    return layer;
  });
  return { architecture, parameters };
}

/** Every layer's outputs at the points, by the definition. */
function outputsOf({ architecture, parameters, grid }: Picture): Float32Array[] {
  const layers = [grid];
  architecture.layers.forEach(({ units, activation }, l) => {
    const { w, b } = parameters[l];
    const x = layers[l];
    const inputs = w.length / units;
    const a = new Float32Array((x.length / inputs) * units);
    for (let row = 0; row < x.length / inputs; row++) {
      const z = Array.from({ length: units }, (_, j) => {
        let sum = b[j];
        for (let i = 0; i < inputs; i++) sum += x[row * inputs + i] * w[i * units + j];
        return sum;
      });
      const total = z.reduce((sum, value) => sum + Math.exp(value), 0);
      z.forEach((value, j) => {
        a[row * units + j] =
          activation === 'softmax' ? Math.exp(value) / total : activations[activation].g(value);
      });
    }
    layers.push(a);
  });
  return layers;
}

const two = networkOf(3, {
  inputs: 2,
  layers: [
    { units: 4, activation: 'tanh' },
    { units: 1, activation: 'sigmoid' },
  ],
});
const three = networkOf(5, {
  inputs: 2,
  layers: [
    { units: 5, activation: 'relu' },
    { units: 3, activation: 'softmax' },
  ],
});
const plane = networkOf(7, {
  inputs: 2,
  layers: [
    { units: 4, activation: 'sigmoid' },
    { units: 4, activation: 'identity' },
    { units: 1, activation: 'identity' },
  ],
});

/** Three pixels for each cell, so that the middle one shows a point of the grid itself. */
function picture(
  network: Pick<Picture, 'architecture' | 'parameters'>,
  more: Partial<Picture> = {},
  side = 16,
): Picture {
  const { architecture } = network;
  const sizes = [architecture.inputs, ...architecture.layers.map(({ units }) => units)];
  const places = sizes.flatMap((units, layer) =>
    Array.from({ length: units }, (_, unit) => ({
      layer,
      unit,
      x: 5 + 60 * layer,
      y: 7 + 55 * unit,
      size: 3 * side,
    })),
  );
  return {
    ...network,
    ...{ side, grid: gridOf(side), palette, places, onGpu: true },
    ...{ surface: [3 * side, 3 * side], nodes: [60 * sizes.length + 10, 320] },
    ...more,
  };
}

/** The largest difference, in 255ths, from the colours that the points should have; as far as the map is seen. */
function difference(
  { side, palette }: Picture,
  mapping: Mapping,
  outputs: Float32Array,
  pixels: Uint8Array,
  width: number,
  at = { x: 0, y: 0 },
): number {
  const range = rangeOf(mapping, outputs, side);
  const units = outputs.length / (side * side);
  let worst = 0;
  for (let point = 0; point < side * side; point++) {
    const x = at.x + 3 * (point % side) + 1;
    const y = at.y + 3 * Math.floor(point / side) + 1;
    const pixel = pixels.subarray(4 * (y * width + x));
    const rgb = colourOf(mapping, range, outputs, point * units, units, palette);
    rgb.forEach((share, i) => (worst = Math.max(worst, Math.abs(255 * share - pixel[i]))));
    worst = Math.max(worst, 255 - pixel[3]);
  }
  return worst;
}

const paint = (wanted: Picture): Promise<Painted> => page.run('paint', wanted);

async function expectRight(wanted: Picture, layers = outputsOf(wanted)): Promise<Painted> {
  const painted = await paint(wanted);
  const { architecture, places } = wanted;
  const look = wanted.look ?? defaultLook(architecture);
  const mapping = surfaceMapping(architecture, look);
  const [width] = wanted.surface;
  expect(difference(wanted, mapping, layers[mapping.layer], painted.surface, width)).toBeLessThan(2);
  for (const place of places!) {
    const { layer, unit } = place;
    const of = unitMapping(architecture, look, layer, unit);
    const worst = difference(wanted, of, layers[layer], painted.nodes, wanted.nodes[0], place);
    expect(worst, `layer ${layer}, unit ${unit}`).toBeLessThan(2);
  }
  return painted;
}

describe.each([
  ['the GPU', true],
  ['the CPU', false],
])('%s draws', (_, onGpu) => {
  it('a probability, and every unit in its place', async () => {
    const { nodes } = await expectRight(picture(two, { onGpu }));
    // Nothing outside of the places.
    const corner = nodes.subarray(0, 4);
    expect([...corner]).toEqual([0, 0, 0, 0]);
  });

  it('classes, which fade as their lead shrinks, and units without bounds', () =>
    expectRight(picture(three, { onGpu })));

  it('values in their range', async () => {
    const look: Look = { output: 'value', low: -3, high: 2, discrete: false };
    await expectRight(picture(plane, { onGpu, look }));
  });

  it('a network that has diverged on paper', async () => {
    const parameters = two.parameters.map(({ w, b }) => ({ w, b: b.map(() => NaN) }));
    const { surface } = await paint(picture({ ...two, parameters }, { onGpu }));
    expect([...surface.subarray(0, 4)]).toEqual([0, 255, 0, 255]);
  });
});

describe('decisions', () => {
  it.each([
    ['two', two, 'probability', 2],
    ['three', three, 'classes', 3],
  ] as const)('are drawn in the plain colours of %s classes', async (_, network, output, colours) => {
    const look: Look = { output, low: 0, high: 1, discrete: true };
    const { surface } = await paint(picture(network, { look }));
    const found = new Set<string>();
    for (let i = 0; i < surface.length; i += 4) found.add(surface.subarray(i, i + 3).join());
    const all = output === 'classes' ? palette.classes : [palette.neg, palette.pos];
    expect(all.map((rgb) => rgb.map((share) => Math.round(255 * share)).join())).toEqual(
      expect.arrayContaining([...found]),
    );
    expect(found.size).toBe(colours);
  });
});

describe('a painter', () => {
  it('computes what the definition says, on every layer', async () => {
    const wanted = picture(plane, {}, 40);
    const got: Float32Array[] = await page.run('forwardGrid', wanted);
    const expected = outputsOf(wanted);
    expect(got.map(({ length }) => length)).toEqual(expected.map(({ length }) => length));
    got.forEach((layer, l) => layer.forEach((value, i) => expect(value).toBeCloseTo(expected[l][i], 4)));
  });

  it('draws between the points of the grid', async () => {
    // A plane, so that what lies between points is known: outputs are interpolated, and not colours.
    const side = 8;
    const architecture: Architecture = { inputs: 2, layers: [{ units: 1, activation: 'identity' }] };
    const parameters = [{ w: Float32Array.of(0.5, 0), b: Float32Array.of(0) }];
    const look: Look = { output: 'value', low: -1, high: 1, discrete: false };
    const wanted = picture({ architecture, parameters }, { look, surface: [160, 40], places: [] }, side);
    const { surface } = await paint(wanted);
    const mapping = surfaceMapping(architecture, look);
    for (let x = 10; x < 150; x++) {
      const value = Float32Array.of((2 * (x + 0.5)) / 160 - 1);
      const rgb = colourOf(mapping, [-1, 1], value, 0, 1, palette);
      rgb.forEach((share, i) =>
        expect(Math.abs(255 * share - surface[4 * (20 * 160 + x) + i])).toBeLessThan(2),
      );
    }
  });

  it('makes nothing new from draw to draw, and leaves nothing behind', async () => {
    const { before, after, left } = await page.run('drawOften', { ...picture(two), times: 1000 });
    expect(after.submits - before.submits).toBe(1000);
    expect(after.maps).toBe(before.maps);
    for (const made of ['buffers', 'bytes', 'bindGroups', 'pipelines', 'writes'])
      expect(after[made], made).toBe(before[made]);
    expect(left).toBe(0);
  });

  it('makes room for more places than there are units', async () => {
    const places = Array.from({ length: 40 }, (_, i) => ({
      layer: i % 3,
      unit: 0,
      x: 50 * (i % 6),
      y: 50 * Math.floor(i / 6),
      size: 48,
    }));
    await expectRight(picture(two, { places, nodes: [310, 360] }));
  });

  it('says which unit there is not, and what is wrong with a grid', async () => {
    const place = { layer: 1, unit: 4, x: 0, y: 0, size: 9 };
    await expect(paint(picture(two, { places: [place] }))).rejects.toThrow(
      'There is no unit 4 in layer 1 of a network of 2-4-1',
    );
    await expect(paint(picture(two, { grid: new Float32Array(5) }))).rejects.toThrow(
      'x has 5 numbers, but this grid takes 512',
    );
  });

  it('is refused where a canvas has no WebGPU, and leaves nothing behind', async () => {
    expect(await page.run('taken', picture(two))).toEqual({
      message: 'This canvas has no WebGPU context',
      left: 0,
    });
  });

  it('draws from a worker on canvases of the page, one network after the other', async () => {
    const pictures = [picture(two), picture(three), picture(two)];
    const seen: Uint8Array[] = await page.run('fromWorker', pictures);
    pictures.forEach((wanted, i) => {
      const mapping = surfaceMapping(wanted.architecture, defaultLook(wanted.architecture));
      const outputs = outputsOf(wanted)[mapping.layer];
      expect(difference(wanted, mapping, outputs, seen[i], wanted.surface[0])).toBeLessThan(2);
    });
  });

  it('draws one picture after the other where the CPU does, the last one with what was set last', async () => {
    expect(await page.run('overlap', picture(two))).toEqual({
      // Of five draws at once the first and the last are made; one that fails stops none after it.
      forwards: 3,
      problems: ['no outputs'],
      size: 20,
    });
  });
});
