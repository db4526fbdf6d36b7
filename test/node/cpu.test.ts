import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { CpuTrainer } from '../../src/cpu/trainer.ts';
import { initialize } from '../../src/network/initialize.ts';
import { type Loss, dense } from '../../src/network/layers.ts';
import { adam, momentum, nesterov, rmsprop } from '../../src/network/optimizer.ts';
import { batchAt } from '../../src/network/schedule.ts';
import { Random } from '../../src/random.ts';
import { runGoldenOnCpu } from '../../src/session/golden.ts';
import { goldenErrors } from '../../src/session/goldenErrors.ts';
import { readGolden } from '../../src/session/goldenFile.ts';
import { PLAIN, PlanRun } from './planRun.ts';

const folder = path.resolve(import.meta.dirname, '../../golden');
const files = readdirSync(folder).filter((name) => /^\d\d-/.test(name));

describe('the cpu plan', () => {
  it.each(files)('%s: is within the tolerance of float32', (file) => {
    const golden = readGolden(readFileSync(path.join(folder, file), 'utf8'), file)!;
    for (const { quantity, error, tolerance } of goldenErrors(runGoldenOnCpu(golden), golden))
      expect(error, quantity).toBeLessThanOrEqual(tolerance);
  });

  it.each<[Loss, 'softmax' | 'sigmoid' | 'identity', ReturnType<typeof adam>]>([
    ['softmaxCrossEntropy', 'softmax', adam({ learningRate: 0.02, l1: 0.01 })],
    ['binaryCrossEntropy', 'sigmoid', nesterov({ learningRate: 0.1, l2: 0.02, decays: 'all' })],
    ['huber', 'identity', rmsprop({ learningRate: 0.01, momentum: 0.5 })],
    ['mse', 'identity', momentum({ learningRate: 0.02, weightDecay: 0.1 })],
  ])('%s: shuffles, drops, clips and weighs as the oracle does', (loss, output, optimizer) => {
    const random = new Random(4);
    const rows = 50;
    const x = Float32Array.from({ length: 3 * rows }, () => random.normal());
    const y = loss.endsWith('Entropy')
      ? Float32Array.from({ length: 3 * rows }, (_, i) => Number(i % 3 === Math.floor(i / 3) % 3))
      : Float32Array.from({ length: 3 * rows }, (_, i) => Math.sin(i));
    const weight = Float32Array.from({ length: rows }, (_, i) => 0.5 + (i % 4) / 2);
    const architecture = {
      inputs: 3,
      layers: [dense(8, 'gelu', { dropout: 0.3 }), dense(6, 'silu'), dense(5, 'elu'), dense(3, output)],
    };
    const init = initialize(architecture, { seed: 3 });
    const method = { ...PLAIN, loss, optimizer, clip: 0.5, weighted: true, huberDelta: 0.4, accuracy: true };
    const trainer = new CpuTrainer(architecture, init, { rows, x, y, weight }, method, 16);
    const oracle = new PlanRun({ architecture, method, x, y, weight, init });
    for (let i = 0; i < 24; i++) {
      const batch = batchAt(i, { rows, batchSize: 16, shuffle: true, seed: 5 });
      const want = oracle.step(batch);
      const got = trainer.step({ ...batch, learningRate: optimizer.learningRate });
      expect(Math.abs(got.loss - want), `step ${i}`).toBeLessThan(2e-5 * Math.max(1, want));
      expect(got.accuracy).toBeCloseTo(oracle.get('accuracy')[0], 6);
    }
  });
});
