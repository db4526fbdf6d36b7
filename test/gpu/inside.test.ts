import puppeteer, { type Browser } from 'puppeteer';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type HarnessPage, openPage } from '../../src/cli/harness.ts';
import { startServer } from '../../src/cli/server.ts';
import { dense } from '../../src/network/layers.ts';
import { adam } from '../../src/network/optimizer.ts';
import { GPU_PLANS } from '../../src/network/plans.ts';
import type { NumbersInside, PassInside } from '../../src/session/insideStep.ts';
import { type Change, planted } from '../planted.ts';
import { data, network } from './small.ts';

const TASKS = '/test/gpu/insideTasks.ts';

let browser: Browser;
let page: HarnessPage;
beforeAll(async () => {
  browser = await puppeteer.connect({ browserWSEndpoint: inject('browserWSEndpoint') });
  page = await openPage(browser, inject('serverUrl'), { tasks: TASKS });
});
afterAll(async () => {
  await page?.close();
  await browser?.disconnect();
});

interface Step {
  readonly plan: string;
  readonly rows: number;
  readonly batch: number;
  readonly passes: readonly PassInside[];
  /** Of every tensor of every pass, in their order, or those that were asked for. */
  readonly seen: readonly NumbersInside[];
}
interface Found {
  readonly before: readonly { w: Float32Array; b: Float32Array }[];
  readonly after: Found['before'];
  /** After one more step, and after all. */
  readonly next: Found['before'];
  readonly trained: Found['before'];
  readonly left: number;
  readonly steps: readonly Step[];
}

const input = {
  network,
  data,
  options: {
    ...{ optimizer: adam({ learningRate: 0.01 }), batchSize: 16, verify: 'never' as const },
    schedule: { kind: 'cosine' as const, minimum: 0.001, warmup: 2 },
  },
};
const choices = GPU_PLANS.map((plan) => ({ plan }));
const look = (more: object = {}): Promise<Found> => page.run('inside', { ...input, choices, ...more });

/** A tensor of a pass with its numbers. */
interface Tensor {
  readonly pass: string;
  readonly tensor: PassInside['tensors'][number];
  readonly numbers: NumbersInside;
}
const tensorsOf = ({ passes, seen }: Step): Tensor[] =>
  passes
    .flatMap(({ label, tensors }) => tensors.map((tensor) => ({ pass: label, tensor })))
    .map((one, i) => ({ ...one, numbers: seen[i] }));
const results = (step: Step) =>
  tensorsOf(step)
    .filter(({ tensor }) => tensor.part !== undefined)
    .map(({ tensor: { part, tensor } }) => `${part}: ${tensor}`);

describe('inside the passes of a step', () => {
  it.each(choices)(
    'changes no bit of what is trained, and shows the very next step: $plan',
    async ({ plan }) => {
      const options = { ...input.options, plan };
      const found = await look({ options, choices: undefined });
      const plain = await look({ options, choices: [] });
      expect(found.after).toEqual(found.before);
      expect(found.before).toEqual(plain.before);
      expect(found.trained).toEqual(plain.trained);
      expect(found.left).toBe(0);
      // What the step that was undone made of the weights is what it makes of them in earnest.
      const made = tensorsOf(found.steps[0]).filter(({ tensor }) => tensor.part?.startsWith('update/'));
      found.next.forEach(({ w, b }, l) => {
        const got = (name: string) =>
          made.find(({ tensor }) => tensor.tensor === `layer${l + 1}.${name}`)!.numbers.got;
        expect(got('w')).toEqual(w);
        expect(got('b')).toEqual(b);
      });
    },
  );

  it('lists every result under its pass, with the textbook pass, what was got, wanted and allowed', async () => {
    const { steps, before } = await look();
    const [textbook, fused, resident] = steps;
    expect(steps.map(({ plan }) => plan)).toEqual(GPU_PLANS);
    expect(results(textbook)).toContain('update/layer1/w: layer1.w.v');
    for (const { label, tensors } of textbook.passes)
      for (const { part } of tensors) if (part !== undefined) expect(part).toBe(label);
    // Those of the other plans are the same, by fewer passes.
    expect(results(fused).sort()).toEqual(results(textbook).sort());
    expect(results(resident)).toEqual(results(textbook));
    expect(fused.passes.length).toBeLessThan(textbook.passes.length);
    expect(resident.passes.map(({ label }) => label)).toEqual(['steps']);
    for (const step of steps) {
      // The last batch of an epoch is short.
      expect([step.rows, step.batch]).toEqual([8, 8]);
      for (const { pass, tensor, numbers } of tensorsOf(step)) {
        const name = `${step.plan}, ${pass}: ${tensor.tensor}`;
        const { got, want, bound, count, first } = numbers;
        expect(first, name).toBe(0);
        expect(Boolean(got), name).toBe(tensor.isStored);
        expect((got ?? want)!.length, name).toBe(count);
        if (tensor.part === undefined) {
          expect([want, bound, tensor.fraction], name).toEqual([undefined, undefined, undefined]);
          continue;
        }
        expect([want!.length, bound!.length], name).toEqual([count, count]);
        if (!got) continue;
        expect(tensor.fraction, name).toBeLessThanOrEqual(1);
        got.forEach((value, i) => {
          const difference = value === want![i] ? 0 : Math.abs(value - want![i]);
          expect(difference, name).toBeLessThanOrEqual(bound![i]);
        });
        if (!tensor.worst) continue;
        const { index, got: is, want: wanted, row, column } = tensor.worst;
        expect([got[index], want![index]], name).toEqual([is, wanted]);
        expect(row * (tensor.shape.at(-1) ?? 1) + column, name).toBe(index);
      }
    }
    const found = (step: Step, pass: string, name: string) =>
      tensorsOf(step).find((one) => one.pass === pass && one.tensor.tensor === name)!;
    const readBy = (step: Step, pass: string) =>
      step.passes
        .find(({ label }) => label === pass)!
        .tensors.flatMap(({ tensor, part }) => (part === undefined ? [tensor] : []));
    // What a pass reads, as it found it.
    expect(readBy(textbook, 'forward/layer1/z')).toEqual(['x', 'layer1.w', 'layer1.b']);
    expect(readBy(textbook, 'update/layer1/w')).toEqual([
      'layer1.dw',
      'layer1.w',
      'layer1.w.m',
      'layer1.w.v',
    ]);
    expect(readBy(fused, 'forward/layer1')).toEqual(['data.x0', 'layer1.w', 'layer1.b']);
    for (const step of steps) {
      const pass = step.passes.find(({ tensors }) =>
        tensors.some(({ tensor }) => tensor === 'layer1.w'),
      )!.label;
      expect(found(step, pass, 'layer1.w').numbers.got).toEqual(before[0].w);
      expect(found(step, pass, 'layer1.w').tensor.shape).toEqual([6, 16]);
    }
    expect(found(textbook, 'update/layer1/w', 'layer1.dw').numbers.got).toEqual(
      found(textbook, 'backward/layer1/dw', 'layer1.dw').numbers.got,
    );
    // The resident plan keeps z to itself: there is the oracle's, and how far it may be from it.
    const z = found(resident, 'steps', 'layer1.z');
    expect(z.tensor).toMatchObject({ isStored: false, shape: [8, 16], part: 'forward/layer1/z' });
    const near = found(textbook, 'forward/layer1/z', 'layer1.z').numbers.got!;
    near.forEach((value, i) =>
      expect(Math.abs(value - z.numbers.want![i])).toBeLessThanOrEqual(2 * z.numbers.bound![i]),
    );
  });

  it('takes the rows that fit of a batch of a large network, and gives large tensors in parts', async () => {
    const [many, wide] = [90, 300];
    const { steps, before, after } = await look({
      network: { inputs: wide, layers: [dense(1000, 'relu'), dense(1, 'sigmoid')] },
      data: {
        rows: many,
        x: Float32Array.from({ length: many * wide }, (_, i) => Math.sin(i) / 8),
        y: Float32Array.from({ length: many }, (_, i) => Number(i % 2)),
      },
      options: { ...input.options, batchSize: many, plan: 'fused' },
      choices: [{ plan: 'fused' }],
      numbers: [
        { pass: 'backward/layer2/dw+layer1/dw', tensor: 'layer1.w', at: 0 },
        { pass: 'backward/layer2/dw+layer1/dw', tensor: 'layer1.w', at: 299_999 },
      ],
    });
    const bits = ({ w }: { w: Float32Array }) => Buffer.from(w.buffer, w.byteOffset, w.byteLength);
    expect(bits(after[0]).equals(bits(before[0]))).toBe(true);
    const [{ rows: taken, batch, seen }] = steps;
    expect(batch).toBe(many);
    expect(taken).toBe(83);
    const [start, end] = seen;
    expect(start).toMatchObject({ columns: 1000, first: 0, count: 300_000 });
    expect(start.got!.length).toBe(262_000);
    expect(end.first).toBe(262_000);
    expect(end.got!.length).toBe(38_000);
    for (const { got, want, bound } of seen)
      got!.forEach((value, i) => {
        if (!(Math.abs(value - want![i]) <= bound![i])) throw new Error(`${i} is off`);
      });
  });

  it('refuses a plan that cannot make the step, and a pass that there is not, in a sentence', async () => {
    const layers = [dense(512, 'tanh'), dense(512, 'tanh'), dense(3, 'softmax')];
    await expect(look({ network: { inputs: 6, layers }, choices: [{ plan: 'resident' }] })).rejects.toThrow(
      /'resident' cannot make this step: .*too many for one workgroup/,
    );
    await expect(
      look({ choices: [{ plan: 'fused' }], numbers: [{ pass: 'forward/layer9', tensor: 'x' }] }),
    ).rejects.toThrow(/The plan 'fused' has no pass 'forward\/layer9'; it has forward\/layer1, /);
  });
});

describe('a kernel that is wrong', () => {
  const faults: readonly {
    plan: (typeof GPU_PLANS)[number];
    change: Change;
    pass: string;
    part: string;
    tensor: string;
    index: number;
  }[] = [
    {
      plan: 'textbook',
      change: {
        file: 'shaders/activation.wgsl',
        edits: [['a[i] = activate(z[i]);', 'a[i] = activate(z[i]) + select(0.0, 0.01, i == 90u);']],
      },
      ...{ pass: 'forward/layer1/a', part: 'forward/layer1/a', tensor: 'layer1.a', index: 90 },
    },
    {
      plan: 'fused',
      change: {
        file: 'shaders/fusedForward.wgsl',
        edits: [
          [
            'activate(z.w)), inside);',
            'activate(z.w)), inside) + select(vec4f(), vec4f(0.0, 0.0, 0.01, 0.0), row == 5u && column == 8u);',
          ],
        ],
      },
      ...{ pass: 'forward/layer1', part: 'forward/layer1/a', tensor: 'layer1.a', index: 5 * 16 + 10 },
    },
    {
      plan: 'resident',
      change: {
        file: 'shaders/residentRows.wgsl',
        edits: [
          [
            'let gradient = sum * params.scale / f32(step.rows);',
            'let gradient = sum * params.scale / f32(step.rows) + select(0.0, 0.01, place == 37u);',
          ],
        ],
      },
      ...{ pass: 'steps', part: 'backward/layer1/dw', tensor: 'layer1.dw', index: 37 },
    },
  ];

  it.each(faults)(
    'shows its difference where it is: $plan',
    async ({ plan, change, pass, part, tensor, index }) => {
      const server = await startServer([planted(change)]);
      const faulty = await openPage(browser, server, { tasks: TASKS });
      try {
        const { steps, before, after }: Found = await faulty.run('inside', {
          ...input,
          options: { ...input.options, plan },
          choices: [{ plan }],
        });
        expect(after).toEqual(before);
        const wrong = tensorsOf(steps[0]).filter(({ tensor: { fraction = 0 } }) => !(fraction <= 1));
        expect(wrong.map((one) => [one.pass, one.tensor.part, one.tensor.tensor])).toEqual([
          [pass, part, tensor],
        ]);
        const [{ tensor: found, numbers }] = wrong;
        expect(found.worst!.index).toBe(index);
        expect([found.worst!.row, found.worst!.column]).toEqual([Math.floor(index / 16), index % 16]);
        const { got, want, bound } = numbers;
        expect(got![index] - want![index]).toBeCloseTo(0.01, 6);
        const off = Array.from(got!.keys()).filter((i) => Math.abs(got![i] - want![i]) > bound![i]);
        expect(off).toEqual([index]);
      } finally {
        await faulty.close();
        await server.close();
      }
    },
  );
});
