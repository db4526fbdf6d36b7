import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { Stranger, root } from './stranger.ts';

let stranger: Stranger;
beforeAll(async () => {
  stranger = await Stranger.create('testing');
  stranger.give('vitest', 'puppeteer', 'typescript', '@types/node');
  writeFileSync(stranger.file('package.json'), '{ "type": "module" }');
});

const JUNIT = ['--reporter=default', '--reporter=junit', '--outputFile.junit=results.xml'];
/** How vitest ended, and all that it said, without its colours. */
async function vitest(...words: string[]): Promise<{ code: number; said: string }> {
  const program = 'node_modules/vitest/vitest.mjs';
  const { code, out, err } = await stranger.run(process.execPath, program, 'run', ...words);
  return { code, said: `${out}${err}`.replace(/\u001b\[[\d;]*m/g, '') };
}

/** Tests and failures that a JUnit file counts. */
function counted(file: string): { tests: number; failures: number } {
  const text = stranger.read(file);
  const count = (tag: RegExp) => [...text.matchAll(tag)].length;
  return { tests: count(/<testcase /g), failures: count(/<failure\b/g) };
}

it("the example's kernels pass, with the commands of its workflow", async () => {
  const workflow = readFileSync(path.join(root, 'examples/testing/.github/workflows/test.yml'), 'utf8');
  expect(workflow).toContain('npx vitest run --reporter=default --reporter=junit');
  await stranger.node('node_modules/typescript/bin/tsc');
  const { code, said } = await vitest(...JUNIT);
  expect(code, said).toBe(0);
  expect(counted('results.xml')).toEqual({ tests: 7, failures: 0 });
  const [, command] = /run: node (--test .*)$/m.exec(workflow)!;
  mkdirSync(stranger.file('results'));
  await stranger.node(...command.split(' '));
  expect(counted('results/node.xml')).toEqual({ tests: 1, failures: 0 });
});

it('a fault that is planted fails it, in the report, too', async () => {
  const right = stranger.read('src/prefixSum.wgsl');
  try {
    writeFileSync(stranger.file('src/prefixSum.wgsl'), right.replace('distance *= 2u', 'distance *= 4u'));
    const { code, said } = await vitest('test/prefixSum.test.ts', ...JUNIT);
    expect(code).toBe(1);
    expect(said).toMatch(/MismatchError: The kernel differs from its oracle in 4 of 6 cases/);
    expect(said).toMatch(/case 3 of 6 \('n = 255'\): 'out' is wrong in \d+ of 255 numbers, first at \[\d+\]/);
    expect(counted('results.xml')).toEqual({ tests: 1, failures: 1 });
  } finally {
    writeFileSync(stranger.file('src/prefixSum.wgsl'), right);
  }
});

it('what is said on the page fails a file whose tests all passed', async () => {
  const test = `
import { useGpuPage } from 'katman/testing';
import { afterAll, beforeAll, it } from 'vitest';
const gpu = useGpuPage({ beforeAll, afterAll }, { adapter: 'software' });
it('passes', () => gpu.evaluate(() => void setTimeout(() => console.error('too late'), 50)));
it('passes, too', () => new Promise((resolve) => setTimeout(resolve, 500)));`;
  writeFileSync(stranger.file('test/late.test.ts'), test);
  const { code, said } = await vitest('test/late.test.ts');
  expect(code).toBe(1);
  expect(said).toContain("The page's console says: too late");
  expect(said).toContain('Failed Suites 1');
});

it('without puppeteer it names the package that it lacks, and needs neither it nor vitest to be imported', async () => {
  const bare = await Stranger.create();
  const open = `import { openGpuPage } from 'katman/testing';
await openGpuPage({ adapter: 'software' }).catch(({ name, message }) => console.log(name, message));`;
  writeFileSync(bare.file('open.mjs'), open);
  expect(await bare.node('open.mjs')).toMatch(
    /^GpuUnavailableError The package puppeteer, .* is not installed: npm install puppeteer/,
  );
});

const TYPES = `
import type { Page as PlaywrightPage } from 'playwright-core';
import type { Page as PuppeteerPage } from 'puppeteer';
import { type GpuPage, type OpenOptions, openGpuPage } from 'katman/testing';
export const open = (page: PuppeteerPage | PlaywrightPage) => openGpuPage({ adapter: 'any', page });
export const options: OpenOptions = { adapter: 'hardware', browser: 'firefox', features: ['shader-f16'] };
export async function run(gpu: GpuPage): Promise<number> {
  const { out, words, x } = await gpu.runKernel({
    wgsl: '',
    bindings: { params: { n: 1 }, x: new Float32Array(2), out: { type: 'f32', length: 3 }, words: { type: 'u32', length: 1 } },
    workgroups: [1, 2],
  });
  const floats: Float32Array = out;
  const integers: Uint32Array = words;
  const both: Float32Array = x;
  // @ts-expect-error it is no Int32Array
  const wrong: Int32Array = out;
  // @ts-expect-error there is no such kind
  await openGpuPage({ adapter: 'fast' });
  // @ts-expect-error the kind has to be said
  await openGpuPage({});
  return floats.length + integers.length + both.length + wrong.length + (await gpu.evaluate((n: number) => n + 1, 2));
}
`;

it.each(['bundler', 'nodenext'])(
  'its types hold for an outsider, moduleResolution %s',
  async (resolution) => {
    const module = resolution === 'bundler' ? 'esnext' : 'nodenext';
    const options = ['--strict', '--noEmit', '--target', 'es2022', '--lib', 'es2022,dom', '--module', module];
    stranger.give('playwright-core');
    writeFileSync(stranger.file('types.ts'), TYPES);
    writeFileSync(stranger.file('package.json'), '{ "type": "module" }');
    try {
      const words = [
        ...options,
        '--moduleResolution',
        resolution,
        '--types',
        'node',
        '--skipLibCheck',
        'types.ts',
      ];
      await stranger.node('node_modules/typescript/bin/tsc', '--ignoreConfig', ...words);
    } finally {
      rmSync(stranger.file('types.ts'));
    }
  },
);

it('the tests in docs/testing.md pass', async () => {
  const text = readFileSync(path.join(root, 'docs/testing.md'), 'utf8');
  const blocks = [...text.matchAll(/^```(?:ts|js)\n(\/\/ (\S+\.(?:test\.ts|mjs))\n[\s\S]*?)^```$/gm)];
  const names = blocks.map(([, , name]) => name);
  expect(names).toEqual(expect.arrayContaining(['double.test.ts', 'double.mjs', 'playwright.test.ts']));
  stranger.give('playwright-core');
  for (const [, block, name] of blocks) writeFileSync(stranger.file(`test/${name}`), block);
  const tests = names.filter((name) => name.endsWith('.test.ts')).map((name) => `test/${name}`);
  const { code, said } = await vitest(...tests, ...JUNIT);
  expect(code, said).toBe(0);
  expect(counted('results.xml')).toEqual({ tests: expect.any(Number), failures: 0 });
  expect(counted('results.xml').tests).toBeGreaterThanOrEqual(tests.length);
  for (const name of names.filter((name) => name.endsWith('.mjs'))) await stranger.node(`test/${name}`);
});
