import { ActionIcon, Menu, Text } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { IconHistory, IconX } from '@tabler/icons-react';
import { lazy, Suspense, useRef, useState } from 'react';
import type { QueryError } from '@orbweaver/ui/api-client/types.ts';
import { MenuOnDemand } from '../../overlays/menu-on-demand.tsx';
import { useQueryHistory } from '../../preferences/preferences.ts';
import { useServices } from '../../session/services.tsx';
import { checkNow } from '../state/query-check.ts';
import { useExplore } from '../state/explore.tsx';
import { expectation } from '../state/query-error.ts';
import type { EditorHandle } from './editor.tsx';
import classes from './query-bar.module.css';

const Editor = lazy(() => import('./editor.tsx'));
const historyLength = 30;

/** Where a question is written. It is asked once it is known to be well-formed; until then it says what is wrong, and where. */
export function QueryBar() {
  const { query, setQuery, refresh, datasets, time } = useExplore();
  const { api, queries } = useServices();
  const editor = useRef<EditorHandle>(null);
  const [errors, setErrors] = useState<readonly QueryError[]>([]);
  const [history, setHistory] = useQueryHistory();
  useHotkeys([['/', () => editor.current?.focus()]]);

  const run = async (text: string) => {
    const asked = text.trim();
    const answer = asked === '' ? { ok: true, errors: [] } : await checkNow(queries, api, asked, datasets);
    setErrors(answer.errors);
    if (!answer.ok) return;
    if (asked !== '') setHistory([asked, ...history.filter((earlier) => earlier !== asked)].slice(0, historyLength));
    if (asked === query) refresh();
    else setQuery(asked);
  };

  return (
    <div className={classes.bar}>
      <div className={classes.box} data-invalid={errors.length > 0 || undefined}>
        <Suspense fallback={<div className={classes.placeholder}>{query}</div>}>
          <Editor
            ref={editor}
            value={query}
            datasets={datasets}
            time={time?.time}
            history={history}
            onRun={(text) => void run(text)}
            onErrors={setErrors}
          />
        </Suspense>
        {query !== '' && (
          <ActionIcon size="sm" aria-label="Clear the query" onClick={() => setQuery('')}>
            <IconX size={14} />
          </ActionIcon>
        )}
        <HistoryMenu history={history} onChoose={(text) => void run(text)} />
      </div>
      {errors[0] && <ErrorLine error={errors[0]} />}
    </div>
  );
}

function ErrorLine({ error }: { error: QueryError }) {
  return (
    <div className={classes.error} role="alert">
      {error.message}
      <span className={classes.expected}> {expectation(error)}</span>
    </div>
  );
}

function HistoryMenu({ history, onChoose }: { history: readonly string[]; onChoose: (text: string) => void }) {
  return (
    <MenuOnDemand
      position="bottom-end"
      width={520}
      target={
        <ActionIcon size="sm" aria-label="Earlier queries" disabled={history.length === 0}>
          <IconHistory size={15} />
        </ActionIcon>
      }
    >
      <Menu.Dropdown mah={360} style={{ overflow: 'auto' }}>
        <Menu.Label>Earlier queries</Menu.Label>
        {history.map((text) => (
          <Menu.Item key={text} onClick={() => onChoose(text)}>
            <Text className="mono" truncate>
              {text}
            </Text>
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </MenuOnDemand>
  );
}
