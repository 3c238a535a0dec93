import { UnstyledButton } from '@mantine/core';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import classes from './detail.module.css';

interface SectionProps {
  readonly title: string;
  /** How much is in it. */
  readonly note?: ReactNode;
  readonly closed?: boolean;
  readonly children: ReactNode;
}

export function Section({ title, note, closed = false, children }: SectionProps) {
  const [open, setOpen] = useState(!closed);
  return (
    <section className={classes.section}>
      <h3 className={classes.sectionHead}>
        <UnstyledButton className={classes.sectionTitle} aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? <IconChevronDown size={14} aria-hidden /> : <IconChevronRight size={14} aria-hidden />}
          {title}
        </UnstyledButton>
        {note !== undefined && <span className={classes.note}>{note}</span>}
      </h3>
      {open && children}
    </section>
  );
}
