import type { Dataset, FieldInfo } from '@orbweaver/contracts/http/catalog.ts';
import { operatorsOf, type DatasetSchema } from '@orbweaver/contracts/records/schema.ts';
import type { DatasetView } from '@orbweaver/contracts/records/view.ts';
import type { Catalogue, CatalogueField } from '@orbweaver/query/search/catalogue.ts';
import { countTwins } from '@orbweaver/query/results/count-twins.ts';
import type { Reader } from '@orbweaver/query/search/reader.ts';

export interface DatasetDescription {
  readonly schema: DatasetSchema;
  readonly view: DatasetView;
}

/** What can be asked about: datasets with their views, fields with their operators. */
export class Catalogues {
  readonly fields: FieldInfo[];
  readonly version: string;
  private readonly described: readonly DatasetDescription[];
  private readonly reader: Reader;

  constructor(described: readonly DatasetDescription[], catalogue: Catalogue, reader: Reader, version: string) {
    this.described = described;
    this.reader = reader;
    this.version = version;
    this.fields = [...catalogue.fields.values()].map(toFieldInfo);
  }

  async datasets(): Promise<Dataset[]> {
    const names = this.described.map(({ schema }) => schema.dataset);
    const [{ byDataset }, counted] = await Promise.all([this.reader.status(), countTwins(this.reader, names)]);
    return this.described.map(({ schema, view }) => {
      const twins = counted.get(schema.dataset);
      return {
        dataset: schema.dataset,
        title: schema.title,
        record: schema.record,
        view: structuredClone(view) as Dataset['view'],
        count: Math.max(0, (byDataset[schema.dataset] ?? 0) - (twins ?? 0)),
        ...(twins === undefined ? {} : { twins }),
      };
    });
  }

  /** The field that holds the content coding of the bytes that `name` opens, if there is one. */
  encodingFieldOf(name: string): string | undefined {
    for (const { view } of this.described)
      for (const section of view.sections) if (section.kind === 'content' && section.id === name) return section.encoding;
    return undefined;
  }
}

function toFieldInfo({ name, field, datasets }: CatalogueField): FieldInfo {
  return {
    name,
    type: field.type,
    label: field.label,
    help: field.help,
    ...(field.unit === undefined ? {} : { unit: field.unit }),
    ...(field.many === undefined ? {} : { many: field.many }),
    operators: [...operatorsOf(field.type)],
    datasets: [...datasets],
    ...(field.example === undefined ? {} : { example: field.example }),
  };
}
