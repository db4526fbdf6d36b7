import puppeteer, { type Browser } from 'puppeteer';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { openPage } from '../../src/cli/harness.ts';
import { startServer } from '../../src/cli/server.ts';
import { dense } from '../../src/network/layers.ts';
import { sgd } from '../../src/network/optimizer.ts';
import { Random } from '../../src/random.ts';
import { type Change, planted } from '../planted.ts';
import { usePage } from './page.ts';

const page = usePage();
let browser: Browser;
beforeAll(async () => {
  browser = await puppeteer.connect({ browserWSEndpoint: inject('browserWSEndpoint') });
});
afterAll(() => browser.disconnect());

const random = new Random(2);
const rows = 128;
const x = Float32Array.from({ length: 40 * rows }, () => random.normal());
const y = Float32Array.from({ length: rows }, (_, i) => Number(x[40 * i] > 0));
/** Large enough for the tiled matmul, in all three products. */
const input = {
  network: { inputs: 40, layers: [dense(120, 'relu'), dense(110, 'tanh'), dense(1, 'sigmoid')] },
  data: { rows, x, y },
  fit: {
    plan: 'textbook',
    steps: 12,
    batchSize: rows,
    optimizer: sgd({ learningRate: 0.1 }),
    verify: 'always',
  },
};

/** Does a task in a page whose copy of one file has a fault. */
async function withFault(change: Change, task: string, request: unknown): Promise<any> {
  const server = await startServer([planted(change)]);
  const faulty = await openPage(browser, server, { tasks: '/test/gpu/tasks.ts' });
  try {
    return await faulty.run(task, request);
  } finally {
    await faulty.close();
    await server.close();
  }
}

describe('verifying the device', () => {
  it('judges every pass of a step, leaves no trace in the training, and is remembered', async () => {
    const { history, parameters } = await page.run('fit', input);
    const { planned, executed, passed, failed, worst, remembered, routedAround } = history.verification;
    // batch 2, forward 6, loss 4, backward 11, update 6, record 2.
    expect(planned).toBe(31);
    expect([executed, passed, failed]).toEqual([31, 31, 0]);
    expect(worst.fraction).toBeGreaterThan(0);
    expect(worst.fraction).toBeLessThanOrEqual(1);
    expect(worst.where).toMatch(/^\w+\/.*: \w+/);
    expect(remembered).toBe(false);
    expect(routedAround).toEqual([]);

    const unverified = await page.run('fit', { ...input, fit: { ...input.fit, verify: 'never' } });
    expect(unverified.history.verification).toBeUndefined();
    expect(unverified.parameters).toEqual(parameters);

    const auto = { ...input, fit: { ...input.fit, verify: 'auto' } };
    expect((await page.run('fit', auto)).history.verification).toMatchObject({
      remembered: true,
      planned: 0,
    });
  });

  it('judges products that are too large for the oracle on integers, at their exact shape', async () => {
    const wide = { inputs: 600, layers: [dense(600, 'relu'), dense(1, 'sigmoid')] };
    const data = { rows, x: new Float32Array(600 * rows).fill(0.01), y };
    const { history } = await page.run('fit', {
      ...input,
      network: wide,
      data,
      fit: { ...input.fit, steps: 1 },
    });
    expect(history.verification.passed).toBe(history.verification.planned);
  });

  it('catches a kernel that is wrong, names it, and trains with another of the same contract', async () => {
    const right = await page.run('fit', input);
    const { history, parameters } = await withFault(
      {
        file: 'shaders/matmulTiled.wgsl',
        edits: [
          [
            '    out[row * params.n + column + c] = result;',
            '    out[row * params.n + column + c] = result + select(0.0, 0.01, column == 8u && c == 2u);',
          ],
        ],
      },
      'fit',
      input,
    );
    const [sentence] = history.verification.routedAround;
    expect(sentence).toMatch(
      /^matmulTiled \[BIAS\] is wrong in forward\/layer1\/z: layer1\.z row \d+, column 11 is -?\d.*, and is to be -?\d.* within .*; matmul takes its place$/,
    );
    expect(history.notes).toContain(sentence);
    expect(history.verification.passed).toBe(31);
    // Both add in the same order, so the training is the same to the bit.
    expect(parameters).toEqual(right.parameters);
    expect(history.loss).toEqual(right.history.loss);
  });

  it('trains with the textbook plan where a kernel that stands for several passes is wrong', async () => {
    const right = await page.run('fit', input);
    const { history } = await withFault(
      {
        file: 'shaders/fusedBackward.wgsl',
        edits: [['select(vec4f(), da * slopes, inside)', 'select(vec4f(), 1.001 * da * slopes, inside)']],
      },
      'fit',
      { ...input, fit: { ...input.fit, plan: undefined } },
    );
    expect(history.verification.routedAround).toEqual([
      expect.stringMatching(
        /^fusedBackward \[THROUGH, TANH.*\] is wrong in backward\/layer2\/dz: layer2\.dz row .*; another plan takes its place$/,
      ),
    ]);
    expect(history.segments).toEqual([{ step: 0, plan: 'textbook', adapter: expect.any(String) }]);
    expect(history.loss).toEqual(right.history.loss);
  });

  it('does not start training where no kernel is left', async () => {
    const change: Change = {
      file: 'shaders/columnSums.wgsl',
      edits: [
        ['out[column] = params.scale * partial[0];', 'out[column] = params.scale * partial[0] * 1.001;'],
      ],
    };
    await expect(withFault(change, 'fit', input)).rejects.toThrow(
      /^columnSums is wrong in backward\/layer3\/db: layer3\.db row 1, column 1 is .* No other kernel can take its place/,
    );
  });
});

describe('the first divergence', () => {
  it('is found: step, pass, tensor and element, and that the oracle agrees', async () => {
    const { history, parameters } = await page.run('fit', {
      ...input,
      fit: { steps: 200, batchSize: rows, optimizer: sgd({ learningRate: 1e15 }), verify: 'never' },
      network: { inputs: 40, layers: [dense(8, 'relu'), dense(1, 'identity')] },
    });
    expect(history.stopped).toBe('diverged');
    const { step, oracleAgrees, sentence, tensor } = history.divergence;
    expect(oracleAgrees).toBe(true);
    expect(step).toBeLessThan(20);
    expect(sentence).toMatch(
      new RegExp(`Step ${step + 1}, .*${tensor} row \\d+, column \\d+ is .*smaller learning rate`),
    );
    // Back at the last good weights.
    for (const { w, b } of parameters) expect([...w, ...b].every(Number.isFinite)).toBe(true);
  });

  it('is found where it hides behind saturated units and a finite loss', async () => {
    const w = Array.from({ length: 120 }, (_, i) => (i === 5 ? Infinity : 0.01));
    const { history } = await page.run('fit', {
      // All of one sign, so that an infinite weight makes an infinite z and not NaN.
      data: { rows, x: x.map(Math.abs), y },
      parameters: [
        { w, b: [0, 0, 0] },
        { w: [1, -1, 1], b: [0] },
      ],
      fit: { steps: 200, batchSize: rows, verify: 'never' },
      network: { inputs: 40, layers: [dense(3, 'tanh'), dense(1, 'sigmoid')] },
    });
    expect(Number.isFinite(history.loss[0])).toBe(true);
    expect(history.stopped).toBe('diverged');
    expect(history.divergence).toMatchObject({ step: 0, tensor: 'layer1.z', column: 3, oracleAgrees: true });
  });

  it('tells a GPU that goes wrong later from a learning rate that is too large', async () => {
    const { history } = await withFault(
      {
        file: 'shaders/activation.wgsl',
        edits: [
          [
            'a[i] = activate(z[i]);',
            'a[i] = select(activate(z[i]), bitcast<f32>(0x7fc00000u | (params.count & 1u)), z[i] > 4.4);',
          ],
        ],
      },
      'fit',
      { ...input, fit: { ...input.fit, steps: 400, optimizer: sgd({ learningRate: 0.5 }) } },
    );
    expect(history.verification.passed).toBe(31);
    expect(history.stopped).toBe('diverged');
    expect(history.divergence).toMatchObject({
      oracleAgrees: false,
      kernel: expect.stringMatching(/^activation/),
    });
    expect(history.divergence.sentence).toMatch(/the GPU computes wrongly here$/);
  });
});
