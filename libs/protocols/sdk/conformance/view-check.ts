import { baseFields } from '@orbweaver/contracts/records/base-fields.ts';
import type { DatasetSchema, FieldType } from '@orbweaver/contracts/records/schema.ts';
import type { DatasetView, ViewSection } from '@orbweaver/contracts/records/view.ts';

/** What is wrong with a view by its schema, a sentence a fault. */
export function faultsOfView(view: DatasetView, schema: DatasetSchema): string[] {
  const typeOf = (name: string): FieldType | undefined => (schema.fields[name] ?? baseFields[name])?.type;
  const unknown = (place: string, names: readonly (string | undefined)[]): string[] =>
    names.filter((name) => name !== undefined && typeOf(name) === undefined).map((name) => `${place} names ${name}, which is not declared`);
  const ofType = (place: string, name: string, type: FieldType): string[] =>
    typeOf(name) === type ? [] : [`${place} names ${name}, which is not declared as ${type}`];
  const ofSection = (section: ViewSection): string[] => {
    const place = `section "${section.title}"`;
    switch (section.kind) {
      case 'fields':
        return unknown(place, section.fields);
      case 'map':
        return ofType(place, section.field, 'map');
      case 'list':
        return ofType(place, section.field, 'object');
      case 'content':
        return [...ofType(place, section.id, 'keyword'), ...unknown(place, [section.mimeType, section.encoding])];
    }
  };
  const inSummary = [...view.summary.matchAll(/\{([^}]*)\}/g)].map((match) => match[1]);
  return [
    ...unknown('columns', view.columns),
    ...unknown('facets', view.facets),
    ...unknown('timelineBy', [view.timelineBy]),
    ...unknown('summary', inSummary),
    ...view.sections.flatMap(ofSection),
  ];
}
