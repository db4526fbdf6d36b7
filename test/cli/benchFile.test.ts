import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import { benchCommand } from '../../src/cli/bench.ts';
import { describeProblems, describeSweep, describeVerdict } from '../../src/cli/benchFileText.ts';
import { exitCode } from '../../src/cli/exit.ts';
import { kernels } from '../../src/kernels/index.ts';
import type { Timing, Verdict } from '../../src/lab/workbench/types.ts';
import { katman, useFolder, useTemporary } from './command.ts';

const folder = useFolder();
const { env, left } = useTemporary();
const words = ['bench', '--kernel', 'matmul', '--shape', '32x32x32', '--seconds', '0.2'];
const adapter = ['--require', inject('adapter')];
const raw = kernels.matmul.source;
const save = (name: string, text: string) => {
  const file = path.join(folder, name);
  writeFileSync(file, text);
  return file;
};
const wrong = raw.replace('i < params.k;', 'i + 1u < params.k;');

describe('katman bench --kernel --file', () => {
  it('says in one line of a right one how fast it is, and writes all down', async () => {
    const [file, json] = [save('right.wgsl', raw), path.join(folder, 'right.json')];
    const { code, stdout, stderr } = await katman([...words, '--file', file, '--json', json, ...adapter], {
      env,
    });
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(
      /^\S+right\.wgsl as matmul 32x32x32: right \(83 cases, \d+ numbers, at most [\d.]+% of the bound\); (cannot be ranked|faster|slower): [\d.]+ to [\d.]+ of the shipped kernel's time \([\d.]+%\); [\d.]+ ms, [\d.]+ GFLOP\/s \([\d.]+% of the roof\), [\d.]+ GB\/s \([\d.]+% of the roof\)\n$/,
    );
    const receipt = JSON.parse(readFileSync(json, 'utf8'));
    expect(receipt).toMatchObject({
      ...{
        schema: 'katman-bench-file/1',
        kernel: 'matmul',
        params: { m: 32, k: 32, n: 32 },
        adapter: { kind: inject('adapter') },
      },
      verdict: { kind: 'right', cases: 83, timing: { flops: 2 * 32 ** 3, bytes: 3 * 4 * 32 ** 2 } },
      rooflines: [{ name: 'attempt' }, { name: 'shipped' }],
    });
    expect(left()).toEqual([]);
  });

  it('judges and times at every save with --watch, whatever was saved: right, wrong, no WGSL; Ctrl-C: exit 130', async () => {
    const file = save('watched.wgsl', raw);
    const broken = wrong.replace('var sum = 0.0;', 'var sum = 0.0');
    const { code, stdout, stderr } = await katman([...words, '--file', file, '--watch', ...adapter], {
      env,
      onStart(child) {
        let said = '';
        const next = (pattern: RegExp, act: () => void) => {
          if (!pattern.test(said)) return;
          said = '';
          act();
        };
        const listen = (data: Buffer) => {
          said += String(data);
          next(/: right \(.*\n/, () => save('watched.wgsl', wrong));
          next(/: wrong: .*\n/, () => save('watched.wgsl', broken));
          next(/watched\.wgsl:\d+:3: expected ';'.*\n/, () => child.kill('SIGINT'));
        };
        child.stdout!.on('data', listen);
        child.stderr!.on('data', listen);
      },
    });
    expect(code, stderr).toBe(130);
    expect(stdout.split('\n').map((line) => /: (right|wrong)/.exec(line)?.[1])).toEqual([
      'right',
      'wrong',
      undefined,
    ]);
    expect(stderr.match(/Starting/g)).toHaveLength(1);
    expect(left()).toEqual([]);
  });

  it('sweeps over a count, as a table with bars; a value that is wrong: exit 1', async () => {
    // More than two columns of blocks are left out.
    const source = kernels.matmulTiled.source.replace(
      '//#repeat J COLUMNS\n  store(',
      '//#repeat J SOME\n  store(',
    );
    const file = save(
      'tiled.wgsl',
      source
        .replace('  //#repeat J SOME', '  //#repeat J COLUMNS')
        .replace('store(row + 4u * I', 'if J < 2u { store(row + 4u * I')
        .replace('sum_I_J);\n  //#end\n  //#end\n}', 'sum_I_J); }\n  //#end\n  //#end\n}'),
    );
    const { code, stdout, stderr } = await katman(
      [...words, '--kernel', 'matmulTiled', '--file', file, '--sweep', 'COLUMNS=1,2,4', ...adapter],
      { env },
    );
    expect(stdout, stderr).toMatch(/^Sweep over COLUMNS\nCOLUMNS +time +ms /m);
    expect(stdout).toMatch(/^COLUMNS=1 +█+ +[\d.]+ /m);
    expect(stdout).toMatch(/^COLUMNS=4 .* wrong: out\[\d+\] is NaN/m);
    expect(code).toBe(1);
  });

  it('ends its browser where a kernel does not end: exit 1', async () => {
    // Each loop is cut short, but there are four million of them.
    const spin = 'var spin = 0.0; loop { spin = spin * 0.5 + 1.0; if spin < 0.0 { break; } } let index =';
    const text = `// workgroups: 65535\n${raw.replace('let index =', spin)}`;
    const { code, stdout, stderr } = await katman([...words, '--file', save('hung.wgsl', text), ...adapter], {
      env,
    });
    expect(stdout).toMatch(
      /: hung: The text did not end within 10 s \(matmul m=1 k=1 n=1 scale=1\) and was given up/,
    );
    expect(stderr).toMatch(/its browser was ended/);
    expect(code).toBe(1);
    expect(left()).toEqual([]);
  });

  it('names line and column of what does not compile: exit 2', async () => {
    const file = save('broken.wgsl', raw.replace('sum += at_a', 'sum += at_x'));
    const { code, stdout, stderr } = await katman([...words, '--file', file, ...adapter], { env });
    expect(stderr).toMatch(/broken\.wgsl:46:12: unresolved call target 'at_x'/);
    expect(stdout).toBe('');
    expect(code).toBe(2);
  });

  it('--print writes a text to begin with, with its includes', async () => {
    const { code, stdout } = await katman(['bench', '--kernel', 'matmul', '--flags', 'BIAS', '--print']);
    expect(code).toBe(0);
    expect(stdout).toContain('fn flat(');
    expect(stdout).toContain('result += bias[column];');
    expect(stdout).not.toContain('//#');
  });

  it.each([
    [
      ['--kernel', 'matmull', '--print'],
      /no kernel 'matmull' whose place .* choose among activation, .*matmulTiled/,
    ],
    [['--kernel', 'fusedForward', '--print'], /no kernel 'fusedForward'/],
    [['--kernel', 'matmul'], /--kernel matmul wants a file to put in its place: give --file/],
    [
      ['--kernel', 'matmul', '--file', 'nowhere.wgsl', '--shape', '5x5'],
      /shape of 'matmul' is m x k x n, 3 numbers, and not 2/,
    ],
    [
      ['--kernel', 'update', '--file', 'nowhere.wgsl', '--shape', '5x5'],
      /shape of 'update' is count, 1 numbers/,
    ],
    [['--kernel', 'matmul', '--file', 'x', '--shape', '0x5x5'], /whole number of at least 1/],
    [['--kernel', 'matmul', '--file', 'x', '--shape', 'axbxc'], /whole number/],
    [['--kernel', 'matmulBlocks', '--file', 'x', '--shape', '5x4x4'], /multiples of 4/],
    [
      ['--kernel', 'matmul', '--file', 'x', '--flags', 'TRANSPOSE'],
      /no variant with --flags TRANSPOSE; it has \(none\) BIAS/,
    ],
    [['--kernel', 'matmul', '--file', 'x', '--set', 'TILE'], /names and numbers, as TILE=8/],
    [['--kernel', 'matmul', '--file', 'x', '--sweep', '4,8'], /a name and its values/],
    [['--kernel', 'matmul', '--file', 'x', '--set', 'T=1', '--sweep', 'T=1,2'], /'T' is swept and set/],
    [['--kernel', 'matmul', '--kernels', 'matmul'], /cannot be used with/],
    [['--file', 'x.wgsl'], /--file belongs to one kernel: name it with --kernel/],
    [['--watch'], /--watch belongs to one kernel/],
    [
      ['--kernel', 'matmul', '--file', 'nowhere.wgsl'],
      /The kernel 'nowhere\.wgsl' cannot be read: there is no such file/,
    ],
  ])('%j: exit 2, before a browser starts', async (more, message) => {
    const command = benchCommand({ signal: new AbortController().signal, words: more });
    command.exitOverride().configureOutput({ writeErr: () => {} });
    const error: Error = await command.parseAsync(more, { from: 'user' }).catch((thrown) => thrown);
    expect(error.message).toMatch(message);
    expect(exitCode(error)).toBe(2);
  });
});

describe('an answer in words', () => {
  const time = { median: 2, low: 1.9, high: 2.1, gflops: 10, gbs: 1 };
  const timing: Timing = {
    ...{ attempt: time, shipped: { ...time, median: 4 }, flops: 1, bytes: 1, notes: [] },
    comparison: { low: 0.48, high: 0.52, confidence: 0.993, verdict: 'faster' },
  };
  const right: Verdict = { kind: 'right', cases: 3, elements: 9, fraction: 0, timing };

  it('has no shares where there are no roofs', () => {
    expect(describeVerdict(right, undefined)).toBe(
      "right (3 cases, 9 numbers, exactly); faster: 0.48 to 0.52 of the shipped kernel's time (99.3%); 2 ms, 10 GFLOP/s, 1 GB/s",
    );
  });

  it('names places as compilers do', () => {
    const problems = [
      { line: 3, column: 4, message: 'a' },
      { line: 3, column: undefined, message: 'b' },
      { line: undefined, column: undefined, message: 'c' },
    ];
    expect(describeProblems('f.wgsl', problems)).toBe('f.wgsl:3:4: a\nf.wgsl:3: b\nf.wgsl: c');
  });

  it('draws a sweep', () => {
    const hung: Verdict = { kind: 'hung', message: 'no end' };
    const points = [
      { value: 4, verdict: right },
      { value: 8, verdict: hung },
    ];
    const text = describeSweep({ name: 'TILE', points, fastest: [4], notes: [] }, undefined);
    expect(text.split('\n')[2]).toMatch(/^TILE=4 {2}█{30} +2 {2}1\.9 to 2\.1 .*faster, fastest$/);
    expect(text.split('\n')[3]).toMatch(/hung: no end$/);
  });
});
