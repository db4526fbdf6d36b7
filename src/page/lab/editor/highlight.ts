import { wgslLanguage } from '@iizukak/codemirror-lang-wgsl';
import {
  HighlightStyle,
  LanguageSupport,
  foldInside,
  foldNodeProp,
  foldService,
  syntaxHighlighting,
} from '@codemirror/language';
import { Decoration, type DecorationSet, EditorView, MatchDecorator, ViewPlugin } from '@codemirror/view';
import type { ViewUpdate } from '@codemirror/view';
import { tags } from '@lezer/highlight';

/** WGSL with blocks that fold. */
const language = new LanguageSupport(
  wgslLanguage.configure({
    props: [foldNodeProp.add({ CompoundStatement: foldInside, StructBodyDeclaration: foldInside })],
  }),
);

const style = HighlightStyle.define([
  { tag: tags.keyword, color: 'var(--pos)' },
  { tag: tags.typeName, color: 'var(--ok)' },
  { tag: tags.number, color: 'var(--neg)' },
  { tag: tags.comment, color: 'var(--ink-3)', fontStyle: 'italic' },
  { tag: tags.attributeName, color: 'var(--focus)' },
]);

/** `//#if FLAG` is a comment to WGSL; here it decides which lines there are. */
const directive = new MatchDecorator({
  regexp: /^\s*\/\/#.*$/gm,
  decoration: Decoration.mark({ class: 'directive' }),
});

const directives = ViewPlugin.fromClass(
  class {
    decorations: DecorationSet;
    constructor(view: EditorView) {
      this.decorations = directive.createDeco(view);
    }
    update(update: ViewUpdate): void {
      this.decorations = directive.updateDeco(update, this.decorations);
    }
  },
  { decorations: (plugin) => plugin.decorations },
);

/** `//#if` folds up to its `//#endif`, `//#repeat` up to its `//#end`. */
const folds = foldService.of((state, start) => {
  const opens = /^\s*\/\/#(if|repeat)\b/;
  const closes = /^\s*\/\/#(endif|end)\b/;
  const line = state.doc.lineAt(start);
  if (!opens.test(line.text)) return null;
  for (let depth = 1, number = line.number + 1; number <= state.doc.lines; number++) {
    const { text, from } = state.doc.line(number);
    depth += Number(opens.test(text)) - Number(closes.test(text));
    if (depth === 0) return { from: line.to, to: from - 1 };
  }
  return null;
});

/** How WGSL with Katman's directives is coloured and folded. */
export const highlighting = [language, syntaxHighlighting(style), directives, folds];
