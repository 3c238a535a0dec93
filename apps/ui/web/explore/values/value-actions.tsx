import { useClipboard } from '@mantine/hooks';
import { IconCheck, IconCopy, IconFilter, IconFilterShare, IconMinus, IconPlus } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { condition, type FilterValue } from '@orbweaver/ui/filters/edit.ts';
import { useFilters } from '../state/filters.ts';
import classes from './values.module.css';

interface ValueActionsProps {
  readonly field: string;
  readonly value: FilterValue;
}

/** Include, exclude, only, copy, copy as a filter: what every value on the screen offers. */
export function ValueActions({ field, value }: ValueActionsProps) {
  const filters = useFilters();
  const clipboard = useClipboard({ timeout: 1200 });
  const [copied, setCopied] = useState('');
  const asFilter = condition(field, value);
  const copy = (text: string) => {
    clipboard.copy(text);
    setCopied(text);
  };
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
      <Action label={`Copy ${what}`} onClick={() => copy(String(value))}>
        {clipboard.copied && copied === String(value) ? <IconCheck size={13} /> : <IconCopy size={13} />}
      </Action>
      <Action label={`Copy as a filter: ${asFilter}`} onClick={() => copy(asFilter)}>
        {clipboard.copied && copied === asFilter ? <IconCheck size={13} /> : <IconFilterShare size={13} />}
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
