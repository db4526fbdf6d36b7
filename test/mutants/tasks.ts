import type { Task } from '../../src/cli/tasks.ts';
import { KatmanError } from '../../src/errors.ts';
import { openGpu } from '../../src/gpu/open.ts';
import type { Gpu } from '../../src/gpu/gpu.ts';
import { type Kernel, variantName } from '../../src/gpu/kernel.ts';
import { kernelText } from '../../src/gpu/pipelines.ts';
import { runKernel } from '../../src/gpu/run.ts';
import { kernels } from '../../src/kernels/index.ts';
import { library } from '../../src/kernels/library.ts';
import { type ContractName, contracts } from '../../src/lab/cases.ts';
import { checkKernel } from '../../src/lab/check.ts';
import { type Case, LEVELS } from '../../src/lab/contract.ts';
import { Judge } from '../../src/lab/judge.ts';
import { withFuel } from './fuel.ts';

type Library = Readonly<Record<string, string>>;

/** What became of one mutant. */
export interface Verdict {
  /** `invalid`: it does not compile. `unused`: no kernel contains it. */
  readonly state: 'invalid' | 'unused' | 'killed' | 'survived';
  /** Kernel and level, or what it did, that killed it. */
  readonly by?: string;
  /** Of a survivor: where it gives other bits than the original; undefined if nowhere. */
  readonly changes?: string;
}

const fuelled = Object.fromEntries(Object.entries(library).map(([name, text]) => [name, withFuel(text)]));

/** What lasts from mutant to mutant: the device, the cases and what has to come out of them. */
class Bench {
  readonly #cases = new Map<string, readonly Case[]>();

  private constructor(
    readonly gpu: Gpu,
    readonly judge: Judge,
  ) {}

  static async open(): Promise<Bench> {
    const gpu = await openGpu();
    return new Bench(gpu, await Judge.create(gpu));
  }

  casesOf(kernel: Kernel): readonly Case[] {
    const name = (kernel.contract ?? kernel.name) as ContractName;
    if (!this.#cases.has(name)) this.#cases.set(name, contracts[name].cases());
    return this.#cases.get(name)!;
  }
}

let bench: Promise<Bench> | undefined;

/**
 * The kernels that a changed file changes, each with the variants that it changes. Those that stand for several
 * passes have no cases of their own: whole steps judge them, and no mutants are made of them.
 */
function affected(file: string, text: string): { kernel: Kernel; original: Kernel; files: Library }[] {
  const pasted = /^lib\/(\w+)\.wgsl$/.exec(file)?.[1];
  const files = pasted ? { ...fuelled, [pasted]: withFuel(text) } : fuelled;
  return Object.values(kernels).flatMap((kernel) => {
    if (kernel.stands) return [];
    const original = { ...kernel, source: withFuel(kernel.source) };
    const source = file === `${kernel.name}.wgsl` ? withFuel(text) : original.source;
    const variants = kernel.variants.filter(
      (flags) => kernelText({ ...kernel, source }, flags, files) !== kernelText(original, flags, fuelled),
    );
    return variants.length ? [{ kernel: { ...kernel, source, variants }, original, files }] : [];
  });
}

async function judge(file: string, text: string): Promise<Verdict> {
  const { gpu, judge, casesOf } = await (bench ??= Bench.open()).then((one) => ({
    gpu: one.gpu,
    judge: one.judge,
    casesOf: (kernel: Kernel) => one.casesOf(kernel),
  }));
  const changed = affected(file, text);
  if (!changed.length) return { state: 'unused' };
  for (const { kernel, files } of changed) {
    try {
      const options = { library: files, judge, cases: casesOf(kernel), stop: true };
      const { levels } = await checkKernel(gpu, kernel, options);
      const level = LEVELS.find((name) => levels[name] && !(levels[name].fraction <= 1));
      if (level) return { state: 'killed', by: `${kernel.name} ${level}` };
    } catch (error) {
      // Whatever else is thrown is a fault of the test, and no verdict.
      if (!(error instanceof KatmanError)) throw error;
      const { message } = error;
      if (message.includes('does not compile')) return { state: 'invalid', by: message };
      return { state: 'killed', by: message };
    }
  }
  for (const one of changed) {
    const changes = await differs(gpu, one, casesOf(one.kernel));
    if (changes) return { state: 'survived', changes };
  }
  return { state: 'survived' };
}

/** The first case in which a mutant gives other bits than the original. */
async function differs(
  gpu: Gpu,
  { kernel, original, files }: { kernel: Kernel; original: Kernel; files: Library },
  cases: readonly Case[],
): Promise<string | undefined> {
  const variants = new Set(kernel.variants.map((flags) => variantName('', flags)));
  for (const one of cases.filter(({ flags }) => variants.has(variantName('', flags)))) {
    const got = await runKernel(gpu, kernel, { ...one, library: files });
    const was = await runKernel(gpu, original, { ...one, library: fuelled });
    for (const [output, values] of Object.entries(got)) {
      const at = values.findIndex(
        (value, i) => !Object.is(value, was[output][i]) && value !== was[output][i],
      );
      if (at < 0) continue;
      return `${variantName(kernel.name, one.flags)} ${JSON.stringify(one.params)}: ${output}[${at}] ${was[output][at]} -> ${values[at]}`;
    }
  }
  return undefined;
}

export const tasks: Record<string, Task> = {
  /** Judges some mutants, one after the other, on one device that stays open. */
  async mutants({ mutants }: { mutants: readonly { file: string; text: string }[] }) {
    const verdicts: Verdict[] = [];
    for (const { file, text } of mutants) verdicts.push(await judge(file, text));
    return verdicts;
  },
};
