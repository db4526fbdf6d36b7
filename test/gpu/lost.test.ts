import { describe, expect, it } from 'vitest';
import { input, percentile, useLosses } from './losses.ts';

const { compare, losing } = useLosses();

describe('a device that is really lost', () => {
  it.each(['fused', 'textbook'] as const)(
    'five times in a training: the same weights and history, to the last bit, by the %s plan',
    async (plan) => {
      const { recoveries, segments, one, backs, notes } = await compare(
        { ...input, fit: { ...input.fit, plan, steps: plan === 'fused' ? 2000 : 800 } },
        5,
      );
      console.log(`${plan}: back within ${backs.map((ms) => ms.toFixed(0)).join(', ')} ms`);
      expect(recoveries).toBeGreaterThanOrEqual(5);
      expect(notes).toEqual([expect.stringMatching(/^The GPU device was lost \d+ times and opened again/)]);
      // Each loss begins a segment, by the same plan on the same adapter.
      expect(segments[0].adapter).toMatch(/./);
      for (const { step: _, ...segment } of segments) expect({ ...segment, step: 0 }).toEqual(one[0]);
      const steps = segments.map(({ step }: { step: number }) => step);
      expect(steps).toEqual([...new Set(steps)].sort((a: any, b: any) => a - b));
      expect(percentile(backs, 50)).toBeLessThan(5000);
    },
  );

  it('takes the weights of a network that was not trained, which says so, and can be set anew', async () => {
    const fit = { ...input.fit, steps: 60 };
    const { read, trained, again, trainedWell } = await losing('bystander', { ...input, fit }, 1, () => 0);
    expect(read).toMatch(
      /^DeviceLostError: The weights of this network were lost with their GPU device; set others/,
    );
    expect(trained).toMatch(/^DeviceLostError: /);
    expect([again, trainedWell]).toEqual(['done', 'done']);
  });
});
