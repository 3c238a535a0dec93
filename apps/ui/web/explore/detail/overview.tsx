import type { FlatRecord, ViewSection } from '@orbweaver/ui/api-client/types.ts';
import { viewOf } from '../state/all-datasets.ts';
import { useExplore } from '../state/explore.tsx';
import { ContentSection } from './content/content-section.tsx';
import { FieldsSection } from './fields-section.tsx';
import { ListSection } from './list-section.tsx';
import { MapSection } from './map-section.tsx';
import { OtherObservers } from './other-observers.tsx';
import { TimingBar } from './timing-bar.tsx';

/** The parts of a record that its dataset's view names, then whatever else stands in it. */
export function Overview({ record }: { record: FlatRecord }) {
  const { catalog } = useExplore();
  const { sections } = viewOf(catalog.datasets, record['event.dataset']);
  const shown = new Set(sections.flatMap(fieldsOf));
  const rest = Object.keys(record).filter((field) => !shown.has(field));
  return (
    <>
      <TimingBar record={record} />
      <OtherObservers record={record} />
      {sections.map((section) => (
        <SectionOf key={section.title} section={section} record={record} />
      ))}
      <FieldsSection title="Further fields" fields={rest.sort()} record={record} closed />
    </>
  );
}

function fieldsOf(section: ViewSection): string[] {
  switch (section.kind) {
    case 'fields':
      return section.fields;
    case 'map':
    case 'list':
      return [section.field];
    case 'content':
      return [section.id];
  }
}

function SectionOf({ section, record }: { section: ViewSection; record: FlatRecord }) {
  switch (section.kind) {
    case 'fields':
      return <FieldsSection title={section.title} fields={section.fields} record={record} />;
    case 'map':
      return <MapSection section={section} record={record} />;
    case 'list':
      return <ListSection section={section} record={record} />;
    case 'content':
      return <ContentSection section={section} record={record} />;
  }
}
