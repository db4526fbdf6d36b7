import { expect, it } from 'vitest';
import { killWriters } from '../node/kills.ts';

const KILLS = 200;

it(`${KILLS} kills while checkpoints are written leave none unreadable, and none older than the last acknowledged`, async () => {
  const { written, ahead } = await killWriters(KILLS, (count) => {
    if (count % 20 === 0) process.stderr.write(`${count} of ${KILLS} kills\n`);
  });
  console.log(
    `${written} checkpoints written, ${ahead} of ${KILLS} kills between the disk and the acknowledgement`,
  );
  expect(written).toBeGreaterThanOrEqual(KILLS);
}, 1_200_000);
