import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import type { Evaluation } from '../../src/cli/evaluate.ts';
import type { Receipt } from '../../src/cli/receipt.ts';
import { katman, useFolder } from './command.ts';
import { outputsOf, savedModel } from './models.ts';

const folder = useFolder();
const adapter = ['--require', inject('adapter')];
const at = (name: string) => path.join(folder, name);
const json = <T>(name: string): T => JSON.parse(readFileSync(at(name), 'utf8'));

/** Houses whose prices are far from 1, and whose areas are not. */
const houses = Array.from({ length: 120 }, (_, i) => {
  const [width, height] = [i % 11, (i * 7) % 13];
  return { width, height, price: 250_000 + 30_000 * width - 10_000 * height, area: 1 + width / 10 };
});
const data = at('houses.csv');
writeFileSync(
  data,
  `width,height,price,area\n${houses.map((row) => Object.values(row).join()).join('\n')}\n`,
);
const testRows = [0, 5, 10, 15, 20, 25];
writeFileSync(at('split.json'), JSON.stringify(testRows));
const common = ['--data', data, '--split', at('split.json'), '--layers', 'none', '--batch', '16', ...adapter];

describe('a regression', () => {
  it('standardises its targets, and undoes that in metrics, predictions and evaluation', async () => {
    const label = ['--label', 'price,area'];
    const saved = at('houses.safetensors');
    const trained = await katman([
      ...['train', ...common, ...label, '--validation-split', '0.25', '--epochs', '60'],
      ...['--save', saved, '--json', at('run.json')],
    ]);
    expect(trained.code, trained.stderr).toBe(0);
    expect(trained.stderr).toMatch(/regression of price, area\n/);
    expect(trained.stderr).not.toMatch(/standardize-targets|below 0/);
    expect(trained.stdout).toMatch(/rows +loss +R2 +MAE\ntrain .*\nvalidation .*\ntest /);
    const { metrics, network } = json<Receipt>('run.json');
    expect(network).toEqual({ layers: [2, 2], activations: ['identity'], loss: 'mse' });
    for (const { r2 } of [metrics!.train, metrics!.validation!, metrics!.test!])
      expect(r2).toBeGreaterThan(0.9999);

    // The same by hand, in float64 and in the unit of the file.
    const model = savedModel(saved);
    expect(model.targetStandardization!.mean[0]).toBeGreaterThan(200_000);
    const errors = testRows.flatMap((i) => {
      const { width, height, price, area } = houses[i];
      const outputs = outputsOf(model, { width: String(width), height: String(height) });
      return [outputs[0] - price, outputs[1] - area];
    });
    const mean = (values: number[]) => values.reduce((a, b) => a + b) / values.length;
    const { mae, mse } = metrics!.test!;
    // One rounding of a float32 near 1 is 0.01 of these prices.
    expect(Math.abs(mae! - mean(errors.map(Math.abs)))).toBeLessThan(0.1);
    expect(Math.sqrt(mse!)).toBeCloseTo(Math.sqrt(mean(errors.map((error) => error ** 2))), 0);

    const words = ['--model', saved, '--data', data];
    const judged = await katman([
      ...['evaluate', ...words, '--split', at('split.json'), ...adapter],
      ...['--json', at('judged.json')],
    ]);
    expect(judged.code, judged.stderr).toBe(0);
    expect(json<Evaluation>('judged.json').metrics).toEqual(metrics!.test);
    const predicted = await katman(['predict', ...words, '--out', '-', ...adapter]);
    expect(predicted.code, predicted.stderr).toBe(0);
    const [header, ...lines] = predicted.stdout.trimEnd().split('\n');
    expect(header).toBe('price,area');
    lines.forEach((line, i) => {
      const [price, area] = line.split(',').map(Number);
      expect(Math.abs(price / houses[i].price - 1)).toBeLessThan(0.01);
      expect(Math.abs(area - houses[i].area)).toBeLessThan(0.01);
    });
  });

  it('takes its targets as they are if told to, and warns of them', async () => {
    const words = ['train', ...common, '--label', 'price', '--no-standardize-targets', '--epochs', '2'];
    const small = ['--learning-rate', '1e-6', '--save', at('raw.safetensors'), '--json', at('raw.json')];
    const { code, stderr } = await katman([...words, ...small]);
    expect(code, stderr).toBe(0);
    expect(stderr).toMatch(/'price' holds numbers up to \d+, and --no-standardize-targets leaves them/);
    expect(stderr).toMatch(/R2 of the training rows is -\d+\.\d+, below 0: their mean would predict/);
    expect(savedModel(at('raw.safetensors')).targetStandardization).toBeUndefined();
    const { metrics, experiment } = json<Receipt>('raw.json');
    expect(metrics!.train.loss / metrics!.train.mse!).toBeCloseTo(1, 5);
    expect(experiment.standardizeTargets).toBe(false);
  });

  it('is pooled over folds in the unit of its targets', async () => {
    const { code, stdout, stderr } = await katman([
      ...['train', '--data', data, '--label', 'price', '--layers', 'none', '--folds', '3', ...adapter],
      ...['--json', at('folds.json')],
    ]);
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/houses +loss +R2 +MAE\nfold 1 /);
    const { folds, metrics } = json<Receipt>('folds.json');
    const mae = folds!.reduce((sum, fold) => sum + fold.mae! / 3, 0);
    expect(metrics!.test!.mae).toBeCloseTo(mae, 5);
    expect(metrics!.test!.r2).toBeGreaterThan(0.99);
  });
});
