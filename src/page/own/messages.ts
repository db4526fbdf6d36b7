import type { DatasetFields } from '../../data/dataset.ts';
import type { ImagesSummary } from './images.ts';
import type { Plan } from './plan.ts';
import type { Choice, TableSummary } from './table.ts';

/** What was found in the files. */
export type Summary =
  | { readonly type: 'table'; readonly table: TableSummary }
  | { readonly type: 'images'; readonly images: ImagesSummary };

/** Of images only the share for the test is chosen, and that only where the files do not say it. */
export type AnyChoice = Choice | Pick<Choice, 'testShare'>;

/**
 * What the worker is asked. Answers carry the number of the question; only the last one asked matters.
 * 'plan' tells what 'use' would give.
 */
export type ToOwnWorker =
  | { readonly id: number; readonly type: 'files'; readonly files: readonly File[] }
  | { readonly id: number; readonly type: 'text'; readonly name: string; readonly text: string }
  | { readonly id: number; readonly type: 'plan' | 'use'; readonly choice: AnyChoice }
  | { readonly id: number; readonly type: 'cancel' };

export type FromOwnWorker =
  | { readonly id: number; readonly type: 'progress'; readonly done: number; readonly total: number }
  | { readonly id: number; readonly type: 'summary'; readonly summary: Summary }
  | { readonly id: number; readonly type: 'plan'; readonly plan: Plan }
  | {
      readonly id: number;
      readonly type: 'data';
      readonly fields: DatasetFields;
      readonly testRows: Uint32Array | undefined;
      readonly plan: Plan;
    }
  | {
      readonly id: number;
      readonly type: 'error';
      /** In English; `problemIn` says it in other languages. */
      readonly message: string;
      /** The column, or the derived feature, that it is about. */
      readonly column?: string;
    };
