import type { Attempt, OwnCase } from '../../../lab/workbench/types.ts';
import { runOracle } from '../oracle/sandbox.ts';
import type { FromWorker } from '../worker/messages.ts';
import { begin } from './bench.ts';
import type { Draft } from './draft.ts';
import type { OracleTrouble } from './store.ts';

type Inputs = Extract<FromWorker, { type: 'inputs' }>;

/**
 * The cases of an oracle of one's own, with what it wants of each.
 * @param onJob hears the number of the job that gathers inputs
 * @returns `own`: whether the inputs are its own, too
 */
export async function ownCases(
  { oracle, ulps }: Draft,
  attempt: Attempt,
  onJob: (job: number) => void,
): Promise<{ cases: readonly OwnCase[]; own: boolean } | { trouble: OracleTrouble }> {
  const given = await inputsOf(attempt, onJob);
  if ('failed' in given) return { trouble: { kind: 'threw', message: given.failed } };
  const { calls, lengths } = given;
  const answer = await runOracle(oracle!, calls);
  if ('late' in answer) return { trouble: { kind: 'late' } };
  if ('missing' in answer) return { trouble: { kind: 'missing' } };
  if ('error' in answer) return { trouble: { kind: 'threw', message: answer.error } };
  const { own, wants } = answer;
  const tolerance = { ulps };
  const cases: OwnCase[] = [];
  for (const [i, wanted] of wants.entries()) {
    const want = { ...wanted };
    if (!own) {
      const outputs = Object.keys(lengths[i]);
      // An array by itself is the one output that there is.
      if ('' in want && outputs.length === 1) {
        want[outputs[0]] = want[''];
        delete want[''];
      }
      const known = outputs.filter((output) => output in want);
      if (!known.length) return { trouble: { kind: 'noOutput', outputs } };
      for (const output of known) {
        const [got, wants] = [want[output].length, lengths[i][output]];
        if (got !== wants) return { trouble: { kind: 'length', output, got, want: wants } };
      }
    } else if ('' in want) {
      want.out = want[''];
      delete want[''];
    }
    const { params, inputs } = own ? { params: own[i].params, inputs: floats(own[i].inputs) } : calls[i];
    cases.push({ params, inputs, want, tolerance });
  }
  if (!cases.length) return { trouble: { kind: 'threw', message: 'cases() gives none' } };
  return { cases, own: own !== undefined };
}

const floats = (inputs: Readonly<Record<string, Float64Array>>) =>
  Object.fromEntries(Object.entries(inputs).map(([name, values]) => [name, new Float32Array(values)]));

function inputsOf(attempt: Attempt, onJob: (job: number) => void): Promise<Inputs | { failed: string }> {
  return new Promise((resolve) => {
    const job = begin({ type: 'inputs', attempt }, (message) => {
      if (message.type === 'inputs') resolve(message);
      else if (message.type === 'failed') resolve({ failed: message.message });
      else if (message.type === 'ended') resolve({ failed: 'it was interrupted' });
    });
    onJob(job);
  });
}
