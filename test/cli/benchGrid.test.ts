import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import puppeteer from 'puppeteer';
import { describe, expect, inject, it } from 'vitest';
import {
  type CostReceipt,
  SLICES,
  cellsOf,
  constantsOf,
  estimate,
  fastest,
  flopsOf,
  startCost,
} from '../../src/cli/benchGrid.ts';
import { rewriteCost } from '../../src/cli/benchGridCommand.ts';
import { runGrid } from '../../src/cli/benchGridRun.ts';
import { costTables } from '../../src/cli/benchGridTable.ts';
import { END, START } from '../../src/cli/benchDocs.ts';
import { asText } from '../../src/cli/benchTable.ts';
import { openPage } from '../../src/cli/harness.ts';
import { startServer } from '../../src/cli/server.ts';
import { katman, useFolder } from './command.ts';

const folder = useFolder();
const adapter = ['--require', inject('adapter')];
/** The two sizes of a PNG, in pixels, from its header. */
const sizeOf = (png: Uint8Array) => [16, 20].map((at) => Buffer.from(png).readUInt32BE(at));

describe('the grid', () => {
  it('has every cell once, the cheapest first', () => {
    const cells = cellsOf(SLICES);
    // Six widths and five batches; five depths of two widths, one of which is in the first slice.
    expect(cells).toHaveLength(30 + 5 + 5 - 1);
    const flops = cells.map(flopsOf);
    expect(flops).toEqual([...flops].sort((a, b) => a - b));
  });

  it('counts all three products of every layer but the first', () => {
    expect(flopsOf({ width: 4, batch: 3, depth: 1 })).toBe(2 * 3 * 2 * 40);
    expect(flopsOf({ width: 4, batch: 3, depth: 2 })).toBe(2 * 3 * (2 * 16 + 3 * 40));
  });
});

describe('the model', () => {
  const constants = { efficiency: 0.1, roof: 20, dispatch: 10, update: 0.03 };

  it.each([
    ['dispatches', { width: 4, batch: 1, depth: 2 }, 4 * 10],
    // Weights and biases.
    ['updates', { width: 1024, batch: 1, depth: 1 }, 10_250 * 0.03],
    // Operations at 2 GFLOP/s.
    ['products', { width: 64, batch: 1024, depth: 1 }, (4 * 1024 * 64 * 10) / 2000],
  ])('is the time of its %s where that is most', (_what, cell, us) => {
    expect(estimate(cell, constants)).toBeCloseTo(us, 6);
  });
});

describe('katman bench --grid', () => {
  it('measures cells, leaves out what would take long, and is drawn', async () => {
    const server = await startServer();
    const browser = await puppeteer.connect({ browserWSEndpoint: inject('browserWSEndpoint') });
    const page = await openPage(browser, server);
    const receipt = startCost(['bench', '--grid']);
    const cells = [
      { width: 4, batch: 1, depth: 2 },
      { width: 64, batch: 16, depth: 2 },
      { width: 4096, batch: 2 ** 26, depth: 2 },
    ];
    let picture: Uint8Array;
    try {
      await runGrid(page, { seconds: 0.1, slices: [{ title: 'some', cells }] }, receipt);
      picture = await page.run('drawCost', receipt);
    } finally {
      await page.close();
      await browser.disconnect();
      await server.close();
    }
    const [small, middle, large] = receipt.cells;
    expect(small.plans.map(({ plan }) => plan)).toEqual(['fused', 'resident']);
    for (const { timing, wrong } of small.plans) {
      expect(wrong).toBeUndefined();
      expect(timing!.median).toBeGreaterThan(0);
    }
    // It has more than the 4096 weights and biases that a workgroup holds.
    expect(middle.plans[1]).toMatchObject({ plan: 'resident', note: expect.stringMatching(/4096/) });
    expect(middle.dispatches).toBe(4);
    expect(large.plans).toEqual([]);
    expect(large.expected).toBeGreaterThan(2000);
    // The model is exact where it is fitted.
    expect(receipt.efficiency!.cell).toEqual(cells[1]);
    const products = middle.flops / (1e3 * receipt.efficiency!.share * receipt.roofs!.compute.rate);
    expect(products).toBeCloseTo(1000 * fastest(middle)!.timing.median, 3);
    expect(constantsOf(receipt)!.update).toBeGreaterThan(0);

    const text = asText(costTables(receipt, [{ title: 'some', cells }])[0]);
    expect(text).toMatch(/^64 +16 +2 .* fused/m);
    expect(text).toMatch(/left out: about \d+ s a step$/m);

    expect(sizeOf(picture)).toEqual([1800, 1160]);
    const files = [path.join(folder, 'cost.md'), path.join(folder, 'cost.png')] as const;
    writeFileSync(files[0], `before\n${START}\nold\n${END}\nafter\n`);
    await rewriteCost(receipt, picture, files);
    const written = readFileSync(files[0], 'utf8');
    expect(written).toMatch(/^before\n[^]*Adapter [^]*\| 64 \| 16 \| 2 \|[^]*\nafter\n$/);
    expect(written).not.toContain('old');
    expect(new Uint8Array(readFileSync(files[1]))).toEqual(new Uint8Array(picture));
  });

  it('writes what it has when it is interrupted: exit 130', async () => {
    const json = path.join(folder, 'interrupted.json');
    const { code, stderr } = await katman(['bench', '--grid', '--json', json, ...adapter], {
      onStart: (child) => child.stderr!.on('data', (text) => /%/.test(text) && child.kill('SIGINT')),
    });
    expect(code, stderr).toBe(130);
    const receipt = JSON.parse(readFileSync(json, 'utf8')) as CostReceipt;
    expect(receipt).toMatchObject({ schema: 'katman-cost/1', error: 'interrupted' });
  });

  it.each([
    [['--kernels', 'update'], /'--grid' cannot be used with option '--kernels/],
    [['--write', '--browser', 'node'], /draws a picture, which Node cannot/],
  ])('%j beside it: exit 2', async (words, message) => {
    const { code, stderr } = await katman(['bench', '--grid', ...words]);
    expect(stderr).toMatch(message);
    expect(code).toBe(2);
  });
});
