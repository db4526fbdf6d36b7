import type { Params, Pass } from '../../gpu/kernel.ts';
import { lossFactors, sizesOf } from '../layers.ts';
import { updateFlags, updateParams } from '../optimizer.ts';
import { FLAGS, outputOf } from '../textbook/layer.ts';
import type { Fusing } from './index.ts';
import { constantsOf, flagsOf, groupsOf } from './products.ts';
import { slopeSource } from './stored.ts';

/**
 * From the last layer to the first: dz of each layer but the last, beside dw of the layer behind the one that it
 * comes from; at the end dw of the first two layers, or of the only one.
 */
export function backward(fusing: Fusing): Pass[] {
  const last = fusing.architecture.layers.length;
  const passes: Pass[] = [];
  for (let l = last; l > 1; l--) passes.push(pass(fusing, l, l < last ? [l + 1] : []));
  passes.push(pass(fusing, undefined, last > 1 ? [2, 1] : [1]));
  return passes;
}

/** dz of the layer before `from`, if there is one to compute, and the gradients of `layers`. */
function pass(fusing: Fusing, from: number | undefined, layers: readonly number[]): Pass {
  const { architecture, options, at, parts, tile } = fusing;
  const { m, loss, optimizer, clip, accuracy } = options;
  const sizes = sizesOf(architecture);
  // The last pass has no layer before it, and takes the variant of the pass before: one text less to compile.
  const before = architecture.layers[(from ?? 2) - 2];
  const goesThrough = sizes.length > 2;
  const [first, second] = [gradient(fusing, 'first', layers[0]), gradient(fusing, 'second', layers[1])];
  const records = from === undefined;
  const { l1, l2, decay, ...rule } = updateParams(optimizer, 'w');
  const label = `backward/${[...(from ? [`layer${from - 1}/dz`] : []), ...layers.map((l) => `layer${l}/dw`)].join('+')}`;
  const throughGroups = from === undefined ? 0 : groupsOf(m, sizes[from - 1], tile);
  return {
    label,
    kernel: 'fusedBackward',
    flags: [
      ...(goesThrough
        ? ['THROUGH', ...FLAGS[before.activation], ...(before.dropout ? ['DROPOUT'] : [])]
        : []),
      ...(clip === undefined ? updateFlags(optimizer) : ['CLIP']),
      ...flagsOf(tile),
    ],
    constants: constantsOf(tile),
    params: {
      m,
      stepAt: at('step'),
      throughGroups,
      throughK: from === undefined ? 0 : sizes[from],
      throughN: from === undefined ? 0 : sizes[from - 1],
      throughDzAt: at(`layer${from}.dz`),
      throughWAt: at(`layer${from}.w`),
      throughSlopeAt: from === undefined ? 0 : at(slopeSource(architecture, from - 1)),
      throughDroppedAt: from === undefined ? 0 : at(`layer${from - 1}.ddropped`),
      throughDaAt: from === undefined ? 0 : at(`layer${from - 1}.da`),
      throughOutAt: from === undefined ? 0 : at(`layer${from - 1}.dz`),
      layer: from === undefined ? 0 : from - 1,
      threshold: Math.round((before.dropout ?? 0) * 2 ** 32),
      dropoutScale: 1 / (1 - (before.dropout ?? 0)),
      ...first,
      ...second,
      scale: lossFactors(loss, m, sizes[sizes.length - 1]).scale,
      l1,
      l2,
      decay,
      biasPenalties: optimizer.decays === 'all' ? 1 : 0,
      ...rule,
      lossesAt: at('losses'),
      hitsAt: accuracy ? at('hits') : at(''),
      lossAt: at('loss'),
      accuracyAt: at('accuracy'),
      historyAt: at('history'),
      records: records ? 1 : 0,
    },
    tensors: {
      workspace: 'workspace',
      parameters: 'parameters',
      gradients: 'gradients',
      schedule: 'schedule',
      clock: 'clock',
      results: 'results',
      ...(clip === undefined && updateFlags(optimizer).includes('KEEPS_M') && { m: 'm' }),
      ...(clip === undefined && updateFlags(optimizer).includes('KEEPS_V') && { v: 'v' }),
    },
    parts: [
      ...(from === undefined
        ? []
        : parts(
            `backward/layer${from - 1}/da`,
            `backward/layer${from - 1}/dropout`,
            `backward/layer${from - 1}/dz`,
          )),
      ...layers.flatMap((l) => [
        ...parts(`backward/layer${l}/dw`, `backward/layer${l}/db`),
        ...(clip === undefined ? parts(`update/layer${l}/w`, `update/layer${l}/b`) : []),
      ]),
      ...(records ? parts('loss/loss', 'loss/accuracy') : []),
      // Where the gradient is clipped, the step is not over yet.
      ...(records && clip === undefined ? parts('record') : []),
    ],
  };
}

/** The params of one gradient of a pass; none: no workgroups. */
function gradient(
  { architecture, at, tile }: Fusing,
  which: 'first' | 'second',
  l: number | undefined,
): Params {
  const sizes = sizesOf(architecture);
  const fields = {
    Groups: l === undefined ? 0 : groupsOf(sizes[l - 1], sizes[l], tile),
    Rows: l === undefined ? 0 : sizes[l - 1],
    Columns: l === undefined ? 0 : sizes[l],
    AAt: l === undefined ? 0 : at(outputOf(architecture, l - 1, true)),
    DzAt: at(`layer${l}.dz`),
    WAt: at(`layer${l}.w`),
    BAt: at(`layer${l}.b`),
    DwAt: at(`layer${l}.dw`),
    DbAt: at(`layer${l}.db`),
  };
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [which + name, value]));
}
