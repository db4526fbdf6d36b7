import type { Pass } from '../../gpu/kernel.ts';
import { lossFactors, sizesOf } from '../layers.ts';
import type { Tile } from '../plan.ts';
import { FLAGS, outputOf } from '../textbook/layer.ts';
import { LOSS_FLAGS } from '../textbook/loss.ts';
import type { Fusing } from './index.ts';
import { constantsOf, flagsOf } from './products.ts';

const total = ({ options: { data } }: Fusing) => data.reduce((sum, { held }) => sum + held, 0);
const control = { schedule: 'schedule', clock: 'clock' };

/** The hidden layers, a pass for each; the first draws the rows of the batch. */
export function forward(fusing: Fusing): Pass[] {
  const { architecture, options, at, parts, tile } = fusing;
  const sizes = sizesOf(architecture);
  return architecture.layers.slice(0, -1).map(({ activation, dropout = 0 }, i): Pass => {
    const l = i + 1;
    const label = `forward/layer${l}`;
    const [wideX, wideW] = [sizes[i], sizes[l]].map((size) => size % 4 === 0);
    return {
      label,
      kernel: 'fusedForward',
      flags: [
        ...FLAGS[activation],
        ...(l === 1 ? ['GATHER'] : []),
        ...(dropout ? ['DROPOUT'] : []),
        ...(wideW ? ['W_FOURS'] : []),
        ...(l === 1 && wideX ? ['X_FOURS'] : []),
        ...flagsOf(tile),
      ],
      constants: constantsOf(tile),
      params: {
        m: options.m,
        k: sizes[i],
        n: sizes[l],
        inputAt: at(outputOf(architecture, i, true)),
        wAt: at(`layer${l}.w`),
        bAt: at(`layer${l}.b`),
        zAt: at(`layer${l}.z`),
        aAt: at(`layer${l}.a`),
        droppedAt: at(`layer${l}.dropped`),
        layer: l,
        threshold: Math.round(dropout * 2 ** 32),
        dropoutScale: 1 / (1 - dropout),
        total: total(fusing),
      },
      tensors: {
        workspace: 'workspace',
        [wideW ? 'parameters_fours' : 'parameters']: 'parameters',
        ...(l === 1 && { [wideX ? 'data_x_fours' : 'data_x']: 'data.x0' }),
        ...control,
      },
      parts: [
        ...(l === 1 ? parts('batch/x0') : []),
        ...parts(`${label}/z`, `${label}/a`, `${label}/dropout`),
      ],
    };
  });
}

/**
 * Rows that one workgroup of the output layer takes: a row is finished by one invocation. Where workgroups are small
 * they take more, as software pays for each barrier, but leave enough of them for its processors.
 */
function rowsOf(m: number, { workgroup }: Tile): number {
  return workgroup > 4 ? 8 : Math.min(32, 4 * Math.ceil(m / 16));
}

/** The output layer, its loss and its dz. */
export function output(fusing: Fusing): Pass {
  const { architecture, options, at, parts, tile } = fusing;
  const { m, loss, huberDelta, weighted } = options;
  const sizes = sizesOf(architecture);
  const last = architecture.layers.length;
  const n = sizes[last];
  const rows = rowsOf(m, tile);
  const layer = `layer${last}`;
  const first = last === 1;
  const cancels = loss === 'binaryCrossEntropy' || loss === 'softmaxCrossEntropy';
  return {
    label: `forward/${layer}`,
    kernel: 'fusedOutput',
    flags: [
      ...FLAGS[architecture.layers[last - 1].activation],
      ...LOSS_FLAGS[loss],
      ...(cancels ? ['CANCELS'] : []),
      ...(weighted ? ['WEIGHTED'] : []),
      ...(first ? ['GATHER'] : []),
    ],
    constants: { WORKGROUP: Math.min(tile.workgroup, rows) },
    params: {
      m,
      k: sizes[last - 1],
      n,
      rows,
      inputAt: at(outputOf(architecture, last - 1, true)),
      wAt: at(`${layer}.w`),
      bAt: at(`${layer}.b`),
      zAt: at(`${layer}.z`),
      aAt: at(`${layer}.a`),
      yAt: at('y'),
      weightAt: at('weight'),
      daAt: at(`${layer}.da`),
      dzAt: at(`${layer}.dz`),
      lossesAt: at('losses'),
      hitsAt: at('hits'),
      stepAt: at('step'),
      binary: n === 1 || loss === 'binaryCrossEntropy' ? 1 : 0,
      share: lossFactors(loss, m, n).share,
      delta: huberDelta,
      total: total(fusing),
    },
    tensors: {
      workspace: 'workspace',
      parameters: 'parameters',
      results: 'results',
      data_y: 'data.y0',
      ...(first && { data_x: 'data.x0' }),
      ...(weighted && { data_weight: 'data.weight0' }),
      ...control,
    },
    parts: [
      ...(first ? parts('batch/x0') : []),
      ...parts('batch/y0', 'batch/weight0', `forward/${layer}/z`, `forward/${layer}/a`),
      ...parts('loss/losses', 'loss/hits'),
      ...parts(...(cancels ? [] : [`backward/${layer}/da`]), `backward/${layer}/dz`),
    ],
  };
}
