import { flowSchema, flowView } from '@orbweaver/contracts/records/flow-schema.ts';
import type { DatasetSchema } from '@orbweaver/contracts/records/schema.ts';
import type { DatasetView } from '@orbweaver/contracts/records/view.ts';
import type { Protocol } from '../sdk/module.ts';
import { modules } from './generated/modules.ts';

/** Every protocol that the product recognises, by name. */
export const protocols: readonly Protocol[] = modules;

export interface Dataset {
  readonly schema: DatasetSchema;
  readonly view: DatasetView;
}

/** Every dataset: flows first, then one for each protocol that has records. Protocols that share a dataset share its first schema. */
export const datasets: readonly Dataset[] = collect();

export function datasetNamed(name: string): Dataset | undefined {
  return datasets.find((dataset) => dataset.schema.dataset === name);
}

function collect(): Dataset[] {
  const found = new Map<string, Dataset>([[flowSchema.dataset, { schema: flowSchema, view: flowView }]]);
  for (const module of modules) {
    if (!('schema' in module) || found.has(module.schema.dataset)) continue;
    found.set(module.schema.dataset, { schema: module.schema, view: module.view });
  }
  return [...found.values()];
}
