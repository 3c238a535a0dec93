import { Anchor } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { EmptyNotice } from './empty-notice.tsx';
import classes from './states.module.css';

export function NotFound() {
  return (
    <main className={classes.page}>
      <EmptyNotice title="There is no such page">
        <Anchor component={Link} to="/explore">
          Go to Explore
        </Anchor>
      </EmptyNotice>
    </main>
  );
}
