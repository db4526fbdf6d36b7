import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { contracts } from '../../src/lab/cases.ts';
import { Stranger, chrome, outcome, root, serve } from './stranger.ts';

const open = chrome();
const openWithoutGpu = chrome({ webgpu: false });

/** Builds a project as its own `npm run build` does, and says where the result lies. */
async function built(example: string): Promise<string> {
  const stranger = await Stranger.create(example);
  const { scripts } = JSON.parse(readFileSync(path.join(root, 'examples', example, 'package.json'), 'utf8'));
  expect(scripts.build).toBe('tsc && vite build');
  stranger.give('typescript', 'vite');
  await stranger.node('node_modules/typescript/bin/tsc');
  await stranger.node('node_modules/vite/bin/vite.js', 'build');
  return stranger.file('dist');
}

it('no-build: a page trains on the GPU, and without one', async () => {
  const url = await serve((await Stranger.create('no-build')).folder);
  for (const visit of [await open(url), await openWithoutGpu(url)]) {
    const { accuracy, error } = await outcome(visit.page, 'accuracy');
    expect(error).toBeUndefined();
    expect(Number(accuracy)).toBeGreaterThan(0.85);
    expect(visit.complaints).toEqual([]);
  }
});

it('vite: a TypeScript project trains, saves and loads', async () => {
  const { page, complaints } = await open(await serve(await built('vite')));
  const { accuracy, same, error } = await outcome(page, 'accuracy');
  expect(error).toBeUndefined();
  expect(Number(accuracy)).toBeGreaterThan(0.9);
  expect(same).toBe('true');
  expect(complaints).toEqual([]);
});

it('worker: a Worker trains, tells how far it is, and stops when told', async () => {
  const url = await serve(await built('worker'));
  const { page, complaints } = await open(url);
  const done = await outcome(page, 'stopped');
  expect(done.error).toBeUndefined();
  expect(done.stopped).toBe('done');
  expect(Number(done.heard)).toBeGreaterThan(0);
  expect(Number(done.accuracy)).toBeGreaterThan(0.7);
  await page.goto(`${url}/?epochs=1000000`);
  await outcome(page, 'heard');
  await page.click('#stop');
  expect((await outcome(page, 'stopped')).stopped).toBe('aborted');
  expect(complaints).toEqual([]);
});

it('own-loop: a page takes steps as it likes', async () => {
  const { page, complaints } = await open(await serve((await Stranger.create('own-loop')).folder));
  const { steps, accuracy, error } = await outcome(page, 'steps');
  expect(error).toBeUndefined();
  expect(Number(steps) % 10).toBe(0);
  expect(Number(accuracy)).toBeGreaterThan(0.9);
  expect(complaints).toEqual([]);
});

it('own-kernel: a kernel is run and judged, and a wrong one is found', async () => {
  const stranger = await Stranger.create('own-kernel');
  const url = await serve(stranger.folder);
  const { page, complaints } = await open(url);
  const { right, off, cases, error } = await outcome(page, 'right');
  expect(error).toBeUndefined();
  expect(right).toBe('true');
  expect(Number(off)).toBeLessThan(1e-3);
  expect(Number(cases)).toBe(contracts.columnSums.cases().length);
  expect(complaints).toEqual([]);
  // The same kernel without its last row.
  await page.setRequestInterception(true);
  page.on('request', (request) => {
    if (!request.url().endsWith('/columnSums.js')) return void request.continue();
    const body = stranger
      .read('columnSums.js')
      .replace('row < params.m; row++', 'row + 1u < params.m; row++');
    expect(body).toContain('row + 1u');
    void request.respond({ contentType: 'text/javascript', body });
  });
  await page.reload();
  expect((await outcome(page, 'right')).right).toBe('false');
});

it('each example has a line in the list', () => {
  const list = readFileSync(path.join(root, 'examples/README.md'), 'utf8');
  const folders = readdirSync(path.join(root, 'examples'), { withFileTypes: true });
  for (const folder of folders)
    if (folder.isDirectory()) expect(list).toMatch(new RegExp(`^\\| \\[${folder.name}\\]\\(`, 'm'));
});
