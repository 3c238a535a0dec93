import { Combobox, Text, useCombobox } from '@mantine/core';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import type { Field } from '@orbweaver/ui/api-client/types.ts';
import { allDatasets } from '../state/all-datasets.ts';
import { useExplore } from '../state/explore.tsx';

interface FieldPickerProps {
  readonly placeholder: string;
  /** Opens the list; gets its opener. */
  readonly target: (open: () => void) => ReactNode;
  readonly accepts?: (field: Field) => boolean;
  /** Offers to choose no field, under this name. */
  readonly none?: string;
  readonly onChoose: (field: string | undefined) => void;
}

const shownAtOnce = 60;

/** A list of the fields of the datasets in view, found by name, label or help text. Made when it is first asked for. */
export function FieldPicker(props: FieldPickerProps) {
  const [asked, setAsked] = useState(false);
  return asked ? <FieldList {...props} /> : props.target(() => setAsked(true));
}

function FieldList({ placeholder, target, accepts = () => true, none, onChoose }: FieldPickerProps) {
  const { catalog, dataset } = useExplore();
  const [wanted, setWanted] = useState('');
  const opener = useRef<HTMLSpanElement>(null);
  const combobox = useCombobox({
    onDropdownOpen: () => combobox.focusSearchInput(),
    onDropdownClose: () => {
      setWanted('');
      opener.current?.querySelector('button')?.focus();
    },
  });
  const { openDropdown } = combobox;
  useEffect(() => openDropdown(), []);
  const needle = wanted.trim().toLowerCase();
  const fields = [...catalog.fields.values()].filter(
    (field) =>
      accepts(field) &&
      (dataset === allDatasets || field.datasets.includes(dataset)) &&
      `${field.name} ${field.label} ${field.help}`.toLowerCase().includes(needle),
  );
  return (
    <Combobox
      store={combobox}
      width={340}
      position="bottom-end"
      shadow="md"
      onOptionSubmit={(value) => {
        onChoose(value === '' ? undefined : value);
        combobox.closeDropdown();
      }}
    >
      <Combobox.Target withAriaAttributes={false}>
        <span ref={opener}>{target(() => combobox.toggleDropdown())}</span>
      </Combobox.Target>
      <Combobox.Dropdown>
        <Combobox.Search
          aria-label={placeholder}
          placeholder={`${placeholder}: find a field`}
          value={wanted}
          onChange={(event) => setWanted(event.currentTarget.value)}
        />
        <Combobox.Options mah={320} style={{ overflow: 'auto' }} aria-label="Fields">
          {none !== undefined && needle === '' && <Combobox.Option value="">{none}</Combobox.Option>}
          {fields.slice(0, shownAtOnce).map((field) => (
            <Combobox.Option key={field.name} value={field.name} title={field.help}>
              <Text span className="mono">
                {field.name}
              </Text>
              <Text span c="dimmed" fz="xs" ml={8}>
                {field.label}
              </Text>
            </Combobox.Option>
          ))}
          {fields.length === 0 && <Combobox.Empty>No such field</Combobox.Empty>}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
}
