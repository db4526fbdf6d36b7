import { texts } from '../../kernels/texts/fused.ts';
import type { Pass } from '../../gpu/kernel.ts';
import type { Architecture } from '../layers.ts';
import { learningTable } from '../optimizer.ts';
import { type Plan, type PlanOptions, layoutOf, passesOf } from '../plan.ts';
import { textbook } from '../textbook/index.ts';
import { backward } from './backward.ts';
import { forward, output } from './forward.ts';
import { NOWHERE, storedTensors } from './stored.ts';
import { isLater, update } from './update.ts';

/** What the passes of the fused plan are made from. */
export interface Fusing {
  readonly architecture: Architecture;
  readonly options: PlanOptions;
  readonly tile: NonNullable<PlanOptions['tile']>;
  /** Where a tensor lies in its arena; NOWHERE if it is not stored. */
  readonly at: (tensor: string) => number;
  /** The textbook passes with these labels, those that there are. */
  readonly parts: (...labels: string[]) => Pass[];
  /** Numbers in an arena. */
  readonly sizes: ReadonlyMap<string, number>;
}

/** A tile that keeps most GPUs busy and spills on none. */
const TILE = { rows: 1, columns: 1, workgroup: 64 };

/**
 * The fused plan: two dispatches for each layer. Forward, a layer is one pass, the last with its loss and
 * dz. Backward, dz of a layer is computed beside dw of the one behind it, whose w no pass reads any more:
 * so weights change in place, and nothing races. The last pass computes dw of the first two layers. Where the
 * optimizer has to wait, one or two more.
 */
export function fused(architecture: Architecture, options: PlanOptions): Plan {
  const tensors = storedTensors(architecture, options);
  const book = new Map(passesOf(textbook(architecture, options)).map((pass) => [pass.label, pass]));
  const { offsets, sizes } = layoutOf(tensors);
  const fusing: Fusing = {
    architecture,
    options,
    tile: options.tile ?? TILE,
    at: (name) => offsets.get(name) ?? NOWHERE,
    parts: (...labels) => labels.flatMap((label) => book.get(label) ?? []),
    sizes,
  };
  return {
    name: 'fused',
    texts,
    tensors,
    tables: new Map([['learning', learningTable(options.optimizer, fusing.at('layer1.b'))]]),
    passes: {
      batch: [],
      forward: forward(fusing),
      loss: [output(fusing)],
      backward: backward(fusing),
      update: isLater(options) ? update(fusing) : [],
      record: [],
    },
  };
}
