import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { type Rolldown, build } from 'vite';
import { expect, it } from 'vitest';
import { minifyWgsl } from '../../scripts/wgsl.mjs';
import { kernelText } from '../../src/gpu/pipelines.ts';
import { readInterface } from '../../src/gpu/interface.ts';
import { kernels } from '../../src/kernels/index.ts';
import { library } from '../../src/kernels/library.ts';

/** The words and signs of a shader, whatever stands between them. */
const tokens = (text: string) =>
  text
    .replace(/\/\/.*$/gm, '')
    .match(/\w+(\.\d+)?|[^\s\w]/g)!
    .join(' ');

it('shaders are shipped without comments, and say the same', () => {
  const shipped = Object.fromEntries(Object.entries(library).map(([name, text]) => [name, minifyWgsl(text)]));
  for (const kernel of Object.values(kernels)) {
    const source = minifyWgsl(kernel.source);
    expect(source).not.toMatch(/^\s|\/\/(?!#)/m);
    for (const flags of [kernel.variants[0], kernel.variants[kernel.variants.length - 1]]) {
      const [as, was] = [
        kernelText({ ...kernel, source }, flags, shipped, kernel.counts),
        kernelText(kernel, flags, library, kernel.counts),
      ];
      expect(tokens(as)).toBe(tokens(was));
      expect(readInterface(as)).toEqual(readInterface(was));
    }
  }
});

const root = path.resolve(import.meta.dirname, '../..');
const ON_GPU = `
export { openGpu } from '/src/gpu/open.ts';
export { dense } from '/src/network/layers.ts';
export { Network } from '/src/session/network.ts';
`;
const WITHOUT_GPU = `
export { dense } from '/src/network/layers.ts';
export { CpuNetwork } from '/src/session/cpuNetwork.ts';
`;

/** What a page is sent: what it imports, and what that loads later; bytes in all, and the files of src that they come from. */
async function loaded(
  entry: string,
  ...lazily: readonly string[]
): Promise<{ bytes: number; modules: string[] }> {
  const { output } = (await build({
    root,
    logLevel: 'silent',
    build: {
      write: false,
      sourcemap: false,
      rollupOptions: { input: 'virtual:entry', preserveEntrySignatures: 'strict' },
    },
    plugins: [
      {
        name: 'entry',
        resolveId: (id) => (id === 'virtual:entry' ? id : undefined),
        load: (id) => (id === 'virtual:entry' ? entry : undefined),
      },
    ],
  })) as Rolldown.RolldownOutput;
  const chunks = output.filter((file) => file.type === 'chunk');
  const files = new Map(chunks.map((chunk) => [chunk.fileName, chunk]));
  const wanted = new Set(
    chunks
      .filter(
        ({ isEntry, facadeModuleId }) =>
          isEntry || lazily.some((file) => facadeModuleId === path.join(root, 'src', file)),
      )
      .map(({ fileName }) => fileName),
  );
  expect(wanted.size).toBe(1 + lazily.length);
  for (const name of wanted) for (const other of files.get(name)!.imports) wanted.add(other);
  const sent = [...wanted].map((name) => files.get(name)!);
  return {
    bytes: sent.reduce((sum, { code }) => sum + gzipSync(code, { level: 9 }).length, 0),
    modules: sent.flatMap(({ moduleIds }) => moduleIds.map((id) => path.relative(root, id))),
  };
}

it('a page that trains loads at most 46 KiB', async () => {
  // By the fused plan, on a device that it verifies.
  const { bytes, modules } = await loaded(ON_GPU, 'lab/verify.ts', 'network/fused/index.ts');
  expect(bytes / 1024).toBeLessThan(46);
  expect(modules.filter((file) => file.startsWith('src/cpu'))).toEqual([]);
}, 120_000);

it('a page that trains without a GPU loads at most 15 KiB, and nothing that is for a GPU', async () => {
  const { bytes, modules } = await loaded(WITHOUT_GPU, 'session/judge.ts');
  expect(bytes / 1024).toBeLessThan(15);
  expect(modules.filter((file) => /^src\/(gpu|kernels|wgsl|oracle|lab)\//.test(file))).toEqual([]);
}, 120_000);

it("the playground's own script is at most 72 KiB with its chart library, which comes last", async () => {
  const first = await loaded("import '/src/page/main.tsx';");
  expect(first.bytes / 1024).toBeLessThan(48);
  const { bytes, modules } = await loaded("import '/src/page/main.tsx';", 'page/view/chart.ts');
  expect(bytes / 1024).toBeLessThan(72);
  // What trains, reads files and shows single steps comes when it is wanted, or in the worker.
  expect(
    modules.filter((file) => /papaparse|src\/(kernels|oracle|lab)\/|page\/(own|hand)\//.test(file)),
  ).toEqual([]);
}, 120_000);
