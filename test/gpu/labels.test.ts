import puppeteer, { type Browser } from 'puppeteer';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { type HarnessPage, openPage } from '../../src/cli/harness.ts';
import { dense } from '../../src/network/layers.ts';
import { adam } from '../../src/network/optimizer.ts';

let browser: Browser;
let page: HarnessPage;
beforeAll(async () => {
  browser = await puppeteer.connect({ browserWSEndpoint: inject('browserWSEndpoint') });
  page = await openPage(browser, inject('serverUrl'), { tasks: '/test/gpu/labelTasks.ts' });
});
afterAll(async () => {
  await page?.close();
  await browser?.disconnect();
});

it('every device, buffer, layout, bind group, module, pipeline, pass and submit carries a label', async () => {
  const rows = 12;
  const labels: string[] = await page.run('labels', {
    network: { inputs: 3, layers: [dense(5, 'tanh', { dropout: 0.2 }), dense(2, 'softmax')] },
    data: {
      rows,
      x: Float32Array.from({ length: rows * 3 }, (_, i) => Math.sin(3 * i)),
      y: Float32Array.from({ length: rows * 2 }, (_, i) => Number(i % 2 === Math.floor(i / 2) % 2)),
    },
    options: { optimizer: adam(), batchSize: 5, steps: 4, clip: 1 },
  });
  expect(labels.filter((label) => /: $/.test(label))).toEqual([]);
  const makers = new Set(labels.map((label) => label.split(':')[0]));
  expect([...makers].sort()).toEqual([
    'beginComputePass',
    'createBindGroup',
    'createBindGroupLayout',
    'createBuffer',
    'createCommandEncoder',
    'createComputePipelineAsync',
    'createPipelineLayout',
    'createQuerySet',
    'createShaderModule',
    'finish',
    'requestDevice',
  ]);
  // As errors and inspectors quote them: by layer and tensor, by phase and pass, by kernel and flags.
  for (const label of [
    'createBuffer: layer1.z',
    'createBuffer: parameters',
    'createBindGroup: backward/layer1/dw',
    'createComputePipelineAsync: matmul [BIAS]',
    'createShaderModule: matmul [BIAS]',
    'beginComputePass: steps',
    'beginComputePass: forward/layer1/z',
    'finish: steps',
  ])
    expect(labels).toContain(label);
});
