import { describe, expect, it } from 'vitest';
import { INTERRUPTIONS, interrupt } from './interrupted.ts';

describe('a run that is interrupted leaves no process and no temporary file, and has the right exit code', () => {
  // Two at once, as it happens: each has its own browser, port and profile.
  it.each(INTERRUPTIONS)('%s while the browser starts, and while it trains', async (how) => {
    const found = await Promise.all([interrupt(how, 0.5), interrupt(how, 0.8)]);
    for (const { byItself, clearMs } of found) if (!byItself) expect(clearMs).toBeLessThan(60_000);
  });
});
