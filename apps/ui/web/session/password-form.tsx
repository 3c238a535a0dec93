import { Button, PasswordInput, Stack } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { bodyOf } from '@orbweaver/ui/api-client/client.ts';
import { FormProblem } from './form-problem.tsx';
import { useApi } from './services.tsx';

const minLength = 10;

interface PasswordFormProps {
  readonly username: string;
  readonly needsCurrent: boolean;
  readonly onDone: () => void;
}

export function PasswordForm({ username, needsCurrent, onDone }: PasswordFormProps) {
  const api = useApi();
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  const [again, setAgain] = useState('');
  const differs = again !== '' && again !== next;
  const change = useMutation({
    mutationFn: () => bodyOf(api.POST('/api/v1/me/password', { body: { ...(needsCurrent ? { current } : {}), new: next } })),
    onSuccess: onDone,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (next === again) change.mutate();
  };
  return (
    <form onSubmit={submit}>
      {/* Tells password managers whose password this is. */}
      <input type="text" autoComplete="username" value={username} readOnly hidden />
      <Stack gap="md">
        {needsCurrent && (
          <PasswordInput
            label="Current password"
            autoComplete="current-password"
            required
            value={current}
            onChange={(event) => setCurrent(event.currentTarget.value)}
          />
        )}
        <PasswordInput
          label="New password"
          description={`At least ${minLength} characters`}
          autoComplete="new-password"
          required
          minLength={minLength}
          value={next}
          onChange={(event) => setNext(event.currentTarget.value)}
        />
        <PasswordInput
          label="New password again"
          autoComplete="new-password"
          required
          error={differs ? 'This is not the same' : undefined}
          value={again}
          onChange={(event) => setAgain(event.currentTarget.value)}
        />
        <FormProblem error={change.error} />
        <Button type="submit" size="sm" loading={change.isPending}>
          Set password
        </Button>
      </Stack>
    </form>
  );
}
