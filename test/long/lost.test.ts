import { expect, it } from 'vitest';
import { input, percentile, useLosses } from '../gpu/losses.ts';

/** Lost devices of a training; fewer for a look. */
const LOSSES = Number(process.env.KATMAN_LOSSES ?? 1000);

const { compare } = useLosses();

it(`a training that loses its device ${LOSSES} times ends with the bits of one that loses none`, async () => {
  const fit = { ...input.fit, plan: 'textbook', steps: 20 * LOSSES, validationFrequency: 500 } as const;
  const started = Date.now();
  const { recoveries, backs } = await compare({ ...input, fit }, LOSSES, (count) => {
    if (count % 50 === 0)
      process.stderr.write(
        `${count} of ${LOSSES} devices lost, ${((Date.now() - started) / 1000).toFixed(0)} s\n`,
      );
  });
  const within = backs.filter((ms) => ms <= 250).length / backs.length;
  console.log(
    `${recoveries} recoveries: from the loss to the next step ${[50, 95, 99, 100].map((p) => `${p} %: ${percentile(backs, p).toFixed(0)} ms`).join(', ')}; ${(100 * within).toFixed(1)} % within 250 ms`,
  );
  expect(recoveries).toBeGreaterThanOrEqual(LOSSES);
  expect(within).toBeGreaterThanOrEqual(0.95);
}, 3_600_000);
