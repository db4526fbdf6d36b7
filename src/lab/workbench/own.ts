import { ShapeError } from '../../errors.ts';
import type { Gpu } from '../../gpu/gpu.ts';
import { readInterface } from '../../gpu/interface.ts';
import type { Kernel } from '../../gpu/kernel.ts';
import { runKernel } from '../../gpu/run.ts';
import { library } from '../../kernels/library.ts';
import { guardLoops } from '../../wgsl/loopGuard.ts';
import { type Worst, compare } from '../compare.ts';
import { compileText } from './compile.ts';
import { giveUp } from './device.ts';
import { PATIENCE, behind, describe, endless, invalid, isWrong } from './judge.ts';
import { LATE, within } from './patience.ts';
import { apart } from './prints.ts';
import { reporting, spent } from './text.ts';
import { paste, trace } from './trace.ts';
import type { OwnAttempt, OwnCase, Verdict, WorkbenchOptions } from './types.ts';

/** Judges a text whose results somebody else has computed: the first that is wrong is the last. */
export async function judgeOwn(
  gpu: Gpu,
  attempt: OwnAttempt,
  { guard = true, patience = PATIENCE, signal, onProgress }: WorkbenchOptions = {},
): Promise<Verdict> {
  try {
    const { name, source, workgroups, cases } = attempt;
    if (!cases.length) throw new ShapeError(`'${name}' has no case: give inputs and what is to come out`);
    const traced = trace(paste(source), {});
    const { origins } = traced;
    const { text } = apart(traced);
    let [elements, fraction] = [0, 0];
    for (const [i, one] of cases.entries()) {
      const sizes = Object.fromEntries(
        Object.entries(one.want).map(([output, { length }]) => [output, length]),
      );
      const kernel: Kernel = {
        name,
        source: guard ? guardLoops(text) : text,
        flags: [],
        variants: [[]],
        workgroups: () => workgroups,
        outputs: () => sizes,
        flops: () => 0,
      };
      const made = { kernel, text, origins };
      await compileText(gpu, made);
      checkInputs(text, one);
      const where = `case ${i + 1}`;
      const { params, inputs } = one;
      const got = await behind(() =>
        within(
          patience,
          runKernel(gpu, guard ? reporting(made) : kernel, { params, inputs, library }),
          signal,
        ),
      );
      if (got === LATE) return giveUp(gpu, patience, where);
      if (isWrong(got)) return { kind: 'wrong', cases: i + 1, wrong: { ...got, where } };
      if (spent(got)) return { kind: 'wrong', cases: i + 1, wrong: endless(where) };
      for (const [output, want] of Object.entries(one.want)) {
        const found: Worst = compare(got[output], want, boundOf(one, output));
        if (!(found.fraction <= 1))
          return { kind: 'wrong', cases: i + 1, wrong: describe(where, output, found, got[output]) };
        elements += want.length;
        fraction = Math.max(fraction, found.fraction);
      }
      onProgress?.((i + 1) / cases.length);
    }
    return { kind: 'right', cases: cases.length, elements, fraction, timing: undefined };
  } catch (error) {
    return invalid(error);
  }
}

/** @throws ShapeError naming an input or a result that the text has no binding for, or the other way round */
function checkInputs(text: string, { inputs, want, tolerance }: OwnCase): void {
  const bindings = readInterface(text).bindings.filter(({ access }) => access !== 'uniform');
  for (const { name, access } of bindings)
    if (access === 'read' ? !(name in inputs) : !(name in want))
      throw new ShapeError(
        `The binding '${name}' has no ${access === 'read' ? 'input' : 'result'}: give one, or take it out of the text`,
      );
  for (const name of Object.keys({ ...inputs, ...want }))
    if (!bindings.some((binding) => binding.name === name))
      throw new ShapeError(`The text has no binding '${name}': declare it, or leave its numbers out`);
  for (const [name, values] of Object.entries(want)) {
    if (!values.length || (inputs[name] && inputs[name].length !== values.length))
      throw new ShapeError(
        `The result '${name}' has ${values.length} numbers, and its binding ${inputs[name]?.length ?? 'at least 1'}: give as many`,
      );
    const bounds = 'bounds' in tolerance ? tolerance.bounds[name] : undefined;
    if ('bounds' in tolerance && bounds?.length !== values.length)
      throw new ShapeError(
        `'${name}' has ${values.length} numbers and ${bounds?.length ?? 'no'} bounds: give as many`,
      );
  }
}

/** Smallest exponent of a float32 that is not subnormal, and bits behind its point. */
const [LEAST, BITS] = [-126, 23];

function boundOf({ want, tolerance }: OwnCase, output: string): (index: number) => number {
  if ('bounds' in tolerance) return (i) => tolerance.bounds[output][i];
  return (i) => {
    const size = Math.abs(want[output][i]);
    const exponent = size > 0 ? Math.max(LEAST, Math.floor(Math.log2(size))) : LEAST;
    return tolerance.ulps * 2 ** (exponent - BITS);
  };
}
