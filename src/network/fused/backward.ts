import type { Params, Pass } from '../../gpu/kernel.ts';
import { lossFactors, sizesOf } from '../layers.ts';
import { learningTensors, updateFlags } from '../optimizer.ts';
import { FLAGS, outputOf } from '../textbook/layer.ts';
import type { Fusing } from './index.ts';
import { constantsOf, flagsOf, groupsOf } from './products.ts';
import { NOWHERE, slopeSource } from './stored.ts';
import { isLater } from './update.ts';

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
  const { architecture, options, at, parts, sizes: arenas, tile } = fusing;
  const { m, loss, optimizer } = options;
  const sizes = sizesOf(architecture);
  // The last pass has no layer before it, and takes the variant of the pass before: one text less to compile.
  const before = architecture.layers[(from ?? 2) - 2];
  const goesThrough = sizes.length > 2;
  const records = from === undefined;
  const learns = !isLater(options);
  const { parameters, learning, ...moments } = learningTensors(optimizer);
  const labels = [...(from ? [`layer${from - 1}/dz`] : []), ...layers.map((l) => `layer${l}/dw`)];
  return {
    label: `backward/${labels.join('+')}`,
    kernel: 'fusedBackward',
    flags: [
      ...(goesThrough
        ? ['THROUGH', ...FLAGS[before.activation], ...(before.dropout ? ['DROPOUT'] : [])]
        : []),
      ...(learns ? updateFlags(optimizer) : ['LATER']),
      ...flagsOf(tile),
    ],
    constants: constantsOf(tile),
    params: {
      m,
      stepAt: at('step'),
      ...through(fusing, from),
      ...gradient(fusing, 'first', layers[0]),
      ...gradient(fusing, 'second', layers[1]),
      scale: lossFactors(loss, m, sizes[sizes.length - 1]).scale,
      keepsGradients: options.keep ? 1 : 0,
      parts: tile.split ?? 1,
      count: arenas.get('parameters')!,
      lossesAt: at('losses'),
      hitsAt: options.accuracy ? at('hits') : NOWHERE,
      lossAt: at('loss'),
      accuracyAt: at('accuracy'),
      historyAt: at('history'),
      records: records ? 1 : 0,
    },
    tensors: {
      ...{ workspace: 'workspace', results: 'results', gradients: 'gradients' },
      ...{ schedule: 'schedule', clock: 'clock' },
      ...{ parameters, learning, ...(learns && moments) },
    },
    parts: [
      ...parts(...['da', 'dropout', 'dz'].map((what) => `backward/layer${(from ?? 0) - 1}/${what}`)),
      ...layers.flatMap((l) => [
        ...parts(`backward/layer${l}/dw`, `backward/layer${l}/db`),
        ...(learns ? parts(`update/layer${l}/w`, `update/layer${l}/b`) : []),
      ]),
      ...(records ? parts('loss/loss', 'loss/accuracy') : []),
      // Where the optimizer waits, the step is not over yet.
      ...(records && learns ? parts('record') : []),
    ],
  };
}

/** The params of dz of the layer before `from`; none: no workgroups. */
function through({ architecture, options, at, tile }: Fusing, from: number | undefined): Params {
  const sizes = sizesOf(architecture);
  const l = (from ?? 1) - 1;
  const { dropout = 0 } = architecture.layers[l - 1] ?? {};
  return {
    throughGroups: l ? groupsOf(options.m, sizes[l], tile) : 0,
    throughK: l ? sizes[l + 1] : 0,
    throughN: l ? sizes[l] : 0,
    throughDzAt: at(`layer${l + 1}.dz`),
    throughWAt: at(`layer${l + 1}.w`),
    throughSlopeAt: l ? at(slopeSource(architecture, l)) : 0,
    throughDroppedAt: at(`layer${l}.ddropped`),
    throughDaAt: at(`layer${l}.da`),
    throughOutAt: at(`layer${l}.dz`),
    layer: l,
    threshold: Math.round(dropout * 2 ** 32),
    dropoutScale: 1 / (1 - dropout),
  };
}

/** The params of one gradient of a pass; none: no workgroups. */
function gradient({ architecture, at, tile }: Fusing, which: 'first' | 'second', l = 0): Params {
  const sizes = sizesOf(architecture);
  const fields = {
    Groups: l ? groupsOf(sizes[l - 1], sizes[l], tile) * (tile.split ?? 1) : 0,
    Rows: l ? sizes[l - 1] : 0,
    Columns: l ? sizes[l] : 0,
    AAt: l ? at(outputOf(architecture, l - 1, true)) : 0,
    DzAt: at(`layer${l}.dz`),
    WAt: at(`layer${l}.w`),
    BAt: at(`layer${l}.b`),
  };
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [which + name, value]));
}
