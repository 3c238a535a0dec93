import type { FlatRecord } from '@orbweaver/ui/api-client/types.ts';
import { useExplore } from '../state/explore.tsx';
import { WithActions } from '../values/value-actions.tsx';
import { ValueText } from '../values/value-text.tsx';
import classes from './detail.module.css';
import { Section } from './section.tsx';

interface FieldsSectionProps {
  readonly title: string;
  readonly fields: readonly string[];
  readonly record: FlatRecord;
  readonly closed?: boolean;
}

/** Fields with their values, those that the record has. */
export function FieldsSection({ title, fields, record, closed }: FieldsSectionProps) {
  const present = fields.filter((field) => record[field] !== undefined);
  if (present.length === 0) return null;
  return (
    <Section title={title} {...(closed === undefined ? {} : { closed })}>
      <dl className={classes.fields}>
        {present.map((field) => (
          <FieldRow key={field} field={field} value={record[field]} />
        ))}
      </dl>
    </Section>
  );
}

function FieldRow({ field, value }: { field: string; value: unknown }) {
  const { catalog } = useExplore();
  const shape = catalog.fields.get(field);
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  return (
    <div className={classes.field}>
      <dt title={`${field}${shape ? `\n${shape.help}` : ''}`}>{shape?.label ?? field}</dt>
      <dd>
        {values.map((item, index) =>
          typeof item === 'string' || typeof item === 'number' || typeof item === 'boolean' ? (
            <WithActions key={index} field={field} value={item} className={classes.value}>
              <ValueText field={field} value={item} />
            </WithActions>
          ) : (
            <span key={index} className={classes.value}>
              {JSON.stringify(item)}
            </span>
          ),
        )}
      </dd>
    </div>
  );
}
