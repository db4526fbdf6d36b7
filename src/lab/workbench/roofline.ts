import type { Roofs } from '../roofs.ts';
import type { RooflinePoint } from './types.ts';

/** What was timed, under the roofs of the adapter. */
export function rooflines(
  timed: readonly {
    readonly name: string;
    readonly flops: number;
    readonly bytes: number;
    readonly median: number;
  }[],
  { compute, memory }: Pick<Roofs, 'compute' | 'memory'>,
): RooflinePoint[] {
  return timed.map(({ name, flops, bytes, median }) => {
    const [gflops, gbs] = [flops / 1e6 / median, bytes / 1e6 / median];
    const intensity = flops / bytes;
    const roof = Math.min(compute.rate, intensity * memory.rate);
    return { name, intensity, gflops, gbs, roof, share: flops ? gflops / roof : gbs / memory.rate };
  });
}
