import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { loadBuiltin } from '../../src/data/builtin.ts';
import { preprocess } from '../../src/data/preprocess.ts';
import { readModel } from '../../src/formats/readModel.ts';
import type { Architecture } from '../../src/network/layers.ts';
import { CpuNetwork } from '../../src/session/cpuNetwork.ts';
import { number, pause, steps, visits } from './visit.ts';

const start = visits();

it('the network is taken away as a file that predicts what the page did', async () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'katman-away-'));
  try {
    const page = await start({ hash: 'data=iris' });
    const session = await page.createCDPSession();
    await session.send('Page.setDownloadBehavior', { behavior: 'allow', downloadPath: folder });
    await steps(page, 60);
    await pause(page);
    const score = await number(page, 'score');
    await page.click('[popovertarget=export]');
    await page.click('[data-format=safetensors]');
    const file = 'katman-iris.safetensors';
    for (let i = 0; i < 100 && !readdirSync(folder).includes(file); i++)
      await new Promise((resolve) => setTimeout(resolve, 100));
    const model = readModel(readFileSync(path.join(folder, file)), file);
    const { data, testRows } = await loadBuiltin('iris');
    const { train } = data.splitAt(testRows!);
    const network = await CpuNetwork.create(model.network as Architecture);
    network.setParameters(model.parameters);
    const { accuracy } = await network.evaluate(preprocess(train, model.preprocessing));
    expect(100 * accuracy!).toBeCloseTo(score, 0);
    expect(model.metrics).toMatchObject({ train: { score: accuracy } });
  } finally {
    rmSync(folder, { recursive: true });
  }
});
