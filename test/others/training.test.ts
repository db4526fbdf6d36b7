import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Evaluation } from '../../src/cli/evaluate.ts';
import type { Receipt } from '../../src/cli/receipt.ts';
import { katman, useFolder } from '../cli/command.ts';
import { OTHERS, REQUIRE } from './target.ts';

const folder = useFolder();
const at = (name: string) => path.join(folder, name);
const json = <T>(file: string): T => JSON.parse(readFileSync(file, 'utf8'));

/** Runs a command that is to succeed. */
async function done(...words: string[]): Promise<void> {
  const { code, stderr } = await katman([...words, '--require', REQUIRE]);
  expect(code, stderr).toBe(0);
}

async function train(browser: string, name: string): Promise<Receipt> {
  const files = ['--save', at(`${name}.safetensors`), '--json', at(`${name}.json`)];
  await done('train', '--browser', browser, ...files);
  return json(at(`${name}.json`));
}

/** How far the losses of two runs are apart, measured as in the golden files. */
function distance(a: Receipt, b: Receipt): number {
  expect(a.loss!.length).toBe(b.loss!.length);
  const floor = 0.01 * Math.max(...a.loss!.map(([, loss]) => loss));
  return Math.max(
    ...a.loss!.map(([, loss], i) => Math.abs(loss - b.loss![i][1]) / Math.max(Math.abs(loss), floor)),
  );
}

describe('the digits', () => {
  let chrome: Receipt;
  beforeAll(async () => {
    chrome = await train('chrome', 'chrome');
  });

  it.each(OTHERS)('are learnt in %s, the same seed to the same bits, and as in Chrome', async (browser) => {
    const first = await train(browser, browser);
    const again = await train(browser, `${browser}-again`);
    expect(first.metrics!.test!.accuracy).toBeGreaterThan(0.95);
    expect(first.browser).toMatchObject({ name: browser, version: expect.stringMatching(/^\d+\./) });
    expect(first.browser!.flags).not.toEqual([]);
    // The same kernels; their tiles may differ, as Firefox has no subgroups.
    const names = ({ kernels }: Receipt) => Object.keys(kernels!).map((name) => name.split(' ')[0]);
    expect(names(first).sort()).toEqual(names(chrome).sort());
    expect(again).toMatchObject({ weights: first.weights, loss: first.loss });
    // The golden run of the same kind: ReLU and cross-entropy.
    const { tolerance } = json<any>(
      path.resolve(import.meta.dirname, '../../golden/07-relu-ce-nesterov.json'),
    );
    expect(distance(chrome, first)).toBeLessThanOrEqual(tolerance.f32.losses);
  });

  it.each(OTHERS)('are judged in %s, by the network that Chrome has trained', async (browser) => {
    const words = ['--model', at('chrome.safetensors'), '--data', 'digits', '--browser', browser];
    const split = at('split.json');
    writeFileSync(split, JSON.stringify(json<any>('data/splits.json').digits.test));
    await done('evaluate', ...words, '--split', split, '--json', at('judged.json'));
    const { metrics, browser: where } = json<Evaluation>(at('judged.json'));
    expect(where.name).toBe(browser);
    expect(metrics.confusion).toEqual(chrome.metrics!.test!.confusion);
    await done('predict', ...words, '--out', at('predictions.csv'));
    expect(readFileSync(at('predictions.csv'), 'utf8').trim().split('\n')).toHaveLength(1797 + 1);
  });
});
