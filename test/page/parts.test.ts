import { describe, expect, it } from 'vitest';
import { fields } from '../../src/page/fields.ts';
import { formatLoss, formatScore } from '../../src/page/format.ts';
import { presets } from '../../src/page/presets.ts';
import { Reporter } from '../../src/page/reporter.ts';
import type { Progress } from '../../src/page/messages.ts';
import { ceilNice, floorNice, logTicks } from '../../src/page/ticks.ts';
import { Trace } from '../../src/page/trace.ts';
import { BUILTIN_NAMES } from '../../src/data/builtin.ts';

describe('fields', () => {
  it('read what people write', () => {
    expect(fields.hidden.parse('64,32')).toEqual([64, 32]);
    expect(fields.hidden.parse(' 8 , 8 ')).toEqual([8, 8]);
    for (const none of ['', ' ', 'none', 'None']) expect(fields.hidden.parse(none)).toEqual([]);
    expect(fields.batchSize.parse(' Full ')).toBe('full');
    expect(fields.batchSize.parse('32')).toBe(32);
    expect(fields.learningRate.parse('1e-3')).toBe(0.001);
    expect(fields.seed.parse('0')).toBe(0);
  });

  it('refuse what makes no sense', () => {
    const refused = {
      data: ['', 'mnist'],
      hidden: ['x', '4,,4', '0', '-1', '1.5', '5000', '4;4', '9'.repeat(30), '1,'.repeat(20) + '1'],
      activation: ['softmax', ''],
      first: ['random'],
      learningRate: ['', '0', '-1', 'fast', '1e39', '1e-50', 'Infinity', 'NaN'],
      batchSize: ['', '0', 'all', '1.5', '1e3'],
      epochs: ['', '0', '100001', '2.5'],
      seed: ['', '-1', '4294967296', '0x1'],
    };
    for (const [name, texts] of Object.entries(refused)) {
      const field = fields[name as keyof typeof refused];
      for (const text of texts) expect(() => field.parse(text), `${name}: '${text}'`).toThrow(/\.$/);
    }
  });

  it('offer every built-in set, with settings that are right', () => {
    expect(fields.data.choices!.map(({ value }) => value)).toEqual([...BUILTIN_NAMES]);
    for (const preset of Object.values(presets)) {
      const { label: _, group: __, holdsOut: ___, ...settings } = preset;
      for (const [name, value] of Object.entries(settings)) {
        const field = fields[name as keyof typeof settings] as {
          parse(text: string): unknown;
          format(value: unknown): string;
        };
        expect(field.parse(field.format(value))).toEqual(value);
      }
    }
  });
});

describe('numbers', () => {
  it('are short and of even length', () => {
    expect([0.69314718, 12.3456, 0, 1e-6, 123456, NaN, undefined].map(formatLoss)).toEqual([
      '0.6931',
      '12.35',
      '0.000',
      '1.00e-6',
      '1.23e+5',
      'not finite',
      '–',
    ]);
    expect(formatScore(0.8975, false)).toBe('89.8\u00a0%');
    expect(formatScore(-0.1234, true)).toBe('-0.123');
  });

  it('of axes are round', () => {
    expect([0.69, 1, 2.31, 480, 5000, 0.30000000000000004].map(ceilNice)).toEqual([
      0.8, 1, 2.5, 500, 5000, 0.3,
    ]);
    expect([0.69, 1, 0.034, 0.01].map(floorNice)).toEqual([0.6, 1, 0.03, 0.01]);
    expect(logTicks(0.03, 1)).toEqual([0.05, 0.1, 0.2, 0.5, 1]);
    expect(logTicks(1e-4, 1)).toEqual([1e-4, 1e-3, 1e-2, 1e-1, 1]);
    expect(logTicks(1e-30, 1e10).length).toBeLessThan(10);
  });
});

describe('a trace', () => {
  it('stays bounded and keeps its first and last point', () => {
    const trace = new Trace();
    for (let step = 1; step <= 10_001; step++) trace.add({ step, loss: 1 / step, score: undefined });
    const steps = trace.points.map(({ step }) => step);
    expect(steps.length).toBeLessThanOrEqual(601);
    expect(steps.length).toBeGreaterThan(250);
    expect([steps[0], steps.at(-1)]).toEqual([1, 10_001]);
    const gaps = new Set(steps.slice(1, -1).map((step, i) => step - steps[i]));
    expect(gaps.size).toBe(1);
  });
});

describe('a reporter', () => {
  it('thins what comes in one message, and counts steps from the beginning', () => {
    const sent: Progress[] = [];
    const reporter = new Reporter({ start: 100, goal: 10_100, perEpoch: 1 }, (progress) =>
      sent.push(progress),
    );
    const made = { stepsPerSecond: 9, plan: 'fused', candidates: [] };
    const report = (epoch: number) =>
      reporter.epoch({ epoch, loss: 1, accuracy: 0.5, validation: undefined, learningRate: 1 });
    for (let epoch = 101; epoch <= 1124; epoch++) report(epoch);
    reporter.step({ step: 1024, steps: 10_000, epoch: 1124, loss: 1, accuracy: 0.5, ...made });
    expect(sent).toHaveLength(1);
    expect(sent[0]).toMatchObject({ step: 1124, goal: 10_100, epoch: 1124, test: [] });
    expect(sent[0].train).toHaveLength(64);
    expect(sent[0].train.at(-1)!.step).toBe(1124);
    // Too early for another message; what came in meanwhile waits for the next.
    report(1125);
    reporter.step({ step: 1025, steps: 10_000, epoch: 1125, loss: 1, accuracy: 0.5, ...made });
    expect(sent).toHaveLength(1);
    reporter.flush();
    expect(sent[1].train.map(({ step }) => step)).toEqual([1125]);
  });
});
