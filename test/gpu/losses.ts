import { type CDPSession } from 'puppeteer';
import { afterAll, beforeAll, expect, inject } from 'vitest';
import { type HarnessPage, openPage } from '../../src/cli/harness.ts';
import { type Launched, launch } from '../../src/cli/launch.ts';
import { type Server, startServer } from '../../src/cli/server.ts';
import { dense } from '../../src/network/layers.ts';
import { adam } from '../../src/network/optimizer.ts';
import { Random } from '../../src/random.ts';
import type { FitOptions } from '../../src/session/options.ts';

const random = new Random(3);
const rows = 300;
const x = Float32Array.from({ length: 8 * rows }, () => random.normal());
const y = new Float32Array(3 * rows);
for (let i = 0; i < rows; i++) y[3 * i + (x[8 * i] > 0 ? 0 : x[8 * i + 1] > 0 ? 1 : 2)] = 1;

/** A training to lose devices in: batches, dropout, a validation after each epoch. */
export const input = {
  network: {
    inputs: 8,
    layers: [dense(24, 'tanh', { dropout: 0.2 }), dense(12, 'relu'), dense(3, 'softmax')],
    init: { seed: 4 },
  },
  data: { rows, x, y },
  fit: {
    batchSize: 32,
    steps: 2000,
    seed: 2,
    optimizer: adam({ learningRate: 0.003 }),
    validation: { rows: 60, x: x.slice(0, 480).map((value) => value + 0.2), y: y.slice(0, 180) },
    validationFrequency: 20,
  } as FitOptions,
};

/** A browser of its own, whose GPU process the tests of one file end as often as they want. */
export function useLosses() {
  let server: Server;
  let launched: Launched;
  let page: HarnessPage;
  let session: CDPSession;
  beforeAll(async () => {
    server = await startServer();
    launched = await launch(server, { require: inject('adapter') });
    page = await openPage(launched.browser!, server, { tasks: '/test/gpu/checkpointTasks.ts' });
    session = await launched.browser!.target().createCDPSession();
  });
  afterAll(async () => {
    await launched?.close();
    await server?.close();
  });

  const lose = () => session.send('Browser.crashGpuProcess').catch(() => {});

  /** Runs a task, and loses a device every time that it has made a step since the last loss, `wait` ms later. */
  async function losing(
    task: string,
    given: object,
    losses: number,
    wait: () => number,
    onLoss?: (count: number) => void,
  ) {
    let lost = 0;
    let isWaiting = false;
    const onEvent = ({ step, back }: { step?: number; back?: number }) => {
      // What comes before that may have been sent before the loss.
      if (back !== undefined) isWaiting = false;
      if (step === undefined || isWaiting || lost === losses) return;
      isWaiting = true;
      setTimeout(async () => {
        lost++;
        onLoss?.(lost);
        await lose();
      }, wait());
    };
    const answer = await page.run(task, { ...given, losses }, { onEvent });
    return { ...answer, lost };
  }

  /** A training with so many losses, beside the same without. */
  async function compare(given: typeof input, losses: number, onLoss?: (count: number) => void) {
    const straight = await page.run('straight', given);
    const pauses = new Random(9);
    const { backs, epochs, bytes, lost, ...trained } = await losing(
      'lost',
      given,
      losses,
      () => pauses.uniform(0, 120),
      onLoss,
    );
    const { recoveries, notes: _notes, segments, ...history } = trained.history;
    const { recoveries: _none, notes: _, segments: one, ...wanted } = straight.history;
    expect(lost).toBe(losses);
    expect(trained.parameters).toEqual(straight.parameters);
    expect(history).toEqual(wanted);
    expect(bytes).toBe(0);
    // No epoch was told twice, and none left out.
    expect(epochs).toEqual(epochs.map((_: number, i: number) => i + 1));
    return {
      recoveries,
      segments,
      one,
      backs: (backs as number[]).sort((a, b) => a - b),
      notes: trained.history.notes,
    };
  }

  return { run: (...call: Parameters<HarnessPage['run']>) => page.run(...call), losing, lose, compare };
}

/** The figure below which so many percent of sorted figures lie. */
export function percentile(sorted: readonly number[], percent: number): number {
  return sorted[Math.min(sorted.length - 1, Math.ceil((percent / 100) * sorted.length) - 1)];
}
