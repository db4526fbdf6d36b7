import { describe, expect, it } from 'vitest';
import { readInterface } from '../../src/gpu/interface.ts';
import type { Pass } from '../../src/gpu/kernel.ts';
import { kernelText } from '../../src/gpu/pipelines.ts';
import { type KernelName, kernels } from '../../src/kernels/index.ts';
import { library } from '../../src/kernels/library.ts';
import { type Activation, dense } from '../../src/network/layers.ts';
import { adam, momentum, sgd } from '../../src/network/optimizer.ts';
import {
  type Plan,
  dataTensors,
  layoutOf,
  momentTensors,
  parameterTensors,
  passesOf,
  roomOf,
} from '../../src/network/plan.ts';
import { GPU_PLANS, planOf, refusalOf } from '../../src/network/plans.ts';
import { Random } from '../../src/random.ts';

interface Place {
  /** The buffer of the device. */
  readonly buffer: string;
  readonly offset: number;
  readonly bytes: number;
}

/** WebGPU refuses a binding at any other offset. */
const ALIGNMENT = 256;
const random = new Random(8);
const one = <T>(choices: readonly T[]): T => choices[random.integer() % choices.length];

const drawn = Array.from({ length: 60 }, () => {
  const rows = one([1, 2, 5, 16, 33]);
  const hidden = Array.from({ length: random.integer() % 3 }, () =>
    dense(one([1, 3, 4, 7, 16, 65]), one(['relu', 'tanh', 'gelu'] as const), { dropout: one([0, 0.3]) }),
  );
  const [loss, output] = one([
    ['softmaxCrossEntropy', 'softmax'],
    ['mse', 'identity'],
    ['binaryCrossEntropy', 'sigmoid'],
  ] as const);
  return {
    architecture: {
      inputs: one([1, 2, 9, 64]),
      layers: [...hidden, dense(one([2, 3, 10]), output as Activation)],
    },
    options: {
      ...{ loss, huberDelta: 1, optimizer: one([sgd(), momentum(), adam()]), clip: one([undefined, 1]) },
      ...{ weighted: one([false, true]), accuracy: one([false, true]), keep: one([false, true]) },
      ...{ m: rows, room: rows + one([0, 3]), steps: 8 },
      data: one([
        [{ start: 0, held: 40 }],
        [
          { start: 0, held: 40 },
          { start: 40, held: 11 },
        ],
      ]),
    },
  };
});

/** Where each tensor lies that a pass may bind, as `Tensors` lays them out. */
function placesOf(plan: Plan, { architecture, options }: (typeof drawn)[number]): Map<string, Place> {
  const groups = [
    plan.tensors.filter(({ role }) => !['data', 'parameter', 'moment'].includes(role)),
    parameterTensors(architecture),
    momentTensors(architecture, options.optimizer),
    dataTensors(architecture, options.data, options.weighted),
  ];
  const places = new Map<string, Place>();
  for (const tensors of groups) {
    const { offsets, sizes } = layoutOf(tensors);
    for (const [arena, size] of sizes) places.set(arena, { buffer: arena, offset: 0, bytes: 4 * size });
    for (const tensor of tensors) {
      const { name, arena = name } = tensor;
      places.set(name, { buffer: arena, offset: 4 * (offsets.get(name) ?? 0), bytes: 4 * roomOf(tensor) });
    }
  }
  for (const [name, { byteLength }] of plan.tables ?? [])
    places.set(name, { buffer: name, offset: 0, bytes: byteLength });
  return places;
}

/** What is wrong with the bindings of a pass, by the names of its tensors. */
function faults(pass: Pass, places: ReadonlyMap<string, Place>): string[] {
  const kernel = kernels[pass.kernel as KernelName];
  const { bindings } = readInterface(kernelText(kernel, pass.flags, library, pass.constants));
  const bound = bindings
    .filter(({ name }) => name !== 'params')
    .map(({ name, access }) => ({
      tensor: pass.tensors[name],
      access,
      place: places.get(pass.tensors[name])!,
    }));
  const found: string[] = [];
  for (const [i, { tensor, access, place }] of bound.entries()) {
    if (!place) found.push(`${pass.label}: '${tensor}' is nowhere`);
    else if (place.offset % ALIGNMENT)
      found.push(`${pass.label}: '${tensor}' begins at byte ${place.offset}`);
    for (const other of bound.slice(0, i)) {
      const meet =
        other.place.buffer === place.buffer &&
        other.place.offset < place.offset + place.bytes &&
        place.offset < other.place.offset + other.place.bytes;
      if (meet && (access === 'read_write' || other.access === 'read_write'))
        found.push(
          `${pass.label}: '${tensor}' and '${other.tensor}' lie over each other, and one is written`,
        );
    }
  }
  return found;
}

describe('what the passes of a plan bind', async () => {
  it.each(GPU_PLANS)(
    'begins at a multiple of 256 bytes, and nothing that is written lies over anything else: %s',
    async (name) => {
      let passes = 0;
      for (const one of drawn) {
        if (refusalOf(name, one.architecture, one.options)) continue;
        const plan = await planOf(name, one.architecture, one.options);
        const places = placesOf(plan, one);
        for (const pass of passesOf(plan)) {
          expect(faults(pass, places)).toEqual([]);
          passes++;
        }
      }
      expect(passes).toBeGreaterThan(20);
    },
  );

  it('is checked by a check that finds both', () => {
    const pass: Pass = {
      ...{ label: 'forward/layer1/a', kernel: 'activation', flags: [], params: { count: 8 } },
      tensors: { z: 'layer1.z', a: 'layer1.a' },
    };
    const at = (buffer: string, offset: number) => ({ buffer, offset, bytes: 32 });
    const of = (z: Place, a: Place) =>
      faults(
        pass,
        new Map([
          ['layer1.z', z],
          ['layer1.a', a],
        ]),
      );
    expect(of(at('x', 0), at('x', 256))).toEqual([]);
    expect(of(at('x', 0), at('y', 16))).toEqual(["forward/layer1/a: 'layer1.a' begins at byte 16"]);
    expect(of(at('x', 0), at('x', 0))).toEqual([
      "forward/layer1/a: 'layer1.a' and 'layer1.z' lie over each other, and one is written",
    ]);
  });
});
