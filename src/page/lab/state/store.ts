import { signal } from '@preact/signals';
import type { AdapterDescription } from '../../../gpu/adapter.ts';
import type { Roofs } from '../../../lab/roofs.ts';
import type { SweepPoint, Verdict } from '../../../lab/workbench/types.ts';
import type { Look, PrintLook, Stage } from '../worker/messages.ts';
import type { Draft } from './draft.ts';
import type { Saved } from './history.ts';

/** What the lab shows. */

/** Undefined until the first text is there. */
export const draft = signal<Draft | undefined>(undefined);
/** The text as it is shipped, of the kernel that is chosen. */
export const shipped = signal('');
/** The text as the GPU compiles it, of what was compiled last. */
export const compiled = signal('');
/** Whether it came with a link: then nothing of it runs until it is asked for. */
export const locked = signal(false);

export const verdict = signal<Verdict | undefined>(undefined);
/** What the verdict is of. */
export const tried = signal<Draft | undefined>(undefined);
/** What is being done; undefined: nothing. */
export const stage = signal<{ readonly stage: Stage; readonly done: number } | undefined>(undefined);

/** A sentence on what happened beside the verdict. */
export type Notice =
  | 'badLink'
  | 'fromLink'
  | 'copied'
  | 'saved'
  | 'badFile'
  | 'noStorage'
  | 'leftBehind'
  | { readonly failed: string }
  | { readonly imported: number }
  | { readonly size: string };
export const notice = signal<Notice | undefined>(undefined);

/** What an oracle of one's own did wrong. */
export type OracleTrouble =
  | { readonly kind: 'threw'; readonly message: string }
  | { readonly kind: 'late' }
  | { readonly kind: 'missing' }
  | { readonly kind: 'noOutput'; readonly outputs: readonly string[] }
  | { readonly kind: 'length'; readonly output: string; readonly got: number; readonly want: number };
export const oracleTrouble = signal<OracleTrouble | undefined>(undefined);

export const adapter = signal<AdapterDescription | undefined>(undefined);
export const roofs = signal<Pick<Roofs, 'compute' | 'memory'> | undefined>(undefined);

export interface SweepResult {
  readonly name: string;
  /** The other axis; undefined for a curve. */
  readonly other: string | undefined;
  readonly rows: readonly {
    readonly value: number;
    readonly points: readonly SweepPoint[];
    readonly fastest: readonly number[];
  }[];
  readonly done: boolean;
}
export const sweep = signal<SweepResult | undefined>(undefined);

/** What was printed, or why nothing could be; of the text that is tried. */
export const printed = signal<PrintLook | { readonly failed: string } | undefined>(undefined);
export const look = signal<Look | undefined>(undefined);
/** The oldest first. */
export const attempts = signal<readonly Saved[]>([]);
