import type { FlatRecord, ViewSection } from '@orbweaver/ui/api-client/types.ts';
import { WithActions } from '../values/value-actions.tsx';
import classes from './detail.module.css';
import { Section } from './section.tsx';

/** Names and values, such as headers. */
export function MapSection({ section, record }: { section: Extract<ViewSection, { kind: 'map' }>; record: FlatRecord }) {
  const map = record[section.field];
  if (typeof map !== 'object' || Array.isArray(map)) return null;
  const entries = Object.entries(map);
  return (
    <Section title={section.title} note={entries.length}>
      <dl className={classes.fields}>
        {entries.map(([name, value]) => (
          <div key={name} className={classes.field}>
            <dt className="mono">{name}</dt>
            <dd>
              <WithActions field={`${section.field}.${name}`} value={String(value)} className={classes.value}>
                {String(value)}
              </WithActions>
            </dd>
          </div>
        ))}
      </dl>
    </Section>
  );
}
