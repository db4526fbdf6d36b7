import { loadBuiltin } from '../data/builtin.ts';
import { type Architecture, dense } from '../network/layers.ts';
import { type Prepared as Split, lossFor, outputLayer, prepare as split } from '../session/prepare.ts';
import type { Config } from './messages.ts';
import { presets } from './presets.ts';

/** Share of the rows for the test, where a set comes without test rows of its own. */
const TEST_SHARE = 0.2;

/** The two parts of a data set, standardised, and the network that the form describes for it. */
export interface Prepared extends Pick<Split, 'train' | 'test'> {
  readonly architecture: Architecture;
}

export async function prepare({ data: name, hidden, activation, seed }: Config): Promise<Prepared> {
  const { data, testRows } = await loadBuiltin(name);
  const testShare = presets[name].holdsOut ? TEST_SHARE : 0;
  const { train, test } = split(data, { testRows, testShare, seed });
  const output = outputLayer(data, lossFor(data));
  return {
    train,
    test,
    architecture: {
      inputs: data.features.length,
      layers: [...hidden.map((units) => dense(units, activation)), output],
    },
  };
}
