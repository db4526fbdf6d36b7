import type { Attempt } from '../../../lab/workbench/types.ts';
import { shapeNames } from '../../../lab/workbench/shape.ts';
import { attempted } from './actions.ts';
import { begin, stop } from './bench.ts';
import type { Draft } from './draft.ts';
import { draft, notice, stage, sweep } from './store.ts';

/** One axis: a count, an override or a size, and its values. */
export interface Axis {
  readonly name: string;
  readonly values: readonly number[];
}

let job = 0;

/** Tries every value of an axis, or of two. */
export function runSweep(axis: Axis, other?: Axis): void {
  const now = draft.value;
  if (!now) return;
  stopSweep();
  const rows = (other?.values ?? [0]).flatMap((value) => {
    const attempt = attempted(other ? varied(now, other.name, value) : now);
    return attempt ? [{ value, attempt: attempt as Attempt }] : [];
  });
  sweep.value = { name: axis.name, other: other?.name, rows: [], done: false };
  job = begin({ type: 'sweep', range: axis, rows }, (message) => {
    const so = sweep.value!;
    if (message.type === 'stage') stage.value = message;
    else if (message.type === 'swept') {
      const { value, points, fastest, final } = message;
      sweep.value = { ...so, rows: [...so.rows, { value, points, fastest }], done: final };
    } else if (message.type === 'failed') notice.value = { failed: message.message };
    else if (message.type === 'ended') {
      stage.value = undefined;
      sweep.value = { ...so, done: true };
    }
  });
}

export function stopSweep(): void {
  stop(job);
  stage.value = undefined;
  if (sweep.value) sweep.value = { ...sweep.value, done: true };
}

function varied(now: Draft, name: string, value: number): Draft {
  const at = shapeNames(now.kernel).indexOf(name);
  return at < 0
    ? { ...now, constants: { ...now.constants, [name]: value } }
    : { ...now, sizes: now.sizes.with(at, value) };
}
