import type { PassReport } from '../lab/verify.ts';
import type { Model } from '../network/model.ts';
import type { Examples } from '../network/residentData.ts';
import type { Trainer } from '../network/trainer.ts';
import type { Order } from '../network/submits.ts';
import { isRemembered, remember } from './remember.ts';
import { openStore } from './store.ts';

/** What verifying the device showed: one step of the very training, judged pass by pass by the oracle. */
export interface Verification {
  /** Results of passes that were to be judged. */
  readonly planned: number;
  /** Those that were. */
  readonly executed: number;
  /** Those within their bounds. */
  readonly passed: number;
  /** Those beyond. */
  readonly failed: number;
  /** The largest error as a fraction of its bound, and where. */
  readonly worst: { readonly fraction: number; readonly where: string };
  /** Whether it was this device, these kernels and these shapes that were verified before, and not again now. */
  readonly remembered: boolean;
  /** How long it took. */
  readonly milliseconds: number;
  /** Kernels that were wrong here and that others took the place of, a sentence each. */
  readonly routedAround: readonly string[];
}

/**
 * A trainer whose step this device computes rightly. A kernel that is wrong here gives way to another
 * of the same contract.
 * @param make makes the trainer anew, without the kernels in `model.avoid`; with `keep`, one that stores every tensor
 * @throws MismatchError naming kernel, layer, row and column, got, want and bound, if no kernel is left
 */
export async function verified(
  model: Model,
  examples: Examples,
  order: Order,
  make: (keep: boolean) => Promise<Trainer>,
  { always, strictly = false }: { always: boolean; strictly?: boolean },
): Promise<{ trainer: Trainer; verification: Verification }> {
  const started = performance.now();
  // Beside the compilation.
  void openStore();
  void import('../lab/verify.ts').catch(() => {});
  const routedAround: string[] = [];
  for (;;) {
    const trainer = await make(false);
    try {
      const known = !always && (await isRemembered(model.gpu, trainer.passes));
      const reports = known ? [] : await judge(model, make(true), examples, order);
      const wrong = reports.find(({ fraction }) => !(fraction <= 1));
      if (wrong === undefined) {
        if (!known) await remember(model.gpu, trainer.passes);
        const milliseconds = performance.now() - started;
        return {
          trainer,
          verification: { ...tally(reports), remembered: known, milliseconds, routedAround },
        };
      }
      const { routeAround } = await import('./routeAround.ts');
      routedAround.push(await routeAround(model, wrong, strictly));
      trainer.dispose();
    } catch (error) {
      trainer.dispose();
      throw error;
    }
  }
}

/** Makes one step, judges it, and makes it undone. */
export async function judge(
  model: Model,
  making: Promise<Trainer>,
  examples: Examples,
  order: Order,
): Promise<PassReport[]> {
  const loading = import('../lab/verify.ts');
  loading.catch(() => {});
  const trainer = await making;
  try {
    const { judgeProducts, judgeStep } = await loading;
    const { steps } = model;
    const step = await trainer.record(order, examples);
    trainer.restore(step, steps);
    const reports: PassReport[] = [];
    for await (const report of judgeStep(step)) reports.push(report);
    for await (const report of judgeProducts(model.gpu, step)) reports.push(report);
    return reports;
  } finally {
    trainer.dispose();
  }
}

function tally(
  reports: readonly PassReport[],
): Omit<Verification, 'remembered' | 'milliseconds' | 'routedAround'> {
  const worst = reports.reduce((most, report) => (report.fraction > most.fraction ? report : most), {
    fraction: 0,
    label: '',
    tensor: '',
  });
  return {
    planned: reports.length,
    executed: reports.length,
    passed: reports.length,
    failed: 0,
    worst: { fraction: worst.fraction, where: worst.tensor && `${worst.label}: ${worst.tensor}` },
  };
}
