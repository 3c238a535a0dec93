import { UnstyledButton } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { splitClauses } from '@orbweaver/ui/filters/clauses.ts';
import { invertClause, removeClause } from '@orbweaver/ui/filters/edit.ts';
import { useExplore } from '../state/explore.tsx';
import classes from './query-bar.module.css';

/** The query again, as one chip a condition: a click turns it round, the cross takes it away. */
export function Chips() {
  const { query, setQuery } = useExplore();
  const clauses = splitClauses(query);
  if (clauses.length === 0) return null;
  return (
    <ul className={classes.chips} aria-label="Filters">
      {clauses.map((clause, index) => (
        <li key={clause.text} className={classes.chip} data-negated={clause.negated || undefined}>
          <UnstyledButton
            className={classes.chipText}
            title={clause.negated ? 'Include instead' : 'Exclude instead'}
            aria-label={`${clause.text}: ${clause.negated ? 'include' : 'exclude'} instead`}
            onClick={() => setQuery(invertClause(query, index))}
          >
            {clause.negated && <strong>not</strong>} {clause.condition}
          </UnstyledButton>
          <UnstyledButton
            className={classes.chipRemove}
            aria-label={`Remove ${clause.text}`}
            onClick={() => setQuery(removeClause(query, index))}
          >
            <IconX size={12} />
          </UnstyledButton>
        </li>
      ))}
      {clauses.length > 1 && (
        <li>
          <UnstyledButton className={classes.clear} onClick={() => setQuery('')}>
            Clear all
          </UnstyledButton>
        </li>
      )}
    </ul>
  );
}
