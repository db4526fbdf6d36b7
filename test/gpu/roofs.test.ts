import { describe, expect, inject, it } from 'vitest';
import type { ClockDescription } from '../../src/lab/clock/device.ts';
import type { Roofs } from '../../src/lab/roofs.ts';
import { usePage } from './page.ts';

const page = usePage();

describe('the clock and the roofs of a device', () => {
  it('are measured, after what the kernels compute was found right', async () => {
    const heard: number[] = [];
    const { clock, roofs }: { clock: ClockDescription; roofs: Roofs } = await page.run(
      'roofs',
      { seconds: 3 },
      { onEvent: (done) => heard.push(done) },
    );
    // Software has timestamps: without them times would be the page's.
    if (inject('adapter') === 'software') expect(clock).toMatchObject({ source: 'timestamps', overhead: 0 });
    expect(clock.grid).toBeGreaterThan(0);
    expect(clock.grid).toBeLessThan(1);
    for (const { rate, low, high, how } of [roofs.compute, roofs.memory]) {
      expect(rate).toBeGreaterThan(0.1);
      expect(low).toBeLessThanOrEqual(rate);
      expect(high).toBeGreaterThanOrEqual(rate);
      expect(how).not.toBe('');
    }
    expect(heard.length).toBeGreaterThan(0);
  });

  it('are measured without timestamps, too', async () => {
    const { clock, roofs } = await page.run('roofs', { seconds: 3, source: 'wall clock' });
    expect(clock.source).toBe('wall clock');
    // A submit and its read-back take a moment, which is measured and taken off.
    expect(clock.overhead).toBeGreaterThan(0);
    expect(clock.grid).toBeGreaterThan(0);
    expect(roofs.compute.rate).toBeGreaterThan(0.1);
  });
});
