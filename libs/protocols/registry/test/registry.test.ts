import { baseFields } from '@orbweaver/contracts/records/base-fields.ts';
import type { ViewSection } from '@orbweaver/contracts/records/view.ts';
import { describe, expect, it } from 'vitest';
import { isCurrent } from '../generate.ts';
import { datasets, protocols } from '../registry.ts';

describe('registry', () => {
  it('the_generated_list_names_every_protocol_folder', () => {
    expect(isCurrent(), 'run: npx node libs/protocols/registry/generate.ts').toBe(true);
  });

  it('flows_come_first_and_each_dataset_once', () => {
    const names = datasets.map((dataset) => dataset.schema.dataset);
    expect(names[0]).toBe('flow');
    expect(new Set(names).size).toBe(names.length);
  });

  it('each_protocol_reads_a_stream_datagrams_or_packets', () => {
    for (const protocol of protocols) expect(protocol.stream ?? protocol.datagram ?? protocol.packet, protocol.name).toBeDefined();
  });

  it.each(datasets.map((dataset) => [dataset.schema.dataset, dataset] as const))(
    'the_view_of_%s_names_declared_fields_only',
    (_, { schema, view }) => {
      const declared = { ...baseFields, ...schema.fields };
      const named = [
        ...view.columns,
        ...view.facets,
        ...(view.timelineBy ? [view.timelineBy] : []),
        ...[...view.summary.matchAll(/\{([^}]+)\}/g)].map((match) => match[1]!),
        ...view.sections.flatMap(fieldsOf),
      ];
      expect(named.filter((name) => !(name in declared))).toEqual([]);
    },
  );

  it.each(datasets.map((dataset) => [dataset.schema.dataset, dataset] as const))('%s_declares_no_field_twice', (_, { schema }) => {
    expect(Object.keys(schema.fields).filter((name) => name in baseFields)).toEqual([]);
  });
});

function fieldsOf(section: ViewSection): string[] {
  switch (section.kind) {
    case 'fields':
      return [...section.fields];
    case 'map':
    case 'list':
      return [section.field];
    case 'content':
      return [section.id, section.mimeType, section.encoding].filter((name) => name !== undefined);
  }
}
