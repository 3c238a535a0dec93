import { Button } from '@mantine/core';
import { IconStack2 } from '@tabler/icons-react';
import { FieldPicker } from '../values/field-picker.tsx';
import { useExplore } from '../state/explore.tsx';

const stackable = new Set(['keyword', 'integer', 'boolean', 'ip']);

/** By which field the timeline is stacked. */
export function StackChooser({ by }: { by: string | undefined }) {
  const { catalog, update } = useExplore();
  return (
    <FieldPicker
      placeholder="Stack by"
      accepts={(field) => stackable.has(field.type)}
      none="Not stacked"
      onChoose={(field) => update({ by: field ?? 'none' }, 'replace')}
      target={(open) => (
        <Button variant="subtle" color="gray" size="compact-xs" leftSection={<IconStack2 size={13} />} onClick={open}>
          {by === undefined ? 'Not stacked' : (catalog.fields.get(by)?.label ?? by)}
        </Button>
      )}
    />
  );
}
