import { parseCsv } from '../../../src/data/csv.ts';
import { loadBuiltin } from '../../../src/data/builtin.ts';
import type { Dataset } from '../../../src/data/dataset.ts';
import { tableToDataset } from '../../../src/data/tabular.ts';
import type { ModelFile } from '../../../src/formats/model.ts';
import { type Activation, dense } from '../../../src/network/layers.ts';
import { adam } from '../../../src/network/optimizer.ts';
import { Random } from '../../../src/random.ts';
import { CpuNetwork } from '../../../src/session/cpuNetwork.ts';
import { lossFor, outputLayer, prepare, targetsFor } from '../../../src/session/prepare.ts';

/** A data set that comes with Katman, or `sales`. */
export async function dataFor(name: string): Promise<Dataset> {
  return name === 'sales' ? sales() : (await loadBuiltin(name)).data;
}

/** Houses with text, missing numbers, and years that lie close together and far from 0. */
function sales(): Dataset {
  const random = new Random(7);
  const rows = Array.from({ length: 120 }, (_, i) => {
    const area = i % 7 === 0 ? '' : (60 + 200 * random.uniform()).toFixed(1);
    const year = i % 11 === 0 ? '' : String(1_000_000_000 + Math.floor(1000 * random.uniform()));
    const kind = ['flat', 'house', 'ev, müstakil'][i % 3];
    return `${area},${year},"${kind}",${(1e5 + 1000 * Number(area) * (1 + (i % 3))).toFixed(0)},${i % 13}`;
  });
  const table = parseCsv(`area,built,kind,price,age\n${rows.join('\n')}\n`, 'sales.csv');
  return tableToDataset(table, { label: ['price', 'age'], missing: 'impute' }).data;
}

/** A small network that has learnt a little of a data set, as `train` would save it. */
export async function trained(data: Dataset, activation: Activation): Promise<ModelFile> {
  const loss = lossFor(data);
  const { train, preprocessing } = prepare(data);
  const last = outputLayer(data, loss);
  const layers = [dense(12, activation), dense(8, activation), last];
  const network = await CpuNetwork.create({ inputs: data.features.length, layers, init: { seed: 2 } });
  const examples = { rows: train.rows, x: train.x, y: targetsFor(train, loss) };
  const optimizer = adam({ learningRate: 0.02 });
  const history = await network.fit(examples, { loss, optimizer, batchSize: 16, epochs: 20, seed: 3 });
  return {
    network: { inputs: data.features.length, layers, loss },
    parameters: await network.parameters(),
    preprocessing,
    targets: data.targets,
    classes: data.classes,
    metrics: { loss: history.loss[history.loss.length - 1] },
  };
}
