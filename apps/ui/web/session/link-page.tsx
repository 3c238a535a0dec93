import { Button, Stack, Text } from '@mantine/core';
import { type ErrorComponentProps, useLoaderData, useRouter } from '@tanstack/react-router';
import { FormProblem } from './form-problem.tsx';
import { PasswordForm } from './password-form.tsx';
import { SignInFrame } from './sign-in-frame.tsx';

/** Signed in by a one-time link: offers to set a password, so that the next time needs none. */
export function LinkPage() {
  const router = useRouter();
  const user = useLoaderData({ from: '/sign-in/link' });
  const goOn = () => router.history.replace('/explore');
  return (
    <SignInFrame title={`Welcome, ${user.name}`}>
      <Text c="dimmed" mb="md">
        You are signed in as {user.username}. {user.has_password ? '' : 'Set a password, so that you can come back without a link.'}
      </Text>
      {!user.has_password && <PasswordForm username={user.username} needsCurrent={false} onDone={goOn} />}
      <Button variant={user.has_password ? 'filled' : 'subtle'} fullWidth size="sm" mt="sm" onClick={goOn}>
        {user.has_password ? 'Go to your traffic' : 'Not now'}
      </Button>
    </SignInFrame>
  );
}

export function LinkProblem({ error }: ErrorComponentProps) {
  const router = useRouter();
  return (
    <SignInFrame title="This link does not work">
      <Stack>
        <FormProblem error={error as Error} />
        <Text c="dimmed">A link signs in once, and not for long. Start Orbweaver again for a new one, or sign in with your password.</Text>
        <Button variant="default" size="sm" onClick={() => router.history.replace('/sign-in')}>
          Sign in with a password
        </Button>
      </Stack>
    </SignInFrame>
  );
}
