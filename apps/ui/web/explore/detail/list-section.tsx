import type { FlatRecord, ViewSection } from '@orbweaver/ui/api-client/types.ts';
import { WithActions } from '../values/value-actions.tsx';
import classes from './detail.module.css';
import { Section } from './section.tsx';

/** A list of objects as a table, such as the answers of a DNS response. */
export function ListSection({ section, record }: { section: Extract<ViewSection, { kind: 'list' }>; record: FlatRecord }) {
  const list = record[section.field];
  if (!Array.isArray(list)) return null;
  const rows = list.filter((item) => typeof item === 'object');
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  if (rows.length === 0) return null;
  return (
    <Section title={section.title} note={rows.length}>
      <div className={classes.listScroller} tabIndex={0} role="group" aria-label={section.title}>
        <table className={classes.list}>
          <thead>
            <tr>
              {columns.map((column) => (
                <th key={column} scope="col">
                  {column}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row, index) => (
              <tr key={index}>
                {columns.map((column) => (
                  <td key={column}>{row[column] !== undefined && <ListCell field={`${section.field}.${column}`} value={row[column]} />}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Section>
  );
}

function ListCell({ field, value }: { field: string; value: unknown }) {
  const text = Array.isArray(value) ? value.join(', ') : String(value);
  return (
    <WithActions field={field} value={typeof value === 'number' ? value : text} className={classes.value}>
      {text}
    </WithActions>
  );
}
