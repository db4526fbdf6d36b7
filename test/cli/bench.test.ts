import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import puppeteer from 'puppeteer';
import { describe, expect, inject, it } from 'vitest';
import { END, START, replaceBetween, rewriteBenchmarks } from '../../src/cli/benchDocs.ts';
import { chosenKernels, chosenNetworks } from '../../src/cli/benchPlan.ts';
import { type BenchReceipt, startReceipt } from '../../src/cli/benchReceipt.ts';
import { refuseSoftware } from '../../src/cli/benchReport.ts';
import { type BenchWork, runBench } from '../../src/cli/benchRun.ts';
import { asMarkdown, asText, tablesOf } from '../../src/cli/benchTable.ts';
import { openPage } from '../../src/cli/harness.ts';
import { startServer } from '../../src/cli/server.ts';
import { GpuUnavailableError } from '../../src/errors.ts';
import { planted } from '../planted.ts';
import { katman, useFolder } from './command.ts';

const folder = useFolder();
const adapter = ['--require', inject('adapter')];
const read = (file: string) => JSON.parse(readFileSync(file, 'utf8')) as BenchReceipt;

describe('katman bench', () => {
  it('checks kernels, then times them beside the roofs', async () => {
    const json = path.join(folder, 'kernels.json');
    const words = ['--kernels', 'matmul,matmulTiled,dropout', '--shapes', '33x65x17', '--seconds', '0.3'];
    const { code, stdout, stderr } = await katman(['bench', ...words, '--json', json, ...adapter]);
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/^Adapter .*\nClock: timestamps, in steps of .* as measured/m);
    expect(stdout).toMatch(/^Roofs: .* GFLOP\/s .* GB\/s/m);
    expect(stdout).toMatch(/^matmulTiled \[TRANSPOSE_B\] +a \. bT 33x65x17 .*%/m);
    expect(stdout).not.toMatch(/Training steps/);
    expect(stderr).toMatch(/%/);
    const { schema, kernels, steps, roofs, wrong, error } = read(json);
    expect([schema, steps, wrong, error]).toEqual(['katman-bench/1', [], {}, undefined]);
    // Two products in three forms, and an elementwise kernel.
    expect(kernels).toHaveLength(7);
    for (const { timing, flops, bytes, wrong } of kernels) {
      expect(wrong).toBeUndefined();
      expect(timing!.low).toBeLessThanOrEqual(timing!.median);
      expect(timing!.high).toBeGreaterThanOrEqual(timing!.median);
      // Nothing is faster than the roofs; their own measurement is as noisy as the machine.
      expect(flops / timing!.median / 1e6).toBeLessThan(3 * roofs!.compute.rate);
      expect(bytes).toBeGreaterThan(0);
    }
    const standings = kernels.slice(0, 2).map(({ standing }) => standing);
    expect([
      ['fastest', 'slower'],
      ['slower', 'fastest'],
      ['cannot be ranked', 'cannot be ranked'],
    ]).toContainEqual(standings);
  });

  it('times training steps of every plan', async () => {
    const json = path.join(folder, 'steps.json');
    const words = ['--networks', '2-16-1', '--plans', 'textbook,cpu', '--seconds', '0.4', '--json', json];
    const { code, stdout, stderr } = await katman(['bench', ...words, ...adapter]);
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/^2-16-1 +textbook +\d/m);
    expect(stdout).not.toMatch(/^Kernels/m);
    const { steps } = read(json);
    expect(steps.map(({ plan }) => plan)).toEqual(['textbook', 'cpu']);
    for (const { timing, flops } of steps) {
      expect(1000 / timing!.median).toBeGreaterThan(1);
      // Forward and dw of the first layer, and all three products of the second: two operations each.
      expect(flops).toBe(2 * 400 * (2 * 2 * 16 + 3 * 16));
    }
  });

  it('--calls counts what a step asks of the device', async () => {
    const json = path.join(folder, 'calls.json');
    const words = ['--calls', '--networks', '2-16-1', '--plans', 'textbook,cpu', '--json', json];
    const { code, stdout, stderr } = await katman(['bench', ...words, ...adapter]);
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/^Calls per training step\nnetwork +plan +dispatches/m);
    const [textbook, cpu] = read(json).calls;
    expect(textbook.perStep!.dispatches).toBeGreaterThan(10);
    expect(textbook.perStep!.submits).toBeLessThan(1);
    // Promises of the loop: nothing is made in it.
    expect(textbook.perStep).toMatchObject({ buffers: 0, bindGroups: 0 });
    expect(cpu.perStep).toMatchObject({ dispatches: 0, submits: 0 });
  });

  it('writes what it has when it is interrupted: exit 130', async () => {
    const json = path.join(folder, 'interrupted.json');
    const { code, stderr } = await katman(['bench', '--json', json, ...adapter], {
      // The bar shows that the page is at work.
      onStart: (child) => child.stderr!.on('data', (text) => /%/.test(text) && child.kill('SIGINT')),
    });
    expect(code, stderr).toBe(130);
    expect(read(json)).toMatchObject({ adapter: { kind: inject('adapter') }, error: 'interrupted' });
  });

  it.each([
    [['--kernels', 'matmull'], /no bench of the kernel 'matmull'; choose among .*matmulTiled/],
    [['--networks', '3-3'], /no bench of the network '3-3'; choose among 2-16-1/],
    [['--shapes', '5x5'], /A shape is m x k x n/],
    [['--plans', 'fastest'], /Allowed choices are .*textbook/],
    [['--seconds', '0'], /above 0/],
  ])('%j: exit 2', async (words, message) => {
    const { code, stderr } = await katman(['bench', ...words]);
    expect(stderr).toMatch(message);
    expect(code).toBe(2);
  });

  it('says before the work that a result has no place: exit 4', async () => {
    const { code, stderr } = await katman(['bench', '--json', path.join(folder, 'nowhere', 'x.json')]);
    expect(code, stderr).toBe(4);
  });

  it('--help says what there is', async () => {
    const { code, stdout } = await katman(['bench', '--help']);
    expect(code).toBe(0);
    for (const option of ['--kernels', '--browser', '--calls', '--gpu-report', '--write', '--json'])
      expect(stdout).toContain(option);
  });
});

describe('katman bench --gpu-report', () => {
  it('refuses an adapter in software: exit 3', async () => {
    const words = ['bench', '--gpu-report', path.join(folder, 'refused'), '--require', 'software'];
    const { code, stdout, stderr } = await katman(words);
    expect(code).toBe(3);
    expect(stderr).toMatch(/The report is about a GPU, but '.*' computes in software\. .* --software/);
    expect(stdout).toBe('');
    expect(() => readFileSync(path.join(folder, 'refused.json'))).toThrow();
  });

  it('takes hardware, and what cannot be told', () => {
    const head = (kind: string) =>
      ({ adapter: { vendor: 'x', architecture: '', isFallbackAdapter: false, kind } }) as never;
    expect(() => refuseSoftware(head('software'))).toThrow(GpuUnavailableError);
    for (const kind of ['hardware', 'unknown']) expect(() => refuseSoftware(head(kind))).not.toThrow();
  });

  it('--software reports all the same, in two files', async () => {
    const name = path.join(folder, 'report');
    const words = ['--kernels', 'matmulTiled', '--networks', '2-16-1', '--plans', 'textbook'];
    const { code, stderr } = await katman([
      'bench',
      ...['--gpu-report', name, '--software', '--seconds', '0.1', '--require', inject('adapter'), ...words],
    ]);
    expect(code, stderr).toBe(0);
    const { roofs, kernels, steps, calls } = read(`${name}.json`);
    expect(roofs).toBeDefined();
    expect(kernels.length).toBeGreaterThanOrEqual(3);
    expect([steps.length, calls.length]).toEqual([1, 1]);
    const text = readFileSync(`${name}.md`, 'utf8');
    expect(text).toMatch(/^# Katman on .+\n\nAdapter /);
    for (const title of ['Kernels', 'Training steps', 'Calls per training step'])
      expect(text).toContain(`## ${title}`);
  });
});

describe('a kernel that is wrong', () => {
  it('is named and not timed', async () => {
    const fault = { file: 'shaders/lib/dropout.wgsl', edits: [['>=', '<']] as const };
    const server = await startServer([planted(fault)]);
    const browser = await puppeteer.connect({ browserWSEndpoint: inject('browserWSEndpoint') });
    const page = await openPage(browser, server);
    const receipt = startReceipt(['bench']);
    const work: BenchWork = {
      kernels: chosenKernels(['dropout', 'watch']),
      ...{ shapes: [], networks: [], plans: [], seconds: 0.1, calls: false, times: false },
    };
    try {
      await runBench(page, work, receipt);
    } finally {
      await page.close();
      await browser.disconnect();
      await server.close();
    }
    expect(Object.keys(receipt.wrong)).toEqual(['dropout']);
    expect(receipt.wrong.dropout).toMatch(/dropout .*out\[\d+\] is .*, and is to be/);
    const [dropout, watch] = receipt.kernels;
    expect(dropout).toMatchObject({ name: 'dropout', wrong: receipt.wrong.dropout });
    expect(dropout.timing).toBeUndefined();
    expect(watch.timing).toBeDefined();
    expect(asText(tablesOf(receipt)[0])).toMatch(/^dropout .*WRONG, not timed: /m);
  });
});

describe('docs/benchmarks.md', () => {
  const receipt = startReceipt(['bench']);
  receipt.steps.push({ network: '2-16-1', plan: 'a|b', flops: 1, standing: '', note: 'refused: too\nlarge' });

  it('is changed between its markers, and nowhere else', async () => {
    const file = path.join(folder, 'benchmarks.md');
    writeFileSync(file, `before\r\n${START}\nold\n${END}\nafter ${'`$&`'}\n`);
    await rewriteBenchmarks(receipt, file);
    const once = readFileSync(file, 'utf8');
    expect(once.startsWith(`before\r\n${START}\n\nAdapter`)).toBe(true);
    expect(once.endsWith(`\n\n${END}\nafter ${'`$&`'}\n`)).toBe(true);
    expect(once).not.toContain('old');
    expect(once).toContain(receipt.date.slice(0, 10));
    await rewriteBenchmarks(receipt, file);
    expect(readFileSync(file, 'utf8')).toBe(once);
  });

  it.each([
    ['none', 'text'],
    ['one', `${START}`],
    ['the wrong order', `${END}${START}`],
    ['two', `${START}${START}${END}`],
  ])('is left alone if its markers are %s', (_what, text) => {
    expect(() => replaceBetween(text, 'x', 'f.md')).toThrow(/'f\.md' does not have the markers/);
  });

  it('has both markers', () => {
    const text = readFileSync(path.resolve(import.meta.dirname, '../../docs/benchmarks.md'), 'utf8');
    expect(replaceBetween(text, '', 'docs')).toContain(END);
  });

  it('keeps its tables whole, whatever a note says', () => {
    const [table] = tablesOf(receipt);
    expect(asMarkdown(table).split('\n').at(-1)).toBe(
      '| 2-16-1 | a\\|b | – | – | – | – | – | refused: too large |',
    );
  });
});

describe('what there is to measure', () => {
  it('is everything, unless some is chosen', () => {
    expect(chosenKernels(undefined)).toContain('matmulTiled');
    expect(chosenKernels(['update'])).toEqual(['update']);
    expect(chosenNetworks(undefined)).toHaveLength(4);
  });
});
