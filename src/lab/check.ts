import type { Gpu } from '../gpu/gpu.ts';
import { type Kernel, constantsOf, variantName } from '../gpu/kernel.ts';
import { runKernel } from '../gpu/run.ts';
import { kernels } from '../kernels/index.ts';
import { library } from '../kernels/library.ts';
import { type ContractName, contracts } from './cases.ts';
import { type Worst, compare } from './compare.ts';
import { type Case, LEVELS, type Level } from './contract.ts';
import { type Judgement, Judge } from './judge.ts';

/** What one level of checking showed. */
export interface LevelReport {
  /** Cases tried. */
  readonly cases: number;
  /** Numbers compared. */
  readonly elements: number;
  /** The largest |got - want| / bound; the kernel is right when it is at most 1. */
  readonly fraction: number;
  /** Variant, params, output and element of that largest fraction. */
  readonly where: string;
  /** That element: what was got, what was wanted, and the bound. */
  readonly worst: Worst | undefined;
}

/** What trying a kernel on all its cases showed. */
export interface KernelReport extends LevelReport {
  /** Its name. */
  readonly kernel: string;
  /** By level; those that do not apply are left out. */
  readonly levels: Readonly<Partial<Record<Level, LevelReport>>>;
  /** Why the mirror does not apply; empty if it does. */
  readonly noMirror: string;
}

/** How a kernel is tried. */
export interface CheckOptions {
  /** The files that the kernel includes. */
  readonly library?: Readonly<Record<string, string>>;
  /** @internal What is to come out, kept from one check to the next. */
  readonly judge?: Judge;
  /** Tried instead of the contract's own. */
  readonly cases?: readonly Case[];
  /** Whether the first case that fails is the last. */
  readonly stop?: boolean;
}

/**
 * How wide the rows of a dispatch may be. Exact cases are tried folded as well, in rows of three
 * workgroups: what happens to millions of numbers can be seen of a few hundred.
 */
function rowsOf(kernel: Kernel, { kind, params, flags }: Case): (number | undefined)[] {
  return kind === 'exact' && kernel.workgroups(params, constantsOf(kernel), flags) > 3
    ? [undefined, 3]
    : [undefined];
}

const NOTHING: LevelReport = { cases: 0, elements: 0, fraction: 0, where: '', worst: undefined };

/**
 * Tries a kernel on every case of its contract, in each of its variants, at every level that applies.
 * @param kernel a row of the table, or another text for the same contract
 * @throws ShaderError if it does not compile or writes where it must not
 */
export async function checkKernel(
  gpu: Gpu,
  kernel: Kernel,
  { library: files = library, judge: kept, cases, stop = false }: CheckOptions = {},
): Promise<KernelReport> {
  const name = (kernel.contract ?? kernel.name) as ContractName;
  const judge = kept ?? (await Judge.create(gpu));
  const wanted = new Set(kernel.variants.map((flags) => variantName('', flags)));
  const levels: Partial<Record<Level, LevelReport>> = {};
  let tried = 0;
  for (const one of cases ?? contracts[name].cases()) {
    if (!wanted.has(variantName('', one.flags))) continue;
    tried++;
    const judgements = await judge.judgements(name, kernel, one);
    for (const { level } of judgements) {
      const { cases, ...rest } = levels[level] ?? NOTHING;
      levels[level] = { ...rest, cases: cases + 1 };
    }
    for (const widest of rowsOf(kernel, one)) {
      const got = await runKernel(gpu, kernel, { ...one, library: files, widest });
      for (const judgement of judgements) {
        const { level } = judgement;
        levels[level] = add(levels[level]!, kernel, one, judgement, got);
      }
    }
    if (stop && judgements.some(({ level }) => !(levels[level]!.fraction <= 1))) break;
  }
  const all = LEVELS.flatMap((level) => levels[level] ?? []);
  const worst = all.reduce((most, level) => (level.fraction > most.fraction ? level : most), NOTHING);
  return {
    ...worst,
    kernel: kernel.name,
    cases: tried,
    elements: all.reduce((sum, { elements }) => sum + elements, 0),
    levels,
    noMirror: judge.noMirror(name, kernel),
  };
}

function add(
  report: LevelReport,
  kernel: Kernel,
  one: Case,
  { level, wanted }: Judgement,
  got: Record<string, Float32Array | Uint32Array>,
): LevelReport {
  let { elements, fraction, where, worst } = report;
  for (const [output, { values, bound }] of Object.entries(wanted)) {
    const found = compare(got[output], values, bound, {
      diverged: one.kind === 'diverged' && level !== 'mirror',
    });
    elements += values.length;
    if (found.fraction <= fraction) continue;
    const sizes = Object.entries(one.params).map(([name, value]) => `${name}=${value}`);
    where = `${variantName(kernel.name, one.flags)} ${sizes.join(' ')}: ${output}[${found.index}]`;
    ({ fraction } = found);
    worst = found;
  }
  return { cases: report.cases, elements, fraction, where, worst };
}

/** Every kernel of the table. */
export async function checkKernels(gpu: Gpu): Promise<KernelReport[]> {
  const reports: KernelReport[] = [];
  for (const kernel of Object.values(kernels))
    if (!kernel.stands) reports.push(await checkKernel(gpu, kernel));
  return reports;
}
