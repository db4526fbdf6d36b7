import { expect, it } from 'vitest';
import { Random } from '../../src/random.ts';
import { type Ended, INTERRUPTIONS, interrupt } from '../cli/interrupted.ts';

/** Interrupted runs; KATMAN_INTERRUPTS for another number. */
const RUNS = Number(process.env.KATMAN_INTERRUPTS ?? 500);
const AT_ONCE = 2;

it(
  `of ${RUNS} runs interrupted at random moments none leaves a process or a temporary file`,
  async () => {
    const random = new Random(Number(process.env.KATMAN_SEED ?? 1));
    const ended: (Ended & { how: string })[] = [];
    const failures: string[] = [];
    const moments = Array.from({ length: RUNS }, (_, i) => ({
      how: INTERRUPTIONS[i % INTERRUPTIONS.length],
      at: random.uniform(0, 1),
    }));
    const work = async () => {
      for (let next = moments.pop(); next; next = moments.pop()) {
        const { how, at } = next;
        await interrupt(how, at).then(
          (one) => void ended.push({ how, ...one }),
          (error: Error) => void failures.push(error.message),
        );
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    for (const how of INTERRUPTIONS) {
      const ms = ended.filter((one) => one.how === how && !one.byItself).map(({ clearMs }) => clearMs);
      console.log(
        how,
        `${ms.length} interrupted, cleared after at most ${Math.round(Math.max(0, ...ms))} ms`,
      );
    }
    expect(failures).toEqual([]);
  },
  RUNS * 60_000,
);
