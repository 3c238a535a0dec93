import { Alert } from '@mantine/core';
import { Problem } from '@orbweaver/ui/api-client/problem.ts';

/** Why a form was refused. */
export function FormProblem({ error }: { error: Error | null }) {
  if (!error) return null;
  const faults = error instanceof Problem ? error.faults.map((fault) => fault.message) : [];
  return (
    <Alert color="red" variant="light" role="alert" p="sm">
      {[error.message, ...faults].join(' ')}
    </Alert>
  );
}
