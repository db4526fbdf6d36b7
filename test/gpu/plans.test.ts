import puppeteer, { type Browser } from 'puppeteer';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type HarnessPage, openPage } from '../../src/cli/harness.ts';
import { startServer } from '../../src/cli/server.ts';
import { dense } from '../../src/network/layers.ts';
import { adam, sgd } from '../../src/network/optimizer.ts';
import { GPU_PLANS } from '../../src/network/plans.ts';
import { Random } from '../../src/random.ts';
import { type GpuChoice, choiceName } from '../../src/session/choice.ts';
import { type Change, planted } from '../planted.ts';
import { usePage } from './page.ts';

const page = usePage();
let browser: Browser;
beforeAll(async () => {
  browser = await puppeteer.connect({ browserWSEndpoint: inject('browserWSEndpoint') });
});
afterAll(() => browser.disconnect());

const random = new Random(8);
const rows = 150;
const x = Float32Array.from({ length: 6 * rows }, () => random.normal());
const y = new Float32Array(3 * rows);
for (let i = 0; i < rows; i++) y[3 * i + (x[6 * i] > 0 ? 0 : x[6 * i + 1] > 0 ? 1 : 2)] = 1;
const layers = [dense(12, 'tanh', { dropout: 0.25 }), dense(9, 'relu'), dense(3, 'softmax')];
const fit = {
  loss: 'softmaxCrossEntropy',
  optimizer: adam({ learningRate: 0.01, l2: 0.001 }),
  batchSize: 64,
};
const input = { network: { inputs: 6, layers }, data: { rows, x, y }, fit };
const L = layers.length;
const PASSES = 20;
const STEPS = 50 * PASSES;

const choices: GpuChoice[] = [
  { plan: 'fused' },
  { plan: 'fused', tile: { rows: 1, columns: 1, workgroup: 4, quads: true } },
  { plan: 'fused', tile: { rows: 1, columns: 1, workgroup: 64, split: 4 } },
  { plan: 'resident' },
  { plan: 'resident', tile: { rows: 1, columns: 1, workgroup: 4 } },
];
const [, , split] = choices;
const named = choices.map((choice) => ({ name: choiceName(choice), choice }));

describe('a submit', () => {
  it.each([
    { name: 'fused', choice: { plan: 'fused' }, clip: undefined, most: 2 * L },
    { name: 'fused', choice: { plan: 'fused' }, clip: 1, most: 2 * L + 2 },
    { name: 'split fused', choice: split, clip: undefined, most: 2 * L + 1 },
    { name: 'split fused', choice: split, clip: 1, most: 2 * L + 2 },
    { name: 'resident', choice: { plan: 'resident' }, clip: 1, most: 0.2 },
  ])(
    'of the $name plan, clipped at $clip: at most $most dispatches a step',
    async ({ choice, clip, most }) => {
      const { asked } = await page.run('submits', { ...input, fit: { ...fit, clip }, choice, keep: false });
      // Besides the steps a submit looks for numbers that are not finite, tensor by tensor.
      const watched = 2 * L * PASSES;
      expect((asked.dispatches - watched) / STEPS).toBeLessThanOrEqual(most);
      expect(asked).toMatchObject({ submits: PASSES, writes: PASSES, maps: PASSES });
      expect(asked).toMatchObject({ buffers: 0, bytes: 0, bindGroups: 0, pipelines: 0 });
    },
  );
});

describe('what a plan stores for looking inside', () => {
  it.each(named)('changes no bit of the weights: $name', async ({ choice }) => {
    const [fast, kept] = await Promise.all(
      [false, true].map((keep) => page.run('submits', { ...input, choice, keep })),
    );
    expect(kept.parameters).toEqual(fast.parameters);
  });
});

describe('every plan', () => {
  it('trains the same, within the rounding of float32', async () => {
    const runs = await Promise.all(
      [...GPU_PLANS.map((plan) => ({ plan })), split].map((choice) =>
        page.run('submits', { ...input, choice, keep: false }),
      ),
    );
    const [textbook, ...others] = runs.map(({ parameters }) =>
      parameters.flatMap(({ w, b }: any) => [...w, ...b]),
    );
    const size = Math.max(...textbook.map(Math.abs));
    for (const other of others) {
      const furthest = Math.max(...other.map((value: number, i: number) => Math.abs(value - textbook[i])));
      expect(furthest / size).toBeLessThan(1e-3);
    }
  });
});

/** A page of its own, whose copy of one file may have a fault. */
async function onNewPage<T>(
  change: Change | undefined,
  work: (fresh: HarnessPage) => Promise<T>,
): Promise<T> {
  const server = change ? await startServer([planted(change)]) : undefined;
  const fresh = await openPage(browser, server ?? inject('serverUrl'), { tasks: '/test/gpu/tasks.ts' });
  try {
    return await work(fresh);
  } finally {
    await fresh.close();
    await server?.close();
  }
}

describe('auto', () => {
  const plain = {
    network: { inputs: 6, layers: [dense(200, 'relu'), dense(60, 'relu'), dense(3, 'softmax')] },
    data: input.data,
    fit: { steps: 1500, batchSize: 150, optimizer: sgd({ learningRate: 0.05 }) },
  };

  it('measures while it trains, keeps what it found, and ignores records that are not its own', async () => {
    const first = await onNewPage(undefined, (fresh) => fresh.run('auto', plain));
    expect(first.history).toMatchObject({ stopped: 'done', steps: 1500 });
    const names = first.history.candidates.map(({ name }: any) => name);
    expect(names).toContain(choiceName(first.history.segments[0]));
    expect(names.length).toBeGreaterThan(1);
    for (const { note, stepsPerSecond, low, high } of first.history.candidates)
      if (!note) expect(low <= stepsPerSecond && stepsPerSecond <= high).toBe(true);
    // The second run begins with what the first has found, and measures nothing.
    const last = first.history.segments.at(-1);
    const second = await onNewPage(undefined, (fresh) => fresh.run('auto', plain));
    expect(second.history.segments).toEqual([{ ...last, step: 0 }]);
    expect(second.history.candidates).toEqual([]);

    const spoilt = await onNewPage(undefined, (fresh) => fresh.run('auto', { ...plain, spoil: true }));
    expect(spoilt.history.stopped).toBe('done');
    expect(spoilt.history.candidates.length).toBeGreaterThan(1);
  });

  it('trains at the smallest limits that WebGPU allows', async () => {
    const fewer = { ...plain, fit: { ...plain.fit, steps: 500, batchSize: 50 } };
    const { history } = await onNewPage(undefined, (fresh) =>
      fresh.run('auto', { ...fewer, limits: 'default' }),
    );
    expect(history).toMatchObject({ stopped: 'done', steps: 500 });
  });

  it('says that a device was lost while it measured, and trains on the next one', async () => {
    const fewer = { ...plain, fit: { ...plain.fit, steps: 4000, batchSize: 30 } };
    await onNewPage(undefined, async (fresh) => {
      const { error } = await fresh.run('auto', { ...fewer, loses: 1 });
      expect(error).toMatchObject({ name: 'DeviceLostError' });
      const { history } = await fresh.run('auto', fewer);
      expect(history).toMatchObject({ stopped: 'done', steps: 4000 });
    });
  });

  it('drops a variant that does not compile, with a note, and trains with another', async () => {
    const broken: Change = { file: 'shaders/fusedOutput.wgsl', edits: [['fn products(', 'fn pro ducts(']] };
    const { history, error } = await onNewPage(broken, (fresh) =>
      fresh.run('auto', { ...plain, fit: { ...plain.fit, batchSize: 20 } }),
    );
    expect(error).toBeUndefined();
    expect(history.stopped).toBe('done');
    const said = [...history.notes, ...history.candidates.map(({ note }: any) => note)].join('\n');
    expect(said).toMatch(/does not compile/);
  });

  it('takes another plan where the first computes wrongly, and says so', async () => {
    const wrong: Change = {
      file: 'shaders/residentRows.wgsl',
      edits: [['let gradient = sum * params.scale', 'let gradient = 1.01 * sum * params.scale']],
    };
    const small = { ...plain, network: { inputs: 6, layers: [dense(8, 'relu'), dense(3, 'softmax')] } };
    const { history } = await onNewPage(wrong, (fresh) => fresh.run('auto', small));
    expect(history.stopped).toBe('done');
    expect(history.notes).toEqual([
      expect.stringMatching(
        /^residentRows .* is wrong in .*, and is to be .*; another plan takes its place$/,
      ),
    ]);
    expect(history.segments[0].plan).toBe('fused');
  });

  it('trains on from where it was, whichever plan was rehearsed', async () => {
    const { straight, rehearsed } = await page.run('rehearse', plain);
    expect(rehearsed).toEqual(straight);
  });
});
