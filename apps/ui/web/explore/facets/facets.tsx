import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useExplore } from '../state/explore.tsx';
import { parseList } from '../state/search-params.ts';
import { FieldPicker } from '../values/field-picker.tsx';
import { Facet } from './facet.tsx';
import classes from './facets.module.css';

const countable = new Set(['keyword', 'integer', 'boolean', 'ip', 'text']);

/** The most frequent values of some fields in what is found. */
export function Facets() {
  const { search, view, update } = useExplore();
  const fields = parseList(search.facets) ?? view.facets;
  const choose = (next: readonly string[]) => update({ facets: next.join(',') }, 'replace');
  return (
    <aside className={classes.panel} aria-label="Values of what is found">
      <div className={classes.scroller} tabIndex={0} role="group" aria-label="Facets">
        {fields.map((field) => (
          <Facet key={field} field={field} onRemove={() => choose(fields.filter((other) => other !== field))} />
        ))}
        <FieldPicker
          placeholder="Add a facet"
          accepts={(field) => countable.has(field.type) && !fields.includes(field.name)}
          onChoose={(field) => field !== undefined && choose([...fields, field])}
          target={(open) => (
            <Button variant="subtle" color="gray" size="compact-sm" m={8} leftSection={<IconPlus size={14} />} onClick={open}>
              Add a field
            </Button>
          )}
        />
      </div>
    </aside>
  );
}
