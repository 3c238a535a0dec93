import { ActionIcon, Popover, TextInput } from '@mantine/core';
import { DatePicker } from '@mantine/dates';
import { useDisclosure } from '@mantine/hooks';
import { IconCalendar } from '@tabler/icons-react';

interface MomentFieldProps {
  readonly label: string;
  readonly value: string;
  readonly error: string | undefined;
  readonly onChange: (value: string) => void;
}

const dayFirst = /^\s*(\d{4}-\d{2}-\d{2})/;

/** A date with its clock time, typed; the calendar changes the day and leaves the clock. */
export function MomentField({ label, value, error, onChange }: MomentFieldProps) {
  const [opened, { toggle, close }] = useDisclosure();
  const day = dayFirst.exec(value)?.[1] ?? null;
  const toDay = (next: string | null) => {
    if (next === null) return;
    onChange(day === null ? `${next} 00:00:00` : value.replace(dayFirst, next));
    close();
  };
  const calendar = (
    <Popover opened={opened} onDismiss={close} withinPortal={false} position="bottom-end" shadow="md" trapFocus returnFocus>
      <Popover.Target>
        <ActionIcon size="sm" aria-label={`${label}: choose a day`} onClick={toggle}>
          <IconCalendar size={15} />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown>
        <DatePicker size="xs" value={day} {...(day === null ? {} : { defaultDate: day })} onChange={toDay} />
      </Popover.Dropdown>
    </Popover>
  );
  return (
    <TextInput
      size="xs"
      label={label}
      value={value}
      error={error}
      onChange={(event) => onChange(event.currentTarget.value)}
      placeholder="2026-01-31 09:30:00"
      autoComplete="off"
      spellCheck={false}
      classNames={{ input: 'mono' }}
      rightSection={calendar}
    />
  );
}
