/** The options of `npm run bench:peers`. */
import { parseArgs } from 'node:util';

export const USAGE = `Usage: npm run bench:peers -- [options]

Trains the same networks with Katman, TensorFlow.js, jax-js and plain JavaScript in the same headless Chrome,
a fresh profile for each visit, and prints how they compare.

  --jobs LIST        jobs, e.g. J1,J2 or K for all matrix products (default: all)
  --only LIST        contestants, by the names of the files in contestants/ (default: all)
  --add NAME=PATH    a contestant that lies elsewhere; may be repeated
  --extra FILE       a JSON list of further jobs, as described in jobs.ts
  --rounds N         visits of each contestant to each job (default: 3)
  --budget MS        time for the timed windows of a visit (default: 4000)
  --timeout S        time for a visit (default: 240)
  --out NAME         where to write NAME.json and NAME.md (default: results, in bench/peers)
  --no-counts        leaves out the visits that count calls of WebGPU
  --require KIND     hardware, software or any adapter (default: any; hardware is tried first)
  --query QUERY      added to the page's address, for settings of contestants, e.g. every=5&threads=1
  --help             this text`;

/** A wrong use of the command line. */
export class UsageError extends Error {}

/**
 * @param {string[]} words
 * @throws {UsageError}
 */
export function readOptions(words) {
  let values;
  try {
    ({ values } = parseArgs({
      args: words,
      options: {
        jobs: { type: 'string' },
        only: { type: 'string' },
        add: { type: 'string', multiple: true, default: [] },
        extra: { type: 'string' },
        rounds: { type: 'string', default: '3' },
        budget: { type: 'string', default: '4000' },
        timeout: { type: 'string', default: '240' },
        out: { type: 'string' },
        'no-counts': { type: 'boolean', default: false },
        require: { type: 'string', default: 'any' },
        query: { type: 'string', default: '' },
        help: { type: 'boolean', default: false },
      },
    }));
  } catch (error) {
    throw new UsageError(error.message);
  }
  const positive = (name) => {
    const value = Number(values[name]);
    if (!(value > 0)) throw new UsageError(`--${name} is a positive number, not '${values[name]}'`);
    return value;
  };
  if (!['any', 'hardware', 'software'].includes(values.require))
    throw new UsageError(`--require is any, hardware or software, not '${values.require}'`);
  const added = values.add.map((word) => {
    const [, name, path] = /^([\w-]+)=(.+)$/.exec(word) ?? [];
    if (!name) throw new UsageError(`--add takes NAME=PATH, not '${word}'`);
    return [name, path];
  });
  return {
    ...values,
    rounds: Math.ceil(positive('rounds')),
    budget: positive('budget'),
    timeout: positive('timeout'),
    added: Object.fromEntries(added),
  };
}

/**
 * Those of `all` that a list names; K stands for K512 and K1024, and K1 for the latter.
 * @throws {UsageError} for a name that stands for none
 */
export function pick(all, list, what) {
  if (!list) return all;
  const words = list.split(',');
  const named = (word) =>
    all.includes(word) ? [word] : all.filter((id) => /^K1?$/.test(word) && id.startsWith(word));
  const unknown = words.find((word) => !named(word).length);
  if (unknown !== undefined)
    throw new UsageError(`There is no ${what} '${unknown}'; choose of ${all.join(', ')}`);
  return all.filter((id) => words.some((word) => named(word).includes(id)));
}
