import {
  acceptCompletion,
  autocompletion,
  closeCompletion,
  completionKeymap,
  completionStatus,
  moveCompletionSelection,
  startCompletion,
} from '@codemirror/autocomplete';
import { defaultKeymap, history as undoHistory, historyKeymap } from '@codemirror/commands';
import { setDiagnostics } from '@codemirror/lint';
import { EditorState, Prec } from '@codemirror/state';
import { EditorView, keymap, placeholder } from '@codemirror/view';
import { type Ref, useEffect, useImperativeHandle, useRef } from 'react';
import type { QueryError, TimeRange } from '@orbweaver/ui/api-client/types.ts';
import { useApi } from '../../session/services.tsx';
import { styleNonce } from '../../theme/style-nonce.ts';
import { checkQuery, completeQuery, placeChanged, type QueryPlace } from './assistance.ts';
import { editorTheme } from './editor-theme.ts';
import { queryColors } from './query-colors.ts';

export interface EditorHandle {
  focus(): void;
}

interface EditorProps {
  readonly ref: Ref<EditorHandle>;
  readonly value: string;
  readonly datasets: string[];
  readonly time: TimeRange | undefined;
  /** Earlier queries, newest first: the arrow keys walk through them. */
  readonly history: readonly string[];
  readonly onRun: (text: string) => void;
  readonly onErrors: (errors: readonly QueryError[]) => void;
}

/** One line of query text with completion and error marks. */
export default function Editor(props: EditorProps) {
  const api = useApi();
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(null);
  const latest = useRef(props);
  useEffect(() => {
    latest.current = props;
  });

  useEffect(() => {
    const place = (): QueryPlace => latest.current;
    const check = checkQuery(api, place, (errors) => latest.current.onErrors(errors));
    const editor = new EditorView({
      parent: host.current!,
      state: EditorState.create({
        doc: latest.current.value,
        extensions: [
          EditorView.cspNonce.of(styleNonce),
          oneLine,
          undoHistory(),
          autocompletion({ override: [completeQuery(api, place)], icons: false, selectOnOpen: false }),
          Prec.highest(keymap.of(keys(latest))),
          keymap.of([...completionKeymap, ...historyKeymap, ...defaultKeymap]),
          placeholder('Search: http.response.status_code >= 500 and destination.ip: 10.0.0.0/8'),
          EditorView.contentAttributes.of({ 'aria-label': 'Query', autocapitalize: 'off', autocorrect: 'off', spellcheck: 'false' }),
          queryColors,
          editorTheme,
          check,
        ],
      }),
    });
    view.current = editor;
    return () => editor.destroy();
  }, [api]);

  const { value, ref, datasets } = props;
  useEffect(() => {
    const editor = view.current;
    if (editor && editor.state.doc.length > 0) editor.dispatch({ effects: placeChanged.of(null) });
  }, [datasets]);
  useEffect(() => {
    const editor = view.current;
    if (!editor || editor.state.doc.toString() === value) return;
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: value }, selection: { anchor: value.length } });
    editor.dispatch(setDiagnostics(editor.state, []));
  }, [value]);
  useImperativeHandle(ref, () => ({ focus: () => view.current?.focus() }), []);
  return <div ref={host} style={{ flex: 1, minWidth: 0 }} />;
}

/** Line breaks, typed or pasted, become blanks. */
const oneLine = EditorState.transactionFilter.of((transaction) => {
  if (!transaction.docChanged || transaction.newDoc.lines === 1) return transaction;
  const text = transaction.newDoc.toString().replace(/\s*\n\s*/g, ' ');
  return { changes: { from: 0, to: transaction.startState.doc.length, insert: text }, selection: { anchor: text.length } };
});

/** Takes the chosen suggestion, or the first. Enter only takes one that was chosen, since it asks the query otherwise. */
function takeSuggestion(view: EditorView): boolean {
  if (completionStatus(view.state) !== 'active') return false;
  return acceptCompletion(view) || (moveCompletionSelection(true)(view) && acceptCompletion(view));
}

function keys(latest: { current: EditorProps }) {
  let back = -1;
  const recall = (view: EditorView, step: number): boolean => {
    if (completionStatus(view.state) === 'active') return false;
    const next = Math.max(-1, Math.min(latest.current.history.length - 1, back + step));
    if (next === back) return true;
    back = next;
    const text = next === -1 ? latest.current.value : latest.current.history[next]!;
    view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text }, selection: { anchor: text.length } });
    closeCompletion(view);
    return true;
  };
  return [
    {
      key: 'Enter',
      run: (view: EditorView) => {
        if (acceptCompletion(view)) return true;
        closeCompletion(view);
        back = -1;
        latest.current.onRun(view.state.doc.toString());
        return true;
      },
    },
    { key: 'Tab', run: takeSuggestion },
    { key: 'Ctrl-Space', run: startCompletion },
    { key: 'ArrowUp', run: (view: EditorView) => recall(view, 1) },
    { key: 'ArrowDown', run: (view: EditorView) => recall(view, -1) },
    {
      key: 'Escape',
      run: (view: EditorView) => {
        if (!closeCompletion(view)) view.contentDOM.blur();
        return true;
      },
    },
  ];
}
