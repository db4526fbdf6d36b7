import type { Task } from '../../src/cli/tasks.ts';
import { KatmanError } from '../../src/errors.ts';
import type { Gpu } from '../../src/gpu/gpu.ts';
import { type Kernel, variantName } from '../../src/gpu/kernel.ts';
import { kernelText } from '../../src/gpu/pipelines.ts';
import { openPlain } from '../../src/gpu/plain.ts';
import { runKernel } from '../../src/gpu/run.ts';
import { kernels } from '../../src/kernels/index.ts';
import { library } from '../../src/kernels/library.ts';
import { type ContractName, contracts } from '../../src/lab/cases.ts';
import { checkKernel } from '../../src/lab/check.ts';
import { type Case, LEVELS } from '../../src/lab/contract.ts';
import { Judge } from '../../src/lab/judge.ts';
import { withFuel } from './fuel.ts';
import { type Judging, networks } from './networks.ts';
import { type Library, WholeSteps, isChangedBy } from './wholeSteps.ts';

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

/** What lasts from mutant to mutant: the device, the cases and networks, and what has to come out of them. */
class Bench {
  readonly #cases = new Map<string, readonly Case[]>();
  readonly #steps = new Map<string, Promise<WholeSteps>>();

  private constructor(
    readonly gpu: Gpu,
    readonly judge: Judge,
  ) {}

  static async open(): Promise<Bench> {
    // A pass may bind as many buffers as WebGPU guarantees, and one more tells of loops that do not end.
    const gpu = await openPlain({ features: ['subgroups'], limits: { maxStorageBuffersPerShaderStage: 9 } });
    return new Bench(gpu, await Judge.create(gpu));
  }

  casesOf(kernel: Kernel): readonly Case[] {
    const name = (kernel.contract ?? kernel.name) as ContractName;
    if (!this.#cases.has(name)) this.#cases.set(name, contracts[name].cases());
    return this.#cases.get(name)!;
  }

  /** The steps of a network, made ready when they are first wanted. */
  stepsOf(network: Judging): Promise<WholeSteps> {
    const { name } = network;
    if (!this.#steps.has(name)) this.#steps.set(name, WholeSteps.create(this.gpu, network));
    return this.#steps.get(name)!;
  }
}

let bench: Promise<Bench> | undefined;

/** The name of a file that others paste. */
const pastedName = (file: string) => /^lib\/(\w+)\.wgsl$/.exec(file)?.[1];

/** The kernels with cases of their own that a changed file changes, each with the variants that it changes. */
function affected(file: string, text: string): { kernel: Kernel; original: Kernel; files: Library }[] {
  const pasted = pastedName(file);
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

/** Judged by the cases of the kernels that have some; then, where it changes others, by whole steps. */
async function judge(file: string, text: string): Promise<Verdict> {
  const opened = await (bench ??= Bench.open());
  const changed = affected(file, text);
  const byCases = changed.length ? await judgeByCases(opened, changed) : undefined;
  if (byCases && byCases.state !== 'survived') return byCases;
  const bySteps = await judgeBySteps(opened, file, text);
  if (!bySteps || bySteps.state !== 'survived') return bySteps ?? byCases ?? { state: 'unused' };
  return { state: 'survived', changes: byCases?.changes ?? bySteps.changes };
}

/** What an error says of a mutant; whatever is no error of ours is a fault of the test, and no verdict. */
function verdictOf(error: unknown): Verdict {
  if (!(error instanceof KatmanError)) throw error;
  const { message } = error;
  return { state: message.includes('does not compile') ? 'invalid' : 'killed', by: message };
}

async function judgeByCases(opened: Bench, changed: ReturnType<typeof affected>): Promise<Verdict> {
  const { gpu, judge } = opened;
  for (const { kernel, files } of changed) {
    try {
      const options = { library: files, judge, cases: opened.casesOf(kernel), stop: true };
      const { levels } = await checkKernel(gpu, kernel, options);
      const level = LEVELS.find((name) => levels[name] && !(levels[name].fraction <= 1));
      if (level) return { state: 'killed', by: `${kernel.name} ${level}` };
    } catch (error) {
      return verdictOf(error);
    }
  }
  for (const one of changed) {
    const changes = await differs(gpu, one, opened.casesOf(one.kernel));
    if (changes) return { state: 'survived', changes };
  }
  return { state: 'survived' };
}

/** Undefined if no network has a kernel that the file changes. */
async function judgeBySteps(opened: Bench, file: string, text: string): Promise<Verdict | undefined> {
  const pasted = pastedName(file);
  const sources = pasted ? {} : { [file.replace('.wgsl', '')]: text };
  const files = pasted ? { ...library, [pasted]: text } : library;
  let verdict: Verdict | undefined;
  for (const network of networks) {
    if (!(await isChangedBy(network, sources, files))) continue;
    try {
      const steps = await opened.stepsOf(network);
      const { wrong, changes } = await steps.judge(sources, files);
      if (wrong) return { state: 'killed', by: `${network.name}: ${wrong}` };
      verdict = {
        state: 'survived',
        changes: verdict?.changes ?? (changes && `${network.name}: ${changes}`),
      };
    } catch (error) {
      return verdictOf(error);
    }
  }
  return verdict;
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
  /** What is wrong with the kernels as they are, by network. */
  async unchanged() {
    const opened = await (bench ??= Bench.open());
    const wrong: string[] = [];
    for (const network of networks) {
      try {
        await (await opened.stepsOf(network)).judge({}, library);
      } catch (error) {
        wrong.push(`${network.name}: ${(error as Error).message}`);
      }
    }
    return wrong;
  },

  /** Judges some mutants, one after the other, on one device that stays open. */
  async mutants({ mutants }: { mutants: readonly { file: string; text: string }[] }) {
    const verdicts: Verdict[] = [];
    for (const { file, text } of mutants) {
      verdicts.push(await judge(file, text));
      const { gpu } = await bench!;
      try {
        gpu.check();
      } catch {
        // A device that was lost, or refused a call, would judge all that follow.
        bench = undefined;
      }
    }
    return verdicts;
  },
};
