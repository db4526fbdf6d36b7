import type { Gpu } from '../../gpu/gpu.ts';
import { library } from '../../kernels/library.ts';
import { tokensOf } from '../../wgsl/tokens.ts';
import { type Difference, differences } from './bindings.ts';
import { LATE, within } from './patience.ts';
import { type Text, textOf } from './text.ts';
import { Unfit, problemAt } from './trace.ts';
import type { Attempt, Problem } from './types.ts';

/** How long a compiler may take, in ms. */
const COMPILE_MS = 30_000;
/** A compiler may find something in every line; nobody reads more. */
const MOST_PROBLEMS = 100;

/** What keeps a text from being judged; empty if nothing does. */
export async function compileAttempt(gpu: Gpu, attempt: Attempt): Promise<Problem[]> {
  try {
    await prepare(gpu, attempt, true);
    return [];
  } catch (error) {
    if (error instanceof Unfit) return [...error.problems];
    throw error;
  }
}

/** The kernel of an attempt, compiled. @throws Unfit with all that is wrong with it */
export async function prepare(gpu: Gpu, attempt: Attempt, guard: boolean): Promise<Text> {
  const made = textOf(attempt, guard);
  await compileText(gpu, made, (text) => differences(text, made.kernel, made.kernel.flags));
  return made;
}

/**
 * Compiles what will be run, and finds the place of all that is wrong.
 * @param more what else is wrong with a text that the compiler takes
 * @throws Unfit
 */
export async function compileText(
  gpu: Gpu,
  { kernel, text, origins }: Text,
  more: (text: string) => readonly Difference[] = () => [],
): Promise<void> {
  const lines = text.split('\n');
  const place = (at: number | undefined, message: string) => {
    if (at === undefined) return problemAt(undefined, undefined, message);
    const before = text.slice(0, at).split('\n');
    return problemAt(origins[before.length - 1], before[before.length - 1].length + 1, message);
  };
  // Where it is, compilers do not say.
  const nul = text.indexOf('\0');
  if (nul >= 0)
    throw new Unfit([place(nul, 'There is a character NUL, which is no part of WGSL: take it out')]);
  const missing = missingFeatures(gpu, text).map(({ at, message }) => place(at, message));
  if (missing.length) throw new Unfit(missing);
  const messages = await messagesOf(gpu, kernel.name, text);
  if (messages.length)
    throw new Unfit(
      messages
        .slice(0, MOST_PROBLEMS)
        .map(({ lineNum, linePos, message }) =>
          problemAt(
            origins[Math.min(lineNum, lines.length) - 1],
            linePos || undefined,
            message.split('\n')[0],
          ),
        ),
    );
  if (!/@compute[^]*\bfn\s+main\s*\(/.test(text))
    throw new Unfit([
      problemAt(
        undefined,
        undefined,
        "There is no function 'main': begin it with '@compute @workgroup_size(64) fn main('",
      ),
    ]);
  const different = more(text).map(({ at, message }) => place(at, message));
  if (different.length) throw new Unfit(different);
  const pipeline = gpu.pipelines.get(kernel, kernel.flags, library).catch((error: Error) => {
    throw new Unfit([problemAt(undefined, undefined, said(error.message))]);
  });
  pipeline.catch(() => {});
  if ((await within(COMPILE_MS, pipeline)) === LATE)
    throw new Unfit([
      problemAt(
        undefined,
        undefined,
        `The compiler has not finished after ${COMPILE_MS / 1000} s; shorten the text, or what its counts write out`,
      ),
    ]);
}

const FEATURES: Readonly<Record<string, string>> = {
  f16: 'shader-f16',
  subgroups: 'subgroups',
  clip_distances: 'clip-distances',
  dual_source_blending: 'dual-source-blending',
  primitive_index: 'primitive-index',
};

/** What a text enables that the device was not opened with. */
function missingFeatures({ device }: Gpu, text: string): { at: number; message: string }[] {
  const tokens = tokensOf(text);
  const found: { at: number; message: string }[] = [];
  for (
    let i = 0;
    tokens[i]?.text === 'enable' || tokens[i]?.text === 'requires' || tokens[i]?.text === 'diagnostic';
  ) {
    const isEnable = tokens[i].text === 'enable';
    for (i++; tokens[i] && tokens[i].text !== ';'; i++) {
      const feature = FEATURES[tokens[i].text];
      if (isEnable && feature && !device.features.has(feature))
        found.push({
          at: tokens[i].at,
          message: `'enable ${tokens[i].text}' wants the feature '${feature}', which this device was not opened with: leave it out, or use another adapter`,
        });
    }
    i++;
  }
  return found;
}

/** What the compiler says of the text itself, before it is a pipeline. */
async function messagesOf({ device }: Gpu, label: string, text: string): Promise<GPUCompilationMessage[]> {
  device.pushErrorScope('validation');
  const module = device.createShaderModule({ label, code: text });
  const [{ messages }] = await Promise.all([module.getCompilationInfo(), device.popErrorScope()]);
  return messages.filter(({ type }) => type === 'error');
}

/** The first sentence of what a browser says of a pipeline; where that only names a step of the compiler, its error. */
function said(message: string): string {
  const [first, ...others] = message.split('\n');
  const error = FAILED.test(first) && others.map((line) => ERROR.exec(line)?.[1]).find((found) => found);
  return (error || first).replace(/^kernel '[^']*' does not compile: /, '').trim();
}

const FAILED = /An error occurred while generating/;
const ERROR = /^:\d+:\d+ error: (.+)/;
