import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { Stranger, root } from './stranger.ts';

let stranger: Stranger;
let files: string[];
const library = 'node_modules/katman';
beforeAll(async () => {
  stranger = await Stranger.create();
  files = readdirSync(stranger.file(library), { recursive: true, encoding: 'utf8' });
});

const description = () => JSON.parse(stranger.read(`${library}/package.json`));

it('is packed by npm pack alone, and asks for nothing else', () => {
  const { scripts, dependencies, peerDependencies, peerDependenciesMeta, sideEffects, engines } =
    description();
  expect(scripts.prepack).toBe('node scripts/setup.mjs && node scripts/package.mjs');
  expect(dependencies).toEqual({});
  expect(Object.keys(peerDependencies).every((name) => peerDependenciesMeta[name].optional)).toBe(true);
  // The page of the repository does something when it is imported; of what is packed, nothing does.
  for (const name of sideEffects) expect(existsSync(stranger.file(`${library}/${name}`)), name).toBe(false);
  expect(engines.node).toBe(JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')).engines.node);
  expect(readdirSync(stranger.file('node_modules')).filter((name) => !name.startsWith('.'))).toEqual([
    'katman',
  ]);
});

it('has what its description names, and neither sources nor tests', () => {
  const { exports, types, bin } = description();
  const named = [
    types,
    ...Object.values(bin),
    ...Object.values(exports).flatMap((one) => Object.values(one as object)),
  ];
  for (const name of named.filter((name) => name.startsWith('.')))
    expect(existsSync(stranger.file(`${library}/${name}`)), name).toBe(true);
  expect(files.filter((name) => /^(src|test|shaders|examples|scripts)\b|(?<!\.d)\.tsx?$/.test(name))).toEqual(
    [],
  );
  expect(files).toEqual(
    expect.arrayContaining(['LICENSE', 'README.md', 'dist/LICENSES.md', 'dist/cli/LICENSES.md']),
  );
  expect(stranger.read(`${library}/dist/LICENSES.md`)).toContain('wgsl-preprocessor');
  expect(stranger.read(`${library}/dist/cli/LICENSES.md`)).toContain('commander');
});

it('imports nothing that is not in it, on a page', () => {
  const scripts = files.filter((name) => /^dist\/(katman|chunks).*\.js$/.test(name));
  expect(scripts.length).toBeGreaterThan(10);
  for (const script of scripts) {
    const text = stranger.read(`${library}/${script}`);
    for (const [, target] of text.matchAll(/(?:\bfrom\s*["']|\bimport\s*\(?\s*["'`])([^"'`\s$]+)["'`]/g)) {
      expect(target, script).toMatch(/^\.\.?\//);
      expect(
        existsSync(path.join(stranger.file(library), path.dirname(script), target)),
        `${script}: ${target}`,
      ).toBe(true);
    }
  }
});

it('has shaders without comments, and source maps with the sources', () => {
  const shaders = files.filter((name) => /^dist\/(chunks).*\.js$/.test(name));
  const texts = shaders.map((name) => stranger.read(`${library}/${name}`));
  expect(texts.join()).toContain('@compute');
  expect(texts.join()).not.toContain('A workgroup beyond the last column sums nothing');
  const maps = files
    .filter((name) => /^dist\/(katman|chunks).*\.js$/.test(name))
    .flatMap((name) => {
      const [, map] = /^\/\/# sourceMappingURL=(.+)$/m.exec(stranger.read(`${library}/${name}`)) ?? [];
      return map ? path.join(path.dirname(name), map) : [];
    });
  expect(maps.length).toBeGreaterThan(10);
  for (const map of maps) {
    const { sourcesContent, sources } = JSON.parse(stranger.read(`${library}/${map}`));
    expect(sourcesContent?.length, map).toBe(sources.length);
  }
});

/** What somebody writes who trusts the types. */
const PROGRAM = `
import { CpuNetwork, Network, adam, checkKernel, datasets, dense, openGpu, runKernel } from 'katman';
import type { FitOptions, Gpu, History, RunReport } from 'katman';
import { Network as PageNetwork, openGpu as openPageGpu } from 'katman/dist/katman.js';
import { CpuNetwork as PageCpuNetwork } from 'katman/dist/katman-cpu.js';
import { kernels } from 'katman/dist/katman-lab.js';

const options: FitOptions = { optimizer: adam({ learningRate: 0.01 }), epochs: 3 };
export async function train(gpu: Gpu): Promise<History> {
  const network = await Network.create(gpu, { inputs: 2, layers: [dense(4, 'relu'), dense(1, 'sigmoid')] });
  const training = await network.train(datasets.moons(), options);
  const { loss }: RunReport = await training.run(10);
  console.log(loss.toFixed(3), gpu.device.limits.maxBufferSize);
  // @ts-expect-error there is no such activation
  dense(4, 'softsign');
  // @ts-expect-error there is no such option
  return network.fit(datasets.moons(), { epoch: 3 });
}
export const page = async () => PageNetwork.create(await openPageGpu(), { inputs: 1, layers: [dense(1)] });
export const alike: typeof CpuNetwork = PageCpuNetwork;
export const check = async () => checkKernel(await openGpu(), kernels.matmul);
export type Kernel = Parameters<typeof runKernel>[1];
`;

it.each(['bundler', 'nodenext'])(
  'its types hold under tsc --strict, moduleResolution %s',
  async (resolution) => {
    stranger.give('typescript');
    writeFileSync(stranger.file('program.ts'), PROGRAM);
    writeFileSync(stranger.file('package.json'), '{ "type": "module" }');
    const module = resolution === 'bundler' ? 'esnext' : 'nodenext';
    const options = ['--strict', '--noEmit', '--target', 'es2022', '--lib', 'es2022,dom', '--module', module];
    const tsc = 'node_modules/typescript/bin/tsc';
    await stranger.node(
      tsc,
      ...options,
      '--moduleResolution',
      resolution,
      '--skipLibCheck',
      'false',
      'program.ts',
    );
  },
);

it('trains in Node without a GPU', async () => {
  writeFileSync(
    stranger.file('train.mjs'),
    `import { CpuNetwork, datasets, dense } from 'katman';
const network = await CpuNetwork.create({ inputs: 2, layers: [dense(8, 'tanh'), dense(1, 'sigmoid')] });
const { stopped } = await network.fit(datasets.moons(), { epochs: 100 });
console.log(stopped, (await network.evaluate(datasets.moons())).accuracy);`,
  );
  const [stopped, accuracy] = (await stranger.node('train.mjs')).trim().split(' ');
  expect(stopped).toBe('done');
  expect(Number(accuracy)).toBeGreaterThan(0.8);
});
