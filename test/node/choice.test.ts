import { describe, expect, it } from 'vitest';
import { dense } from '../../src/network/layers.ts';
import { choiceName, isChoice } from '../../src/session/choice.ts';
import { gpuChoices, rivalsOf } from '../../src/session/rivals.ts';

const on = (kind: 'hardware' | 'software' | 'unknown', ...features: string[]) =>
  ({ adapter: { kind }, device: { features: new Set(features) } }) as unknown as Parameters<
    typeof gpuChoices
  >[0];
const net = (...sizes: number[]) => ({
  inputs: sizes[0],
  layers: sizes.slice(1).map((units) => dense(units, 'relu')),
});
const names = (...given: Parameters<typeof gpuChoices>) => gpuChoices(...given).map(choiceName);
const splits = (...given: Parameters<typeof gpuChoices>) =>
  gpuChoices(...given).flatMap(({ tile }) => tile?.split ?? []);

describe('what may be tried', () => {
  it('on a GPU are gradients in parts, where blocks are few and rows many', () => {
    expect(names(on('hardware', 'subgroups'), net(64, 32, 10), 128)).toEqual([
      'fused 4 x 4 in 64s',
      'resident',
      'fused 8 x 4 in 64s',
      'fused 8 x 8 in 64s',
      'fused quads of 16 x 16 in 64s',
      'textbook',
      'fused 4 x 4 in 64s, split 4',
    ]);
    const gpu = on('unknown');
    expect(splits(gpu, net(64, 32, 10), 63)).toEqual([]);
    expect(splits(gpu, net(64, 32, 10), 64)).toEqual([2]);
    expect(splits(gpu, net(64, 32, 10), 100_000)).toEqual([16]);
    expect(splits(gpu, net(784, 128, 10), 1000)).toEqual([5]);
    expect(splits(gpu, net(784, 512, 512, 10), 1000)).toEqual([]);
  });

  it('in software are none', () => {
    for (const sizes of [
      [2, 16, 1],
      [64, 32, 10],
      [784, 128, 10],
    ])
      for (const rows of [64, 1000])
        expect(splits(on('software', 'subgroups'), net(...sizes), rows)).toEqual([]);
  });

  it('as rivals, and known again when they were kept', () => {
    const gpu = on('hardware');
    const [first, ...rest] = gpuChoices(gpu, net(64, 32, 10), 128);
    const rivals = rivalsOf(first, gpu, net(64, 32, 10), 128).map(choiceName);
    expect(rivals).toContain('fused 4 x 4 in 64s, split 4');
    const kept: unknown = JSON.parse(JSON.stringify(rest.find(({ tile }) => tile?.split)));
    expect(isChoice(kept, rest)).toBe(true);
    expect(
      isChoice({ ...(kept as object), tile: { rows: 1, columns: 1, workgroup: 64, split: 99 } }, rest),
    ).toBe(false);
  });
});
