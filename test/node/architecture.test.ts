import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');
const src = path.join(root, 'src');

/** What each folder (or file) of src may import, besides itself. */
const LEAVES = ['errors', 'names', 'random'];
const ALLOWED: Record<string, readonly string[]> = {
  errors: [],
  names: [],
  random: [],
  wgsl: ['errors'],
  gpu: ['errors', 'wgsl'],
  kernels: ['gpu', ...LEAVES],
  oracle: [],
  network: ['kernels', 'gpu', ...LEAVES],
  cpu: ['network', ...LEAVES],
  data: LEAVES,
  formats: LEAVES,
  lab: ['oracle', 'kernels', 'gpu', 'wgsl', ...LEAVES],
  session: ['network', 'cpu', 'lab', 'data', 'formats', 'kernels', 'gpu', ...LEAVES],
  page: ['sweep', 'session', 'network', 'cpu', 'lab', 'data', 'formats', 'kernels', 'gpu', ...LEAVES],
  sweep: ['session', 'network', 'data', 'formats', ...LEAVES],
  cli: ['sweep', 'session', 'network', 'lab', 'data', 'formats', 'kernels', 'gpu', ...LEAVES],
  testing: ['cli', 'lab', 'gpu', 'wgsl', 'errors'],
};

const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((file) => /\.tsx?$/.test(file));
const room = (file: string) => file.split(path.sep)[0].replace(/\.tsx?$/, '');

function imports(file: string): string[] {
  const text = readFileSync(path.join(src, file), 'utf8');
  return [...text.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)].map(([, target]) =>
    path.relative(src, path.resolve(path.dirname(path.join(src, file)), target)),
  );
}

describe('the house', () => {
  it('has arrows that point down only', () => {
    const wrong: string[] = [];
    for (const file of files) {
      if (room(file) === 'index') continue;
      for (const target of imports(file)) {
        if (target.startsWith('..')) continue;
        const to = room(target);
        if (to !== room(file) && !ALLOWED[room(file)]?.includes(to)) wrong.push(`${file} -> ${target}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('has one importer of the preprocessor, one room for the DOM and one for GPU devices', () => {
    const having = (pattern: RegExp) =>
      files.filter((file) => pattern.test(readFileSync(path.join(src, file), 'utf8')));
    expect(having(/from 'wgsl-preprocessor/)).toEqual([path.join('wgsl', 'specialize.ts')]);
    const outside = (pattern: RegExp, ...rooms: string[]) =>
      having(pattern).filter((file) => !rooms.includes(room(file)));
    expect(outside(/\bdocument\./, 'page')).toEqual([]);
    expect(outside(/\brequestAdapter\b|\.createBuffer\(|\.createComputePipeline/, 'gpu')).toEqual([]);
  });

  it('keeps every file of src under 300 lines', () => {
    const long = files.filter((file) => readFileSync(path.join(src, file), 'utf8').split('\n').length > 300);
    expect(long).toEqual([]);
  });

  it('has a kernel for every shader, and lists each in shaders/README.md', () => {
    const shaders = readdirSync(path.join(root, 'shaders')).filter((file) => file.endsWith('.wgsl'));
    const texts = files
      .filter((file) => room(file) === 'kernels')
      .map((file) => readFileSync(path.join(src, file), 'utf8'));
    const readme = readFileSync(path.join(root, 'shaders/README.md'), 'utf8');
    for (const shader of shaders) {
      expect(texts.join('')).toContain(`shaders/${shader}?raw'`);
      expect(readme).toContain(`[${shader}](${shader})`);
    }
    for (const file of readdirSync(path.join(root, 'shaders/lib')))
      expect(readme).toContain(`[lib/${file}](lib/${file})`);
  });
});
