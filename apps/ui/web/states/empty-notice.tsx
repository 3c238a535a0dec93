import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { Logo } from '../shell/logo.tsx';
import classes from './states.module.css';

/** Nothing to show, why, and what to do about it. */
export function EmptyNotice({ title, children, actions }: { title: string; children?: ReactNode; actions?: ReactNode }) {
  return (
    <div className={classes.notice}>
      <span className={classes.faint}>
        <Logo size={44} />
      </span>
      <Text fw={600}>{title}</Text>
      {children && (
        <Text c="dimmed" maw={460} component="div">
          {children}
        </Text>
      )}
      {actions && <div className={classes.actions}>{actions}</div>}
    </div>
  );
}
