import { openGpu } from '../gpu/open.ts';
import { type Pass, variantName } from '../gpu/kernel.ts';
import type { Gpu } from '../gpu/gpu.ts';
import { runKernel } from '../gpu/run.ts';
import { type KernelName, kernels } from '../kernels/index.ts';
import { library } from '../kernels/library.ts';
import { type ContractName, contracts } from '../lab/cases.ts';
import { type ClockOptions, measure } from '../lab/clock.ts';
import { type ClockDescription, DeviceClock, type Source } from '../lab/clock/device.ts';
import { type Loaded, load } from '../lab/clock/load.ts';
import { type Worst, compare } from '../lab/compare.ts';
import type { Case } from '../lab/contract.ts';
import { normals } from '../lab/inputs.ts';
import { checkProduct } from '../lab/product.ts';
import { type Roofs, measureRoofs } from '../lab/roofs.ts';
import { Random } from '../random.ts';
import { ELEMENTS, type KernelGroup } from './benchPlan.ts';
import type { KernelRow } from './benchReceipt.ts';
import { describeWrong, standings } from './benchStandings.ts';

/** What a page tells while it measures: the share of the work that is done. */
interface Context {
  emit(done: number): void;
  signal: AbortSignal;
}

/** One dispatch may take long where a product is computed in software, in ms. */
const TIMEOUT = 60_000;

/** The clock of this device, and the two roofs over it. @param source the kind of clock, if not the best there is */
export async function roofsTask(
  { seconds, source }: { seconds: number; source?: Source },
  { emit, signal }: Context,
): Promise<{ clock: ClockDescription; roofs: Roofs }> {
  return withClock(source, async (gpu, clock) => ({
    clock: clock.description,
    roofs: await measureRoofs(gpu, clock, {
      budget: 1000 * seconds,
      timeout: TIMEOUT,
      signal,
      onProgress: emit,
    }),
  }));
}

/** Checks the kernels of a group on the numbers to come, then times those that are right, against each other. */
export async function kernelGroupTask(
  { group, seconds }: { group: KernelGroup; seconds: number },
  { emit, signal }: Context,
): Promise<{ rows: KernelRow[]; notes: readonly string[] }> {
  return withClock(undefined, async (gpu, clock) => {
    const loaded = new Map<string, Loaded>();
    const rows: KernelRow[] = [];
    try {
      for (const { kernel, flags } of group.members) {
        const name = variantName(kernel, flags);
        const one = caseOf(kernel, flags, group);
        const worst = await check(gpu, kernel, one);
        const row = {
          name,
          group: group.title,
          flops: kernels[kernel].flops(one.params),
          bytes: 0,
          standing: '' as const,
        };
        if (!(worst.fraction <= 1)) {
          rows.push({ ...row, wrong: describeWrong(`number ${worst.index}`, worst) });
          continue;
        }
        const made = await load(gpu, { ...one, kernel: kernels[kernel] });
        loaded.set(name, made);
        rows.push({ ...row, bytes: made.bytes });
      }
      const contestants = [...loaded].map(([name, { program }]) => clock.contestant(name, program));
      const options: ClockOptions = {
        ...clock.options,
        budget: 1000 * seconds * contestants.length,
        ...{ timeout: TIMEOUT, signal, onProgress: emit },
      };
      const measured = await measure(contestants, options);
      gpu.check();
      const results = standings(measured, group.rivals);
      return { rows: rows.map((row) => ({ ...row, ...results(row.name) })), notes: measured.notes };
    } finally {
      for (const { dispose } of loaded.values()) dispose();
    }
  });
}

async function withClock<T>(
  source: Source | undefined,
  work: (gpu: Gpu, clock: DeviceClock) => Promise<T>,
): Promise<T> {
  const gpu = await openGpu();
  try {
    const clock = await DeviceClock.open(gpu, source);
    try {
      return await work(gpu, clock);
    } finally {
      clock.dispose();
    }
  } finally {
    gpu.dispose();
  }
}

const contractOf = (kernel: KernelName) => (kernels[kernel].contract ?? kernel) as ContractName;

/** What a kernel is timed on: normally distributed matrices, or a case of its contract many times over. */
function caseOf(kernel: KernelName, flags: readonly string[], { params }: KernelGroup): Case {
  if (!('k' in params)) return enlarged(contractOf(kernel), flags);
  const { m, k, n } = params;
  const random = new Random(m, k, n);
  return { flags, params, inputs: { a: normals(random, m * k), b: normals(random, k * n) } };
}

/** A case of `ELEMENTS` numbers: the largest of the contract, its tensors repeated and all else as it is. */
function enlarged(contract: ContractName, flags: readonly string[]): Case {
  const elements = ({ params: { count, m, n } }: Case) => count ?? m * n;
  const own = contracts[contract]
    .cases()
    .filter((one) => String(one.flags) === String(flags) && one.kind !== 'diverged');
  const inexact = own.filter(({ kind }) => kind !== 'exact');
  const base = (inexact.length ? inexact : own).reduce((most, one) =>
    elements(one) > elements(most) ? one : most,
  );
  const { count, n = 1 } = base.params;
  const rows = Math.floor(ELEMENTS / n);
  const larger = (values: Float32Array | Uint32Array) => {
    // Tensors grow; tables, keys and single numbers stay.
    if (values.length >= elements(base)) return repeated(values, elements(base), rows * n);
    return values.length === base.params.m ? repeated(values, values.length, rows) : values;
  };
  return {
    ...base,
    params: { ...base.params, ...(count === undefined ? { m: rows } : { count: ELEMENTS }) },
    inputs: Object.fromEntries(Object.entries(base.inputs).map(([name, values]) => [name, larger(values)])),
  };
}

function repeated<T extends Float32Array | Uint32Array>(values: T, period: number, length: number): T {
  const made = new (values.constructor as new (length: number) => T)(length);
  for (let at = 0; at < length; at += period) made.set(values.subarray(0, Math.min(period, length - at)), at);
  return made;
}

/** At the very size that is timed: what a kernel does to a few numbers says little of many. */
async function check(gpu: Gpu, name: KernelName, one: Case): Promise<Worst> {
  const { flags, params, inputs, kind } = one;
  if ('k' in params)
    return checkProduct(gpu, { label: name, kernel: name, flags, params, tensors: {} } as Pass);
  const { oracle, bound } = contracts[contractOf(name)];
  const got = await runKernel(gpu, kernels[name], { flags, params, inputs, library });
  return Object.entries(oracle(new Set(flags), params, inputs))
    .map(([output, want]) =>
      compare(got[output], want, kind === 'exact' ? () => 0 : bound(one, output, want)),
    )
    .reduce((worst, found) => (found.fraction > worst.fraction ? found : worst));
}
