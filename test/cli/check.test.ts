import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import { KERNEL_CHECKS } from '../../src/cli/checkKernels.ts';
import { contracts } from '../../src/lab/cases.ts';
import { ROOT, katman, useFolder } from './command.ts';

const folder = useFolder();
const adapter = ['--require', inject('adapter')];
const golden = (name: string) => path.join(ROOT, 'golden', name);
const read = (file: string) => JSON.parse(readFileSync(file, 'utf8'));

/** A folder with these golden files, and others as `write` makes them. */
function goldens(name: string, files: readonly string[], write: Record<string, string> = {}): string {
  const made = path.join(folder, name);
  mkdirSync(made);
  for (const file of files) copyFileSync(golden(file), path.join(made, file));
  for (const [file, text] of Object.entries(write)) writeFileSync(path.join(made, file), text);
  return made;
}

describe('katman check', () => {
  it('judges every kernel, a line each', async () => {
    const out = path.join(folder, 'kernels.json');
    const { code, stdout } = await katman(['check', '--out', out, ...adapter]);
    expect(code, stdout).toBe(0);
    const planned = KERNEL_CHECKS;
    for (const name of Object.keys(contracts)) expect(stdout).toMatch(new RegExp(`✓ ${name}: \\d+ cases`));
    expect(stdout).toMatch(/✓ whole steps, fused: \d+ networks: exact/);
    const tally = { planned, executed: planned, passed: planned, failed: 0 };
    expect(read(out)).toMatchObject({
      schema: 'katman-check/1',
      ...tally,
      adapter: { kind: inject('adapter') },
    });
  });
});

describe('katman check --golden', () => {
  it('runs the files of the format, names the others, and writes what came out', async () => {
    const files = ['01-linear-mse-sgd.json', '23-adam-large-eps.json', 'optimizers.json'];
    const out = path.join(folder, 'golden.json');
    const words = ['check', '--golden', goldens('some', files, { 'notes.txt': 'none' }), '--out', out];
    const { code, stdout, stderr } = await katman([...words, ...adapter]);
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/✓ 01-linear-mse-sgd: losses .* of its tolerance/);
    expect(stderr).toMatch(/passed over: notes\.txt/);
    expect(stderr).toMatch(/passed over: optimizers\.json/);
    const { cases, planned, passed } = read(out);
    expect([planned, passed]).toEqual([2, 2]);
    expect(Object.keys(cases)).toEqual(['01-linear-mse-sgd', '23-adam-large-eps']);
    const { losses, grads1, params, outputs_init, outputs_final } = cases['01-linear-mse-sgd'];
    expect(losses).toHaveLength(20);
    expect(grads1[0].W).toHaveLength(12);
    expect(params[0].b).toHaveLength(3);
    expect(outputs_init).toHaveLength(24);
    expect(outputs_final).toHaveLength(24);
  });

  it('lists what a plan cannot hold, before it runs the others', async () => {
    const { id, ...large } = read(golden('04-softmaxreg-ce-sgd.json'));
    // 5,000 inputs: more weights than the resident plan holds.
    const rows = large.X.shape[0];
    const outputs = large.sizes[1];
    const W = { shape: [5000, outputs], data: Array(5000 * outputs).fill(0) };
    const widen = ([layer]: { b: object }[]) => [{ ...layer, W }];
    const wide = {
      ...large,
      id: 'wide',
      sizes: [5000, outputs],
      X: { shape: [rows, 5000], data: Array(5000 * rows).fill(0) },
      init: widen(large.init),
      grads1: widen(large.grads1),
      params: widen(large.params),
      params1: widen(large.params1),
    };
    const made = goldens('unsupported', ['04-softmaxreg-ce-sgd.json'], { 'wide.json': JSON.stringify(wide) });
    const out = path.join(folder, 'unsupported.json');
    const words = ['check', '--golden', made, '--plan', 'resident', '--out', out, ...adapter];
    const { code, stderr } = await katman(words);
    expect(code, stderr).toBe(0);
    expect(read(out)).toMatchObject({ planned: 1, passed: 1 });
    expect(read(out).unsupported).toEqual({ wide: expect.stringMatching(/too many for one workgroup/) });
    expect(Object.keys(read(out).cases)).toEqual([id]);
  });

  it('fails where a run is not within its tolerance, and writes all the same', async () => {
    const changed = read(golden('01-linear-mse-sgd.json'));
    changed.losses[3] *= 1.001;
    const out = path.join(folder, 'failed.json');
    const made = goldens('wrong', [], { 'wrong.json': JSON.stringify(changed) });
    const { code, stdout, stderr } = await katman(['check', '--golden', made, '--out', out, ...adapter]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/✗ 01-linear-mse-sgd: losses 1\.0e-3/);
    expect(stderr).toMatch(/1 of 1 checks failed/);
    expect(read(out)).toMatchObject({
      planned: 1,
      executed: 1,
      passed: 0,
      failed: 1,
      error: '1 of 1 checks failed',
    });
    expect(read(out).cases['01-linear-mse-sgd'].losses).toHaveLength(20);
  });

  const whole = readFileSync(golden('01-linear-mse-sgd.json'), 'utf8');
  it.each<[string, Record<string, string>, RegExp]>([
    ['a file that is cut off', { 'cut.json': whole.slice(0, 500) }, /'cut\.json' is not whole JSON/],
    ['NaN', { 'nan.json': whole.replace('"data": [', '"data": [NaN,') }, /'nan\.json' is not whole JSON/],
    [
      'wrong sizes',
      { 'sizes.json': whole.replace('"sizes": [4,3]', '"sizes": [4,2]') },
      /'sizes\.json': Y is to be of shape/,
    ],
    [
      'an unknown optimizer',
      { 'opt.json': whole.replace('"name": "sgd"', '"name": "lion"') },
      /optimizer 'lion' is unknown/,
    ],
    ['nothing to run', { 'other.json': '{}' }, /no file of format nn-golden\/1/],
  ])('%s: exit 2', async (what, files, message) => {
    const { code, stderr } = await katman([
      'check',
      '--golden',
      goldens(what.replaceAll(' ', '-'), [], files),
    ]);
    expect(stderr).toMatch(message);
    expect(code).toBe(2);
  });

  it('a folder that is not there: exit 2', async () => {
    const { code, stderr } = await katman(['check', '--golden', path.join(folder, 'nowhere')]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/cannot be read/);
  });
});
