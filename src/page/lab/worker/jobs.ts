import type { Gpu } from '../../../gpu/gpu.ts';
import { constantsOf } from '../../../gpu/kernel.ts';
import { kernels } from '../../../kernels/index.ts';
import { DeviceClock } from '../../../lab/clock/device.ts';
import { measureRoofs } from '../../../lab/roofs.ts';
import { compileAttempt } from '../../../lab/workbench/compile.ts';
import { judgeAttempt } from '../../../lab/workbench/judge.ts';
import { judgeOwn } from '../../../lab/workbench/own.ts';
import { sweepAttempt } from '../../../lab/workbench/sweep.ts';
import { textOf } from '../../../lab/workbench/text.ts';
import { Unfit } from '../../../lab/workbench/trace.ts';
import { timeAttempt } from '../../../lab/workbench/time.ts';
import type { Attempt, OwnCase, Problem, Verdict, WorkbenchOptions } from '../../../lab/workbench/types.ts';
import { casesFor, lookAt, paramsIn } from './look.ts';
import { printOn } from './print.ts';
import type { FromWorker, Stage, ToWorker } from './messages.ts';

/** How long timing, a sweep's row and the roofs may take, in s. */
const SECONDS = 2;
const ROOF_MS = 3000;
/** Inputs that an oracle of one's own is tried on. */
const MOST_INPUTS = 12;
const LARGEST_INPUT = 2 ** 16;

export type Job = Exclude<ToWorker, { type: 'stop' }>;
type Post = (message: FromWorker) => void;

interface Context {
  readonly gpu: Gpu;
  readonly signal: AbortSignal;
  readonly post: Post;
}

/** Does one job. @returns whether its text hangs on the device */
export async function perform(job: Job, context: Context): Promise<boolean> {
  switch (job.type) {
    case 'try':
      return attempt(job, context);
    case 'inputs':
      inputs(job, context.post);
      return false;
    case 'sweep':
      return sweep(job, context);
    case 'look': {
      const look = await lookAt(context.gpu, job);
      context.post({ type: 'looked', job: job.job, look });
      return false;
    }
    case 'print':
      return printed(job, context);
    case 'roofs':
      await roofs(job, context);
      return false;
  }
}

type Of<Type> = Extract<Job, { type: Type }>;

const stages =
  ({ job }: Job, { post, signal }: Context) =>
  (stage: Stage): WorkbenchOptions => {
    post({ type: 'stage', job, stage, done: 0 });
    return { signal, onProgress: (done) => post({ type: 'stage', job, stage, done }) };
  };

async function attempt(message: Of<'try'>, context: Context): Promise<boolean> {
  const { job, attempt, cases, times } = message;
  const { gpu, post } = context;
  const stage = stages(message, context);
  const say = (verdict: Verdict, final: boolean) => {
    post({ type: 'verdict', job, verdict, final });
    return verdict.kind === 'hung';
  };
  stage('compiling');
  // With an oracle of one's own, the bindings are one's own too.
  const problems = cases ? [] : await compileAttempt(gpu, attempt);
  if (problems.length) return say({ kind: 'invalid', problems }, true);
  if (cases && unfit(attempt)) return say({ kind: 'invalid', problems: unfit(attempt)! }, true);
  post({ type: 'text', job, text: textOf(attempt, false).text });
  const verdict = cases
    ? await judgedByOwn(message, cases, context)
    : await judgeAttempt(gpu, attempt, stage('judging'));
  if (verdict.kind !== 'right' || !times) return say(verdict, true);
  say(verdict, false);
  const timing = await timeAttempt(gpu, attempt, { ...stage('timing'), seconds: SECONDS });
  return say('kind' in timing ? timing : { ...verdict, timing }, true);
}

/** What is wrong with the directives of a text. */
function unfit(attempt: Attempt): readonly Problem[] | undefined {
  try {
    textOf(attempt, false);
    return undefined;
  } catch (error) {
    if (error instanceof Unfit) return error.problems;
    throw error;
  }
}

/** Case by case, for each has its own number of workgroups. */
async function judgedByOwn(
  message: Of<'try'>,
  cases: readonly OwnCase[],
  context: Context,
): Promise<Verdict> {
  const { attempt } = message;
  const { onProgress, ...options } = stages(message, context)('judging');
  const { kernel, text } = textOf(attempt, false);
  const constants = constantsOf(kernel);
  // What its overrides are to be stands in the text: there is no row of the table beside it.
  const source = text.replace(
    /(\boverride\s+(\w+)[^=;]*=\s*)([^;]+);/g,
    (line, start: string, name: string) =>
      name in attempt.constants ? `${start}${attempt.constants[name]};` : line,
  );
  let sum: Extract<Verdict, { kind: 'right' }> = {
    ...{ kind: 'right', cases: 0, elements: 0, fraction: 0, timing: undefined },
  };
  for (const [i, one] of cases.entries()) {
    const workgroups = attempt.workgroups ?? kernel.workgroups(one.params, constants, attempt.flags);
    if (!Number.isSafeInteger(workgroups)) return invalid(NO_WORKGROUPS);
    const verdict = await judgeOwn(
      context.gpu,
      { name: attempt.kernel, source, workgroups, cases: [{ ...one, params: paramsIn(text, one.params) }] },
      options,
    );
    if (verdict.kind === 'wrong')
      return { ...verdict, cases: i + 1, wrong: { ...verdict.wrong, where: `case ${i + 1}` } };
    if (verdict.kind !== 'right') return verdict;
    const fraction = Math.max(sum.fraction, verdict.fraction);
    sum = { ...sum, cases: i + 1, elements: sum.elements + verdict.elements, fraction };
    onProgress?.((i + 1) / cases.length);
  }
  return sum;
}

const NO_WORKGROUPS =
  "The params of your cases do not say how many workgroups there are: give a number under 'Workgroups', or a line such as '// workgroups: ceil(count / 64)' in the text";

const invalid = (message: string): Verdict => ({
  kind: 'invalid',
  problems: [{ line: undefined, column: undefined, message }],
});

/** Small inputs of the contract: those that are not finite are no question to an oracle of one's own. */
function inputs({ job, attempt }: Of<'inputs'>, post: Post): void {
  const calls = casesFor(attempt)
    .filter(({ kind, inputs }) => {
      const sizes = Object.values(inputs).map(({ length }) => length);
      return kind !== 'diverged' && Math.max(0, ...sizes) <= LARGEST_INPUT;
    })
    .slice(0, MOST_INPUTS)
    .map(({ params, inputs }) => ({ params, inputs }));
  const lengths = calls.map(({ params }) => kernels[attempt.kernel].outputs(params));
  post({ type: 'inputs', job, calls, lengths });
}

async function sweep(message: Of<'sweep'>, context: Context): Promise<boolean> {
  const { job, range, rows } = message;
  const { onProgress, ...options } = stages(message, context)('sweeping');
  for (const [i, { value, attempt }] of rows.entries()) {
    const { points, fastest } = await sweepAttempt(context.gpu, attempt, range, {
      ...options,
      seconds: SECONDS,
      onProgress: (done) => onProgress?.((i + done) / rows.length),
    });
    const isHung = points.some(({ verdict }) => verdict.kind === 'hung');
    const final = isHung || i === rows.length - 1;
    context.post({ type: 'swept', job, value, points, fastest, final });
    if (isHung) return true;
  }
  return false;
}

async function printed(job: Of<'print'>, { gpu, post, signal }: Context): Promise<boolean> {
  const look = await printOn(gpu, job, signal);
  if (look.kind === 'hung') post({ type: 'failed', job: job.job, message: look.message });
  else post({ type: 'printed', job: job.job, look });
  return look.kind === 'hung';
}

async function roofs(message: Of<'roofs'>, context: Context): Promise<void> {
  const { onProgress, signal } = stages(message, context)('roofs');
  const clock = await DeviceClock.open(context.gpu);
  try {
    const { compute, memory } = await measureRoofs(context.gpu, clock, {
      budget: ROOF_MS,
      signal,
      onProgress,
    });
    context.post({ type: 'roofs', job: message.job, roofs: { compute, memory } });
  } finally {
    clock.dispose();
  }
}
