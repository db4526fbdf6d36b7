import { UsageError } from '../../errors.ts';
import { GPU_PLANS } from '../../network/plans.ts';
import { type Choice, type GpuChoice, choiceName } from '../../session/choice.ts';
import { Network } from '../../session/network.ts';
import { type StepProfile, profileStep } from '../../session/profileStep.ts';
import type { OwnKernel, Swap } from '../../session/swap.ts';
import type { Beside, FromWorker, KernelNews } from './messages.ts';
import type { Run } from './run.ts';

type Answer = Extract<FromWorker, { type: 'profiled' | 'inside' | 'kernel' }>;
type Post = (
  answer: Answer extends infer One ? (One extends Answer ? Omit<One, 'run'> : never) : never,
) => void;

/** Does what is seldom asked for, between two runs of steps. What goes wrong with it is told, and stops no training. */
export async function beside(message: Beside, run: Run, post: Post): Promise<void> {
  if (message.type === 'profile') return profile(run, post);
  if (message.type === 'inside') return inside(message, run, post);
  const tell = (news: KernelNews) => post({ type: 'kernel', news });
  const refuse = (error: unknown) => tell({ kind: 'refused', reason: (error as Error).message });
  // Training goes on meanwhile: it is judged on a device of its own.
  if (message.type === 'judgeKernel') return void judge(message.swap, run, tell).catch(refuse);
  const { swap } = message;
  try {
    await run.swap(swap && (await ownKernel(swap, run)));
    tell({ kind: swap ? 'swapped' : 'back', step: run.step });
  } catch (error) {
    refuse(error);
  }
}

let judged: { readonly key: string; readonly own: OwnKernel } | undefined;

async function judge(swap: Swap, run: Run, tell: (news: KernelNews) => void): Promise<void> {
  await ownKernel(swap, run, (done) => tell({ kind: 'judging', done }));
  tell({ kind: 'judged' });
}

/** Judged once. */
async function ownKernel(
  swap: Swap,
  { network, prepared, options }: Run,
  onProgress?: (done: number) => void,
): Promise<OwnKernel> {
  if (!(network instanceof Network))
    throw new UsageError('The CPU has no kernels; open this page where there is a GPU');
  const key = JSON.stringify(swap);
  if (judged?.key === key) return judged.own;
  const { OwnKernel } = await import('../../session/swap.ts');
  const own = await OwnKernel.judge(network.model, prepared.train, options, swap, { onProgress });
  judged = { key, own };
  return own;
}

async function profile(run: Run, post: Post): Promise<void> {
  try {
    post({ type: 'profiled', profiles: await profilesOf(run) });
  } catch (error) {
    post({ type: 'profiled', profiles: [], problem: (error as Error).message });
  }
}

/** The plans that were timed last. */
let timed: readonly GpuChoice[] = [];

async function inside(message: Extract<Beside, { type: 'inside' }>, run: Run, post: Post): Promise<void> {
  const { plan, pass } = message;
  const answer = { type: 'inside', plan, pass } as const;
  try {
    const { lookInside } = await import('./inside.ts');
    post({ ...answer, look: await lookInside(message, run, timed) });
  } catch (error) {
    post({ ...answer, problem: (error as Error).message });
  }
}

/** Of what makes the steps, and of the textbook plan beside it; none without a GPU. */
async function profilesOf({ network, prepared, options, segment }: Run): Promise<StepProfile[]> {
  if (!(network instanceof Network)) return [];
  const isOnGpu = (choice: Choice | undefined): choice is GpuChoice =>
    choice !== undefined && GPU_PLANS.some((plan) => plan === choice.plan);
  const choices: GpuChoice[] = [
    ...(isOnGpu(segment) ? [{ plan: segment.plan, tile: segment.tile }] : []),
    { plan: 'textbook' },
  ];
  timed = choices;
  const profiles: StepProfile[] = [];
  for (const choice of choices)
    if (!profiles.some(({ plan }) => plan === choiceName(choice)))
      profiles.push(await profileStep(network.model, prepared.train, { ...options, choice }));
  return profiles;
}
