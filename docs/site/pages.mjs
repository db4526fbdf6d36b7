import { readdirSync } from 'node:fs';
import path from 'node:path';

export const root = path.resolve(import.meta.dirname, '../..');

/** What the site has besides its home (README.md) and the API: groups of the sidebar, with files and their titles. */
const LIST = {
  Use: {
    'docs/guide.md': 'Guide',
    'docs/playground.md': 'Playground',
    'docs/lab.md': 'Lab',
    'docs/testing.md': 'Testing',
    'docs/sweeps.md': 'Sweeps',
    'docs/formats.md': 'Model files',
    'examples/README.md': 'Examples',
  },
  'How it works': {
    'docs/method.md': 'Method',
    'docs/numerics.md': 'Numerics',
    'docs/plans.md': 'Plans',
    'docs/faults.md': 'Faults',
    'shaders/README.md': 'Kernels',
  },
  'How fast it is': {
    'docs/benchmarks.md': 'Benchmarks',
    'docs/cost.md': 'Cost',
    'docs/peers.md': 'Comparison',
  },
  'Where it runs': { 'docs/support.md': 'Support', 'docs/targets.md': 'Targets' },
  Project: {
    'CHANGELOG.md': 'Changes',
    'data/LICENSES.md': 'Data',
    'test/mutants/survivors.md': 'Surviving mutants',
  },
};

export const groups = Object.keys(LIST);

/** The pages in the order of the sidebar: their files, titles and groups. */
export const pages = Object.entries(LIST).flatMap(([group, files]) =>
  Object.entries(files).map(([file, title]) => ({ file, title, group })),
);

/** What of the docs no reader would find: files of docs/ that are not in the list. */
export const unlisted = readdirSync(path.join(root, 'docs'))
  .filter((name) => name.endsWith('.md') && !pages.some(({ file }) => file === `docs/${name}`))
  .map((name) => `docs/${name}`);

/** What a program imports, and the file that says what that is. */
export const modules = [
  { name: 'katman', file: 'src/index.ts' },
  { name: 'katman/testing', file: 'src/testing/index.ts' },
];
