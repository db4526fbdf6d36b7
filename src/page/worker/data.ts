import { loadBuiltin } from '../../data/builtin.ts';
import { Dataset } from '../../data/dataset.ts';
import { datasets } from '../../data/generators.ts';
import { pickTest } from '../../data/split.ts';
import { UsageError } from '../../errors.ts';
import { type Architecture, type Loss, dense } from '../../network/layers.ts';
import {
  type Prepared as Split,
  lossFor,
  outputLayer,
  prepare as split,
  targetsFor,
} from '../../session/prepare.ts';
import type { Experiment } from '../state/experiment.ts';
import type { Own } from './messages.ts';
import { isDrawn, presetOf } from '../state/presets.ts';

/** A data set in its parts, standardised, with the network and the loss of an experiment on it. */
export interface Prepared extends Pick<Split, 'preprocessing'> {
  readonly data: Dataset;
  readonly train: Part;
  readonly test: Part | undefined;
  readonly loss: Loss;
  readonly architecture: Architecture;
}

/** One part of the data: the rows as the network gets them. */
export interface Part {
  readonly rows: number;
  readonly x: Float32Array;
  readonly y: Float32Array;
  /** The same rows as the data has them. */
  readonly raw: Dataset;
}

async function load(
  experiment: Experiment,
  own: Own | undefined,
): Promise<{ data: Dataset; testRows?: ArrayLike<number> }> {
  const { data: name, points, noise, dataSeed: seed } = experiment;
  if (name === 'own') {
    if (!own)
      throw new UsageError(
        'These settings are for data of your own, which is not here: choose its file again',
      );
    return { data: new Dataset(own.fields), testRows: own.testRows };
  }
  const usual = presetOf(name);
  const isUsual = points === usual.points && noise === usual.noise && seed === usual.dataSeed;
  if (isDrawn(name) && !isUsual) {
    return { data: datasets[name as keyof typeof datasets]({ examples: points, noise, seed }) };
  }
  const { data, testRows } = await loadBuiltin(name);
  // The fixed test rows are a fifth; whoever wants another share, or other ones, gets others.
  const isFixed = experiment.held === usual.held && seed === usual.dataSeed;
  return { data, testRows: isFixed ? testRows : undefined };
}

/** @throws what the data, the loss or the layers object to */
export async function prepare(experiment: Experiment, own: Own | undefined): Promise<Prepared> {
  const { data, testRows } = await load(experiment, own);
  const rows =
    testRows ?? (experiment.held > 0 ? pickTest(data, experiment.held, experiment.dataSeed) : undefined);
  const parts = split(data, { testRows: rows });
  const raw = rows ? data.splitAt(rows) : { train: data, test: undefined };
  const loss = experiment.loss === 'auto' ? lossFor(data) : experiment.loss;
  const output = outputLayer(data, loss);
  const part = (ready: Dataset, raw: Dataset): Part => ({
    rows: ready.rows,
    x: ready.x,
    y: targetsFor(ready, loss),
    raw,
  });
  return {
    data,
    preprocessing: parts.preprocessing,
    train: part(parts.train, raw.train),
    test: parts.test && raw.test && part(parts.test, raw.test),
    loss,
    architecture: {
      inputs: data.features.length,
      layers: [
        ...experiment.layers.map(({ units, activation }) =>
          dense(units, activation, { dropout: experiment.dropout || undefined }),
        ),
        output,
      ],
    },
  };
}
