import { Button, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { Problem } from '@orbweaver/ui/api-client/problem.ts';
import classes from './states.module.css';

interface ProblemNoticeProps {
  readonly error: Error;
  readonly onRetry?: () => void;
  /** For a place of few lines. */
  readonly compact?: boolean;
}

/** What went wrong, in the server's words, and a way to try again. */
export function ProblemNotice({ error, onRetry, compact }: ProblemNoticeProps) {
  const faults = error instanceof Problem ? error.faults : [];
  return (
    <div className={classes.notice} data-compact={compact} role="alert">
      <IconAlertTriangle size={28} stroke={1.5} className={classes.bad} aria-hidden />
      <Text fw={600}>{error instanceof Problem ? error.title : 'Something went wrong'}</Text>
      <Text c="dimmed" maw={520}>
        {error.message}
      </Text>
      {faults.map((fault) => (
        <Text key={`${fault.path} ${fault.message}`} className="mono" c="dimmed">
          {fault.path === '' ? fault.message : `${fault.path}: ${fault.message}`}
        </Text>
      ))}
      {onRetry && (
        <Button variant="default" onClick={onRetry}>
          Try again
        </Button>
      )}
    </div>
  );
}
