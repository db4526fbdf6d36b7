import puppeteer, { type Browser } from 'puppeteer';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type HarnessPage, openPage } from '../../src/cli/harness.ts';
import { dense } from '../../src/network/layers.ts';
import { adam, momentum, sgd } from '../../src/network/optimizer.ts';
import type { PassLook, StepLook } from '../../src/session/lookAtStep.ts';

let browser: Browser;
let page: HarnessPage;
beforeAll(async () => {
  browser = await puppeteer.connect({ browserWSEndpoint: inject('browserWSEndpoint') });
  page = await openPage(browser, inject('serverUrl'), { tasks: '/test/gpu/lookTasks.ts' });
});
afterAll(async () => {
  await page?.close();
  await browser?.disconnect();
});

const xor = { rows: 4, x: Float32Array.of(0, 0, 0, 1, 1, 0, 1, 1), y: Float32Array.of(0, 1, 1, 0) };
const small = {
  inputs: 2,
  layers: [dense(3, 'tanh'), dense(1, 'sigmoid')],
  init: { kind: 'normal' as const, scale: 0.5, seed: 4 },
};

const labels = ({ passes }: StepLook) => passes.map(({ label, tensor }) => `${label}: ${tensor}`);
const find = ({ passes }: StepLook, tensor: string) => passes.find((pass) => pass.tensor === tensor)!;

describe('a look at a step', () => {
  it('shows every tensor in the order of the passes, as the GPU and as the oracle have it', async () => {
    const options = { optimizer: sgd({ learningRate: 0.5 }), batchSize: 4 };
    const { look, before, after, stepped, left } = await page.run('lookAtStep', {
      network: small,
      data: xor,
      options,
    });
    expect(labels(look)).toEqual([
      'batch/x0: x',
      'batch/y0: y',
      'forward/layer1/z: layer1.z',
      'forward/layer1/a: layer1.a',
      'forward/layer2/z: layer2.z',
      'forward/layer2/a: layer2.a',
      'loss/losses: losses',
      'loss/loss: loss',
      'loss/hits: hits',
      'loss/accuracy: accuracy',
      'backward/layer2/dz: layer2.dz',
      'backward/layer2/dw: layer2.dw',
      'backward/layer2/db: layer2.db',
      'backward/layer1/da: layer1.da',
      'backward/layer1/dz: layer1.dz',
      'backward/layer1/dw: layer1.dw',
      'backward/layer1/db: layer1.db',
      'update/layer1/w: layer1.w',
      'update/layer1/b: layer1.b',
      'update/layer2/w: layer2.w',
      'update/layer2/b: layer2.b',
    ]);
    for (const { fraction, gpu, oracle, bound, shape, label } of look.passes as PassLook[]) {
      const size = shape.reduce((product, n) => product * n, 1);
      expect([gpu.length, oracle.length, bound.length], label).toEqual([size, size, size]);
      expect(fraction, label).toBeLessThanOrEqual(1);
      gpu.forEach((value, i) => expect(Math.abs(value - oracle[i])).toBeLessThanOrEqual(bound[i]));
    }
    // One number by hand: the inputs of the last row are both 1.
    const { gpu, inputs } = find(look, 'layer1.z');
    const { w, b } = before[0];
    expect(gpu[9]).toBeCloseTo(w[0] + w[3] + b[0], 6);
    expect(inputs.a.values).toEqual(xor.x);
    expect(inputs.b).toEqual({ name: 'layer1.w', shape: [2, 3], values: w });
    expect(find(look, 'layer1.w').inputs.w.values).toEqual(w);
    // It is undone; made in earnest, it gives the same bits.
    expect(after).toEqual(before);
    expect(find(look, 'layer1.w').gpu).toEqual(stepped[0].w);
    expect(find(look, 'layer2.b').gpu).toEqual(stepped[1].b);
    expect(left).toBe(0);
  });

  it('shows moments, clipping, dropout and weights of rows, in the middle of a training', async () => {
    const rows = 20;
    const x = Float32Array.from({ length: rows * 4 }, (_, i) => Math.sin(3 * i));
    const y = Float32Array.from({ length: rows * 3 }, (_, i) => Number(i % 3 === Math.floor(i / 3) % 3));
    const { look, before, after } = await page.run('lookAtStep', {
      network: { inputs: 4, layers: [dense(4, 'relu', { dropout: 0.25 }), dense(3, 'softmax')] },
      data: { rows, x, y },
      options: { optimizer: adam({ l2: 0.01 }), clip: 0.1, classWeight: 'balanced', batchSize: 8 },
      trained: 3,
    });
    expect(look.rows).toBe(8);
    expect(look.index).toBe(3);
    expect(look.passes.every(({ fraction }: PassLook) => fraction <= 1)).toBe(true);
    const shown = labels(look);
    for (const one of [
      'forward/layer1/dropout: layer1.dropped',
      'backward/layer1/dropout: layer1.da',
      'update/clipFactor: clipFactor',
      'update/layer2/w: layer2.w.v',
    ])
      expect(shown).toContain(one);
    expect(find(look, 'layer1.w.m').inputs.m.values.some((value) => value !== 0)).toBe(true);
    expect(after).toEqual(before);
  });

  it('shows the loss of a regression, and the slope of its output', async () => {
    const { look } = await page.run('lookAtStep', {
      network: { ...small, layers: [dense(3, 'sigmoid'), dense(1, 'identity')] },
      data: xor,
      options: { optimizer: momentum(), loss: 'mse', batchSize: 4 },
    });
    expect(labels(look)).toContain('backward/layer2/da: layer2.da');
    expect(find(look, 'layer2.dw').params.scale).toBeCloseTo(2 / 4);
  });

  it('refuses what is too wide to be read', async () => {
    const network = { inputs: 2, layers: [dense(9, 'tanh'), dense(1, 'sigmoid')] };
    await expect(page.run('lookAtStep', { network, data: xor, options: {} })).rejects.toThrow(
      /at most 8 inputs and units in each layer, not 9/,
    );
  });
});
