import { EditorView } from '@codemirror/view';

const MONO = 'ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace';

/** The look of the editor, in the colours of tokens.css. */
export const theme = EditorView.theme({
  '&': { height: '100%', background: 'var(--panel)', color: 'var(--ink)', fontSize: '13px' },
  '&.cm-focused': { outline: '2px solid var(--focus)', outlineOffset: '-2px' },
  '.cm-scroller': { fontFamily: MONO, lineHeight: '20px', overflow: 'auto' },
  '.cm-content': { padding: '8px 0', caretColor: 'var(--ink)' },
  '.cm-line': { padding: '0 16px 0 8px' },
  '.cm-cursor, .cm-dropCursor': { borderLeftColor: 'var(--ink)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
    background: 'light-dark(#d5e4f6, #26405e)',
  },
  '.cm-gutters': {
    background: 'var(--panel)',
    color: 'var(--ink-3)',
    border: 'none',
    borderRight: '1px solid var(--line)',
  },
  '.cm-activeLineGutter': { background: 'var(--hover)', color: 'var(--ink)' },
  '.cm-lineNumbers .cm-gutterElement': { minWidth: '36px', padding: '0 6px 0 8px' },
  '.cm-foldGutter .cm-gutterElement': { cursor: 'pointer', padding: '0 4px' },
  '.cm-foldPlaceholder': {
    background: 'var(--hover)',
    border: '1px solid var(--line)',
    color: 'var(--ink-2)',
    padding: '0 6px',
    margin: '0 4px',
  },
  '.directive, .directive span': { color: 'var(--focus)', fontStyle: 'normal', fontWeight: '600' },
  '.cm-matchingBracket, &.cm-focused .cm-matchingBracket': {
    background: 'var(--hover)',
    outline: '1px solid var(--edge)',
  },
  '.cm-selectionMatch': { background: 'var(--hover)' },
  '.cm-searchMatch': { background: 'light-dark(#fbe2c4, #553510)' },
  '.cm-searchMatch-selected': { outline: '2px solid var(--focus)' },
  '.cm-panels': { background: 'var(--paper)', color: 'var(--ink)', fontFamily: 'var(--sans)' },
  '.cm-panels-top': { borderBottom: '1px solid var(--line)' },
  '.cm-panel.cm-search': { padding: '8px 32px 8px 12px' },
  '.cm-textfield, .cm-button': {
    background: 'var(--panel)',
    backgroundImage: 'none',
    color: 'var(--ink)',
    border: '1px solid var(--edge)',
    borderRadius: '4px',
    fontSize: '12px',
  },
  '.cm-tooltip': {
    background: 'var(--panel)',
    color: 'var(--ink)',
    border: '1px solid var(--edge)',
    borderRadius: '4px',
    maxWidth: '480px',
  },
  '.cm-diagnostic-error': { borderLeftColor: 'var(--bad)' },
  '.cm-lintRange-error': {
    backgroundImage: 'none',
    textDecoration: 'underline wavy var(--bad)',
    textUnderlineOffset: '3px',
  },
  '.cm-lint-marker-error': {
    content: 'none',
    width: '9px',
    height: '9px',
    marginTop: '6px',
    background: 'var(--bad)',
    borderRadius: '50%',
  },
});
