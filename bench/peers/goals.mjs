/** What Katman wants to be against its peers on WebGPU, and whether it is. */
import { median, short, spread, table } from './numbers.mjs';

const TFJS = 'tfjs-webgpu';
const JAX = 'jax-webgpu';

/** How many times as fast (or as small) as TensorFlow.js and jax-js Katman's GPU plans are to be. */
const GOALS = [
  { title: 'J1, steps/s', job: 'J1', of: rate, [TFJS]: 200, [JAX]: 20 },
  { title: 'J2, steps/s', job: 'J2', of: rate, [TFJS]: 50, [JAX]: 6 },
  { title: 'J3, steps/s', job: 'J3', of: rate, [TFJS]: 12, [JAX]: 3 },
  { title: 'J4, steps/s', job: 'J4', of: rate, [TFJS]: 10, [JAX]: 1.5 },
  { title: 'K512, products/s', job: 'K512', of: rate, [TFJS]: 6, [JAX]: 1.5 },
  { title: 'K1024, products/s', job: 'K1024', of: rate, [TFJS]: 6, [JAX]: 1.5 },
  { title: 'J2, navigation to the first step, ms', job: 'J2', of: arrival, less: true, [TFJS]: 3, [JAX]: 2 },
];
const SIZE = { title: 'loaded, gzipped, KiB', [TFJS]: 5, [JAX]: 2 };

function rate({ windows }) {
  return median(windows);
}
function arrival({ navMs }) {
  return navMs;
}

/** The table of goals of one contestant: ratios of each round, as median (range). */
export function goals(results, name) {
  const rows = [];
  const visits = (who, job) =>
    results.visits.filter((one) => one.name === who && one.job === job && !one.error);
  const row = (title, mine, peer, theirs, ratios, wanted) =>
    rows.push([
      ...[title, mine, `${peer}: ${theirs}`, spread(ratios), wanted],
      median(ratios) >= wanted ? 'reached' : 'not reached',
    ]);
  for (const goal of GOALS) {
    const mine = visits(name, goal.job);
    for (const peer of [TFJS, JAX]) {
      const theirs = visits(peer, goal.job);
      const ratios = mine.flatMap((one) => {
        const other = theirs.find(({ round }) => round === one.round);
        if (!other) return [];
        const ratio = goal.of(one) / goal.of(other);
        return [goal.less ? 1 / ratio : ratio];
      });
      if (!ratios.length) continue;
      row(goal.title, spread(mine.map(goal.of)), peer, spread(theirs.map(goal.of)), ratios, goal[peer]);
    }
  }
  const size = (who) => results.sizes[who]?.reduce((sum, { gz }) => sum + gz, 0) / 1024;
  for (const peer of [TFJS, JAX])
    if (size(name) && size(peer))
      row(SIZE.title, short(size(name)), peer, short(size(peer)), [size(peer) / size(name)], SIZE[peer]);
  if (!rows.length) return '';
  return table(['', name, 'peer', 'times as good', 'goal', ''], rows);
}
