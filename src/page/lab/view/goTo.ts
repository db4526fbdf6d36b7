import type { Editor } from '../editor/editor.ts';

/** The editor that is on the page. */
export const shown: { editor?: Editor } = {};

/** Puts the cursor on a line of the text. */
export function goTo(line: number): void {
  shown.editor?.goTo(line);
}
