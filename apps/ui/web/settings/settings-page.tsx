import { Alert, SegmentedControl, Stack, Text, Title, useMantineColorScheme } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { useTimeZone } from '../preferences/time-zone.tsx';
import { PasswordForm } from '../session/password-form.tsx';
import { useUser } from '../session/services.tsx';
import classes from './settings.module.css';

export function SettingsPage() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const [zone, setZone] = useTimeZone();
  return (
    <div className={classes.page}>
      <Title order={1} mb="lg">
        Settings
      </Title>
      <Section title="Profile">
        <Profile />
      </Section>
      <Section title="Password">
        <Password />
      </Section>
      <Section title="Appearance" hint="Kept in this browser.">
        <Stack gap="md" align="flex-start">
          <Choice
            label="Theme"
            value={colorScheme}
            options={{ auto: 'Like the system', light: 'Light', dark: 'Dark' }}
            onChange={setColorScheme}
          />
          <Choice label="Times" value={zone} options={{ local: 'Local', utc: 'UTC' }} onChange={setZone} />
        </Stack>
      </Section>
    </div>
  );
}

function Section({ title, hint, children }: { title: string; hint?: string; children: ReactNode }) {
  return (
    <section className={classes.section}>
      <div>
        <Title order={2}>{title}</Title>
        {hint && <Text c="dimmed">{hint}</Text>}
      </div>
      <div className={classes.content}>{children}</div>
    </section>
  );
}

function Profile() {
  const user = useUser();
  if (!user) return null;
  return (
    <dl className={classes.list}>
      <dt>Name</dt>
      <dd>{user.name}</dd>
      <dt>User name</dt>
      <dd className="mono">{user.username}</dd>
      <dt>Roles</dt>
      <dd>{user.roles.join(', ')}</dd>
    </dl>
  );
}

function Password() {
  const user = useUser();
  const [changed, setChanged] = useState(0);
  return (
    <>
      {changed > 0 && (
        <Alert color="green" variant="light" mb="md" role="status">
          The password is changed. Your other sessions have ended.
        </Alert>
      )}
      <PasswordForm
        key={changed}
        username={user?.username ?? ''}
        needsCurrent={user?.has_password === true || changed > 0}
        onDone={() => setChanged(changed + 1)}
      />
    </>
  );
}

interface ChoiceProps<Value extends string> {
  label: string;
  value: Value;
  options: Readonly<Record<Value, string>>;
  onChange: (value: Value) => void;
}

function Choice<Value extends string>({ label, value, options, onChange }: ChoiceProps<Value>) {
  return (
    <div>
      <Text fw={500} mb={4}>
        {label}
      </Text>
      <SegmentedControl
        aria-label={label}
        value={value}
        data={Object.entries<string>(options).map(([name, text]) => ({ value: name as Value, label: text }))}
        onChange={onChange}
      />
    </div>
  );
}
