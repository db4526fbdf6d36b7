import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { bracketMatching, foldGutter, foldKeymap, indentOnInput, indentUnit } from '@codemirror/language';
import { type Diagnostic, lintGutter, lintKeymap, setDiagnostics } from '@codemirror/lint';
import { highlightSelectionMatches, search, searchKeymap } from '@codemirror/search';
import { Annotation, Compartment, EditorState, type Extension } from '@codemirror/state';
import {
  EditorView,
  drawSelection,
  highlightActiveLineGutter,
  highlightSpecialChars,
  keymap,
  lineNumbers,
} from '@codemirror/view';
import type { Problem } from '../../../lab/workbench/types.ts';
import type { Language } from '../../language.ts';
import { TURKISH } from './phrases.ts';
import { theme } from './theme.ts';

export interface EditorOptions {
  /** What the text is, for who cannot see it. */
  readonly label: string;
  readonly language: Extension;
  readonly readOnly?: boolean;
  /** Hears the text after every change by hand. */
  readonly onEdit?: (text: string) => void;
  /** Keys of the page that work inside too. */
  readonly keys?: Readonly<Record<string, () => void>>;
}

/**
 * What is typed over a selection is put into the text here: a browser would carry the style of what was there along, as
 * a style attribute, which the policy of the page refuses.
 */
const typeOver = EditorView.domEventHandlers({
  beforeinput({ inputType, data }, view) {
    const { state } = view;
    if (inputType !== 'insertText' || !data || state.readOnly || view.composing) return false;
    if (state.selection.ranges.every(({ empty }) => empty)) return false;
    view.dispatch(state.replaceSelection(data), { userEvent: 'input.type', scrollIntoView: true });
    return true;
  },
});

/** Marks a change that the page made itself. */
const given = Annotation.define<boolean>();

/**
 * An editor inside a shadow root of its own: there its styles are sheets that are made, not elements, and the
 * page's policy lets no style element through.
 */
export class Editor {
  readonly #view: EditorView;
  readonly #spoken = new Compartment();
  readonly #named = new Compartment();

  constructor(host: HTMLElement, { label, language, readOnly = false, onEdit, keys = {} }: EditorOptions) {
    const root = host.shadowRoot ?? host.attachShadow({ mode: 'open' });
    const bindings = Object.entries(keys).map(([key, run]) => ({ key, run: () => (run(), true) }));
    this.#view = new EditorView({
      root,
      parent: root,
      extensions: [
        keymap.of(bindings),
        lineNumbers(),
        readOnly ? [EditorState.readOnly.of(true)] : [history(), lintGutter()],
        highlightActiveLineGutter(),
        highlightSpecialChars(),
        foldGutter(),
        drawSelection(),
        indentOnInput(),
        indentUnit.of('    '),
        bracketMatching(),
        highlightSelectionMatches(),
        search({ top: true }),
        typeOver,
        language,
        theme,
        this.#spoken.of([]),
        this.#named.of(EditorView.contentAttributes.of({ 'aria-label': label, tabindex: '0' })),
        // Escape, then Tab, leaves the editor.
        keymap.of([
          ...searchKeymap,
          ...foldKeymap,
          ...lintKeymap,
          ...historyKeymap,
          ...defaultKeymap,
          ...(readOnly ? [] : [indentWithTab]),
        ]),
        EditorView.updateListener.of(({ docChanged, transactions, state }) => {
          if (docChanged && !transactions.some((one) => one.annotation(given)))
            onEdit?.(state.doc.toString());
        }),
      ],
    });
  }

  get text(): string {
    return this.#view.state.doc.toString();
  }

  /** Shows another text; what was typed can be brought back with undo. */
  show(text: string): void {
    if (text === this.text) return;
    const { length } = this.#view.state.doc;
    this.#view.dispatch({ changes: { from: 0, to: length, insert: text }, annotations: given.of(true) });
  }

  /** Marks what is wrong, each on its line; what concerns the whole text stands on the first. */
  mark(problems: readonly Problem[]): void {
    const { doc } = this.#view.state;
    const found = problems.map(({ line = 1, column = 1, message }): Diagnostic => {
      const at = doc.line(Math.min(Math.max(1, line), doc.lines));
      const from = Math.min(at.from + Math.max(0, column - 1), at.to);
      return { from, to: Math.max(from, at.to), severity: 'error', message };
    });
    this.#view.dispatch(setDiagnostics(this.#view.state, found));
  }

  /** Puts the cursor on a line, and the line in sight. */
  goTo(line: number): void {
    const { doc } = this.#view.state;
    const { from } = doc.line(Math.min(Math.max(1, line), doc.lines));
    this.#view.dispatch({
      selection: { anchor: from },
      effects: EditorView.scrollIntoView(from, { y: 'center' }),
    });
    this.#view.focus();
  }

  speak(language: Language, label: string): void {
    const phrases = language === 'tr' ? EditorState.phrases.of({ ...TURKISH }) : [];
    this.#view.dispatch({
      effects: [
        this.#spoken.reconfigure(phrases),
        this.#named.reconfigure(EditorView.contentAttributes.of({ 'aria-label': label, tabindex: '0' })),
      ],
    });
  }

  destroy(): void {
    this.#view.destroy();
  }
}
