import { useClipboard } from '@mantine/hooks';
import { IconCheck, IconCopy, IconFilter, IconMinus, IconPlus } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { FilterValue } from '@orbweaver/ui/filters/edit.ts';
import { useFilters } from '../state/filters.ts';
import classes from './values.module.css';

interface ValueActionsProps {
  readonly field: string;
  readonly value: FilterValue;
}

/** Include, exclude, only, copy: what every value on the screen offers. */
export function ValueActions({ field, value }: ValueActionsProps) {
  const filters = useFilters();
  const clipboard = useClipboard({ timeout: 1200 });
  const what = `${field} ${String(value)}`;
  return (
    <span className={classes.actions}>
      <Action label={`Include ${what}`} onClick={() => filters.include(field, value)}>
        <IconPlus size={14} />
      </Action>
      <Action label={`Exclude ${what}`} onClick={() => filters.exclude(field, value)}>
        <IconMinus size={14} />
      </Action>
      <Action label={`Only ${what}`} onClick={() => filters.only(field, value)}>
        <IconFilter size={13} />
      </Action>
      <Action label={`Copy ${what}`} onClick={() => clipboard.copy(String(value))}>
        {clipboard.copied ? <IconCheck size={13} /> : <IconCopy size={13} />}
      </Action>
    </span>
  );
}

/** A plain button: there are hundreds of them in a record. */
function Action({ label, onClick, children }: { label: string; onClick: () => void; children: ReactNode }) {
  return (
    <button
      type="button"
      className={classes.action}
      aria-label={label}
      title={label}
      onClick={(event) => {
        event.stopPropagation();
        onClick();
      }}
    >
      {children}
    </button>
  );
}

/** Holds a value whose actions appear when it is pointed at or focused. */
export function WithActions({
  field,
  value,
  children,
  className,
}: ValueActionsProps & { children: ReactNode; className: string | undefined }) {
  return (
    <span className={`${classes.holder} ${className ?? ''}`}>
      {children}
      <ValueActions field={field} value={value} />
    </span>
  );
}
