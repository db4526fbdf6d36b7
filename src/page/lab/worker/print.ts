import type { Gpu } from '../../../gpu/gpu.ts';
import { kernels } from '../../../kernels/index.ts';
import { whereOf } from '../../../lab/workbench/judge.ts';
import { type PrintCase, printAttempt } from '../../../lab/workbench/print.ts';
import { textOf } from '../../../lab/workbench/text.ts';
import type { Verdict } from '../../../lab/workbench/types.ts';
import { casesFor, nameOf, paramsIn } from './look.ts';
import type { PrintLook, ToWorker } from './messages.ts';

/** Numbers in the outputs of the case that is printed from unasked. */
const HANDY = 64;

type Job = Extract<ToWorker, { type: 'print' }>;
type Answer = (PrintLook & { kind: 'printed' }) | Extract<Verdict, { kind: 'hung' }>;

/** Runs a text with its prints on one of its cases. */
export async function printOn(gpu: Gpu, job: Job, signal: AbortSignal): Promise<Answer> {
  const { attempt } = job;
  const { names, cases } = job.cases ? ownCases(job) : contractCases(job);
  const sizeOf = ({ inputs }: PrintCase) =>
    Object.values(inputs).reduce((sum, { length }) => sum + length, 1);
  const far = (one: PrintCase) => Math.abs(Math.log(sizeOf(one) / HANDY));
  const wrong = wrongOf(job);
  const handy = cases.reduce((best, one, at) => (far(one) < far(cases[best]) ? at : best), 0);
  const index = job.index ?? (wrong >= 0 ? wrong : handy);
  const prints = await printAttempt(gpu, attempt, cases[index], { signal });
  return prints.kind === 'hung' ? prints : { ...prints, index, names };
}

interface Cases {
  readonly names: readonly string[];
  readonly cases: readonly PrintCase[];
}

function contractCases({ attempt }: Job): Cases {
  const cases = casesFor(attempt);
  return { cases, names: cases.map(({ params, kind }) => nameOf(params, kind)) };
}

function ownCases({ attempt, cases = [] }: Job): Cases {
  const { text } = textOf(attempt, false);
  return {
    names: cases.map(({ params }) => nameOf(params)),
    cases: cases.map(({ params, inputs, want }) => ({
      params: paramsIn(text, params),
      inputs,
      sizes: Object.fromEntries(Object.entries(want).map(([name, { length }]) => [name, length])),
    })),
  };
}

/** The case that was wrong; -1 if none was. */
function wrongOf({ attempt, where, cases }: Job): number {
  if (where === undefined) return -1;
  if (cases) return Number(/case (\d+)/.exec(where)?.[1] ?? 0) - 1;
  return casesFor(attempt).findIndex((one) => whereOf(kernels[attempt.kernel], one) === where);
}
