import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { Stranger, type Visit, chrome, outcome, serve } from './stranger.ts';

const open = chrome();
const openWithoutGpu = chrome({ webgpu: false });

/** What a visit has loaded when all is done, in KiB as they come over the wire: each file gzipped by itself. */
async function loaded({ page, scripts }: Visit): Promise<number> {
  expect((await outcome(page, 'done')).error).toBeUndefined();
  await page.waitForNetworkIdle();
  return scripts.reduce((sum, { text }) => sum + gzipSync(text, { level: 9 }).length, 0) / 1024;
}

/** A page that trains on a device that it has not seen before, by the plan that it is given. */
function write(
  stranger: Stranger,
  from: string,
  { names = 'Network, dense, openGpu', create = '' } = {},
): void {
  writeFileSync(
    stranger.file('main.js'),
    `import { ${names} } from '${from}';
const xor = { rows: 4, x: new Float32Array([0, 0, 0, 1, 1, 0, 1, 1]), y: new Float32Array([0, 1, 1, 0]) };
const options = { inputs: 2, layers: [dense(8, 'tanh'), dense(1, 'sigmoid')] };
const network = await ${create || 'Network.create(await openGpu(), options)'};
const { stopped } = await network.fit(xor, { steps: 200 });
document.querySelector('#result').dataset.done = stopped;
`,
  );
  writeFileSync(
    stranger.file('index.html'),
    '<link rel="icon" href="data:," /><output id="result"></output><script type="module" src="./main.js"></script>',
  );
}

it('a page without a build step loads at most 48 KiB to train, in few files', async () => {
  const stranger = await Stranger.create();
  write(stranger, './node_modules/katman/dist/katman.js');
  const visit = await open(await serve(stranger.folder));
  expect(await loaded(visit)).toBeLessThan(48);
  const files = visit.scripts.filter(({ url }) => url.includes('/katman/'));
  expect(files.length).toBeLessThan(8);
});

it('a page without a build step loads at most 16 KiB to train without a GPU', async () => {
  const stranger = await Stranger.create();
  const create = 'CpuNetwork.create(options)';
  write(stranger, './node_modules/katman/dist/katman-cpu.js', { names: 'CpuNetwork, dense', create });
  expect(await loaded(await openWithoutGpu(await serve(stranger.folder)))).toBeLessThan(16);
});

it('a page that Vite has built loads at most 48 KiB to train, and no kernels that it does not use', async () => {
  const stranger = await Stranger.create();
  stranger.give('vite');
  write(stranger, 'katman');
  await stranger.node('node_modules/vite/bin/vite.js', 'build');
  const visit = await open(await serve(stranger.file('dist')));
  expect(await loaded(visit)).toBeLessThan(48);
  const asked = visit.scripts.map(({ url }) => path.basename(url));
  const rest = readdirSync(stranger.file('dist/assets')).filter((name) => !asked.includes(name));
  const texts = rest.map((name) => readFileSync(stranger.file(`dist/assets/${name}`), 'utf8'));
  expect(texts.filter((text) => text.includes('@compute')).length).toBeGreaterThan(0);
});
