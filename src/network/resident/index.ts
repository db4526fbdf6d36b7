import { texts } from '../../kernels/texts/resident.ts';
import type { Pass } from '../../gpu/kernel.ts';
import { type Architecture, type Loss, lossFactors, parameterCount, sizesOf } from '../layers.ts';
import { learningTable, learningTensors, updateFlags } from '../optimizer.ts';
import { type Plan, type PlanOptions, type Tensor, layoutOf, passesOf } from '../plan.ts';
import { FLAGS } from '../textbook/layer.ts';
import { textbook } from '../textbook/index.ts';
import { LOSS_FLAGS } from '../textbook/loss.ts';
import { phases } from './phases.ts';
import { rows } from './rows.ts';

/** With more, the kernel whose text grows with the network takes seconds to compile. */
const MOST_WRITTEN_OUT = 350;

const CANCELS: readonly Loss[] = ['binaryCrossEntropy', 'softmaxCrossEntropy'];

/** A kernel of this plan, for one network. */
export interface Resident {
  readonly kernel: string;
  readonly constants: Readonly<Record<string, number>>;
  readonly params: Readonly<Record<string, number>>;
  /** Numbers of the workspace that it needs behind the gradients. */
  readonly scratch: number;
  /** What it reads of the network, if that is not in its text: binding and content. */
  readonly table?: readonly [binding: string, content: Uint32Array<ArrayBuffer>];
}

/**
 * The resident plan: one workgroup holds the network and takes many steps in one dispatch. Only weights,
 * moments, gradients of the last step and history reach memory that others read.
 */
export function resident(architecture: Architecture, options: PlanOptions): Plan {
  const book = textbook(architecture, options);
  const { m: rowsOfBatch, room = rowsOfBatch } = options;
  const laid = layoutOf(storedTensors(book));
  const at = (name: string) => laid.offsets.get(name)!;
  const isSmall = parameterCount(architecture) <= MOST_WRITTEN_OUT;
  const place = {
    gradients: at('layer1.dw'),
    scratch: laid.sizes.get('workspace')!,
    count: laid.sizes.get('parameters')!,
  };
  const chosen = isSmall
    ? rows(architecture, options.tile, at, place)
    : phases(architecture, options.tile, at, place, room);
  const scratch: Tensor = {
    name: 'scratch',
    shape: [Math.max(1, chosen.scratch)],
    role: 'scratch',
    type: 'f32',
    arena: 'workspace',
  };
  return {
    name: 'resident',
    texts,
    takesMany: true,
    tensors: [...storedTensors(book), scratch],
    tables: new Map([
      ['learning', learningTable(options.optimizer, at('layer1.b'))] as const,
      ...(chosen.table ? [chosen.table] : []),
    ]),
    passes: {
      batch: [],
      forward: [],
      loss: [],
      backward: [],
      update: [pass(architecture, options, chosen, at, passesOf(book))],
      record: [],
    },
  };
}

/**
 * What others read of a step, in the workspace: the history, then dw and db as the parameters lie in theirs, then
 * the clock. Scratch comes behind.
 */
function storedTensors({ tensors }: Plan): Tensor[] {
  const inWorkspace = ({ name }: Tensor) => name === 'history' || name === 'clock' || /\.d[wb]$/.test(name);
  const others = tensors.filter(
    (tensor) => !inWorkspace(tensor) && tensor.role !== 'forward' && tensor.role !== 'backward',
  );
  const mine = tensors
    .filter(inWorkspace)
    .map((tensor): Tensor => ({ ...tensor, type: 'f32', arena: 'workspace' }))
    .sort((a, b) => Number(b.name === 'history') - Number(a.name === 'history'));
  return [...others, ...mine];
}

function pass(
  architecture: Architecture,
  { loss, huberDelta, optimizer, clip, weighted, accuracy, data }: PlanOptions,
  { kernel, constants, params, table }: Resident,
  at: (name: string) => number,
  parts: readonly Pass[],
): Pass {
  const sizes = sizesOf(architecture);
  const outputs = sizes[sizes.length - 1];
  const { share, scale } = lossFactors(loss, 1, outputs);
  return {
    label: 'steps',
    kernel,
    flags: [
      ...new Set(architecture.layers.flatMap(({ activation }) => FLAGS[activation])),
      ...LOSS_FLAGS[loss],
      ...(CANCELS.includes(loss) ? ['CANCELS'] : []),
      ...updateFlags(optimizer),
      ...(clip === undefined ? [] : ['CLIP']),
      ...(weighted ? ['WEIGHTED'] : []),
    ],
    constants,
    params: {
      clockAt: at('clock'),
      historyAt: at('history'),
      total: data.reduce((sum, { held }) => sum + held, 0),
      gradients: at('layer1.dw'),
      accuracy: accuracy ? 1 : 0,
      binary: outputs === 1 || loss === 'binaryCrossEntropy' ? 1 : 0,
      share,
      scale,
      delta: huberDelta,
      limit: clip ?? 0,
      ...params,
    },
    tensors: {
      data_x: 'data.x0',
      data_y: 'data.y0',
      schedule: 'schedule',
      workspace: 'workspace',
      ...learningTensors(optimizer),
      ...(table && { [table[0]]: table[0] }),
      ...(weighted && { data_weight: 'data.weight0' }),
    },
    parts,
  };
}
