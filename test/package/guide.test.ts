import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { blocksOf } from './blocks.ts';
import { Stranger, type Visit, chrome, root, serve } from './stranger.ts';

const open = chrome();

const blocks = blocksOf('docs/guide.md');
const named = (name: string) => blocks.find((block) => block.name === name)!.text;

/** What a page has said on its console, once it has said so many lines. */
async function said(url: string, lines: number): Promise<{ visit: Visit; words: string[] }> {
  const words: string[] = [];
  const visit = await open('about:blank');
  visit.page.on('console', (message) => words.push(message.text()));
  await visit.page.goto(url);
  while (words.length < lines && !visit.complaints.length)
    await new Promise((resolve) => setTimeout(resolve, 50));
  expect(visit.complaints).toEqual([]);
  return { visit, words };
}

it('its blocks of a project build, and do what they say', async () => {
  const stranger = await Stranger.create();
  stranger.give('vite', 'typescript');
  mkdirSync(stranger.file('src'));
  const sources = blocks.filter(({ language, name }) => language === 'ts' && name !== 'vite.config.ts');
  expect(sources.map(({ name }) => name)).not.toContain(undefined);
  for (const { name, text } of sources) writeFileSync(stranger.file(`src/${name}`), text);
  writeFileSync(stranger.file('vite.config.ts'), named('vite.config.ts'));
  writeFileSync(stranger.file('tsconfig.json'), readFileSync(path.join(root, 'examples/vite/tsconfig.json')));
  // What only exports is used here.
  writeFileSync(
    stranger.file('src/uses.ts'),
    `import { Network, dense, openGpu } from 'katman';
import { fruit, test, train } from './dataset.ts';
import { load, save } from './model.ts';
const gpu = await openGpu();
const network = await Network.create(gpu, { inputs: 2, layers: [dense(3, 'softmax')] });
await network.fit(train, { epochs: 3 });
const [before, after] = [await network.predict(test.x), await (await load(gpu, await save(network))).predict(test.x)];
console.log(fruit.outputs, before.join() === after.join());
`,
  );
  const pages = ['main', 'page', 'loop', 'uses'];
  for (const name of pages)
    writeFileSync(
      stranger.file(`${name}.html`),
      `<link rel="icon" href="data:," /><script type="module" src="/src/${name}.ts"></script>`,
    );
  await stranger.node('node_modules/typescript/bin/tsc');
  const build = `import { build } from 'vite';
await build({ build: { rolldownOptions: { input: ${JSON.stringify(pages.map((name) => `${name}.html`))} } } });`;
  writeFileSync(stranger.file('build.mjs'), build);
  await stranger.node('build.mjs');
  const url = await serve(stranger.file('dist'));

  const main = await said(`${url}/main.html`, 2);
  expect(main.words[0]).toMatch(/^done 0\.0/);
  expect(main.words[1]).toBe('true false');
  const uses = await said(`${url}/uses.html`, 1);
  expect(uses.words).toEqual(['3 true']);
  const loop = await said(`${url}/loop.html`, 1);
  const [steps, losses] = loop.words[0].split(' ').map(Number);
  expect(steps).toBeGreaterThan(0);
  expect(losses).toBe(steps);
  const { visit, words } = await said(`${url}/page.html`, 1);
  while (words.at(-1) !== 'trained') await new Promise((resolve) => setTimeout(resolve, 50));
  expect(words.length).toBeGreaterThan(1);
  expect(visit.complaints).toEqual([]);
});

it('its page without a build step trains', async () => {
  const stranger = await Stranger.create();
  writeFileSync(stranger.file('index.html'), named('index.html'));
  const { words } = await said(await serve(stranger.folder), 1);
  expect(Number(words[0])).toBeGreaterThan(0.8);
});

it('its commands run as they stand', async () => {
  const stranger = await Stranger.create();
  stranger.give('puppeteer');
  const lines = blocks
    .filter(({ language }) => language === 'sh')
    .flatMap(({ text }) => text.trim().split('\n'))
    .filter((line) => line.startsWith('npx katman'));
  expect(lines.length).toBeGreaterThan(2);
  for (const line of lines) {
    const { code, err } = await stranger.run('npx', ...line.split(' ').slice(1));
    expect(code, `${line}: ${err}`).toBe(0);
  }
});
