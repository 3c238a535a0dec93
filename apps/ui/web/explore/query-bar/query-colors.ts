import { RangeSetBuilder } from '@codemirror/state';
import { Decoration, type DecorationSet, EditorView, ViewPlugin, type ViewUpdate } from '@codemirror/view';

/** Colours by kind of word, as one reads a query: fields, quoted texts, joining words. Understanding it is the server's business. */
const pattern = /("(?:[^"\\]|\\.)*"?)|([\w@.-]+)(?=\s*(?::|[<>!=]=?))|\b(and|or|not|to)\b|&&|\|\||!/gi;

const field = Decoration.mark({ class: 'cm-query-field' });
const text = Decoration.mark({ class: 'cm-query-text' });
const word = Decoration.mark({ class: 'cm-query-word' });

function decorate(view: EditorView): DecorationSet {
  const builder = new RangeSetBuilder<Decoration>();
  for (const match of view.state.doc.toString().matchAll(pattern)) {
    builder.add(match.index, match.index + match[0].length, match[1] ? text : match[2] ? field : word);
  }
  return builder.finish();
}

export const queryColors = ViewPlugin.define(
  (view) => ({
    decorations: decorate(view),
    update(update: ViewUpdate) {
      if (update.docChanged) this.decorations = decorate(update.view);
    },
  }),
  { decorations: (plugin) => plugin.decorations },
);
