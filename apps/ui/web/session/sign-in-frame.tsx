import { Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { Logo } from '../shell/logo.tsx';
import classes from './sign-in.module.css';

export function SignInFrame({ title, children }: { title: string; children: ReactNode }) {
  return (
    <main className={classes.page}>
      <div className={classes.card}>
        <div className={classes.brand}>
          <Logo size={40} />
          <span className={classes.name}>Orbweaver</span>
        </div>
        <Title order={1} className={classes.title}>
          {title}
        </Title>
        {children}
      </div>
    </main>
  );
}
