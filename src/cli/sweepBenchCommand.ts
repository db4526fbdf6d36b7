import { InvalidArgumentError } from 'commander';
import { KatmanError, UsageError } from '../errors.ts';
import { SHAPES, type Shape, chosenKernels } from './benchPlan.ts';
import { whole } from './optionParsers.ts';
import { writeResult } from './output.ts';
import { QueueLink } from './queueLink.ts';
import { type FleetWork, benchFleet, benchHere, startFleet } from './sweepBench.ts';
import { describeFleet, wrongOf } from './sweepBenchTable.ts';
import type { TargetOptions } from './targets/index.ts';
import { TARGETS, type TargetName } from './targets/target.ts';

/** Options of `katman sweep --bench`. */
export interface BenchOptions extends TargetOptions {
  readonly kernels?: string[];
  readonly shapes?: string[];
  readonly seconds?: number;
  readonly browsers?: TargetName[];
  readonly redis?: string;
  readonly wait: number;
  readonly json?: string;
}

/** Each kernel on each adapter, in one table. @throws KatmanError if one of them is wrong somewhere */
export async function benchSweep(options: BenchOptions, signal: AbortSignal): Promise<void> {
  const { kernels, shapes, seconds = 1, browsers, redis, wait, json, require } = options;
  if (redis && browsers)
    throw new UsageError('--browsers is for this machine, and --redis asks others; leave one of them out');
  const work: FleetWork = {
    kernels: chosenKernels(kernels),
    shapes: shapes?.map(shapeOf) ?? SHAPES,
    seconds,
  };
  const report = startFleet();
  try {
    if (redis) {
      const link = await QueueLink.open(redis, wait);
      await benchFleet(link, work, { signal, report }).finally(() => link.close());
    } else await benchHere(work, browsers ?? TARGETS, { signal, require, report });
  } finally {
    if (report.adapters.length) {
      const text = describeFleet(report);
      if (json === '-') process.stderr.write(`${text}\n`);
      else console.log(text);
      if (json) await writeResult(json, `${JSON.stringify(report, null, 2)}\n`);
    }
  }
  const wrong = wrongOf(report);
  if (wrong.length)
    throw new KatmanError(
      `${wrong.length} of what was to be timed was not: ${wrong.join(', ')}; the table says why`,
    );
}

/** `512x512x512` */
function shapeOf(text: string): Shape {
  try {
    const sizes = text.split('x').map(whole(1));
    if (sizes.length === 3) return sizes as unknown as Shape;
  } catch (error) {
    if (!(error instanceof InvalidArgumentError)) throw error;
  }
  throw new UsageError(`A shape is m x k x n, as 512x512x512, not '${text}'; give --shapes so`);
}
