import type { Edit, Experiment, Story } from '../state/experiment.ts';

/** The story of a run as it came to be, and what of it is yet to come while it is told again. */
export class Telling {
  #start!: Experiment;
  #edits: Edit[] = [];
  /** The rest: edits to come, and where it ends. */
  rest: { readonly edits: Edit[]; readonly steps: number; readonly plays: boolean } | undefined;

  /** Another story, from its start; `isTold`: it is where it ends already. */
  begin({ start, edits, steps }: Story, { plays, isTold }: { plays: boolean; isTold: boolean }): void {
    this.#start = start;
    this.#edits = isTold ? [...edits] : [];
    this.rest = steps > 0 && !isTold ? { edits: [...edits], steps, plays } : undefined;
  }

  /** A change was made before this step. */
  changed(step: number, change: Partial<Experiment>): void {
    this.#edits.push({ step, change });
  }

  /** The changes since the story was this one. */
  after({ edits }: Story): readonly Edit[] {
    return this.#edits.slice(edits.length);
  }

  /** What was told until this step. */
  until(steps: number): Story {
    return { start: this.#start, edits: [...this.#edits], steps };
  }
}
