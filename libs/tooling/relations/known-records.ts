import type { TrafficRecord } from '@orbweaver/contracts/records/record.ts';
import type { Analysis } from './analysis.ts';

/** What only grows while a flow goes on. */
const growing = [
  'source.packets',
  'destination.packets',
  'source.bytes',
  'destination.bytes',
  'flow.source.payload_bytes',
  'flow.destination.payload_bytes',
];

/** The records of a whole capture, to hold those of a part against. */
export class KnownRecords {
  /** A clock that goes round and round gives flows that begin with the same packet at the same time, and so the same id. */
  readonly #byId = new Map<string, TrafficRecord[]>();

  constructor({ records }: Analysis) {
    for (const record of records) {
      const same = this.#byId.get(idOf(record));
      if (same === undefined) this.#byId.set(idOf(record), [record]);
      else same.push(record);
    }
  }

  /** What a record of a part says that the whole does not. */
  faultsOf(record: TrafficRecord): string[] {
    const known = this.#byId.get(idOf(record));
    if (known === undefined) return [`${idOf(record)} is not in the whole`];
    if (record['event.dataset'] !== 'flow') return [];
    const faults = known.map((whole) => faultsAgainst(whole, record));
    return faults.find((none) => none.length === 0) ?? faults[0]!;
  }
}

function faultsAgainst(whole: TrafficRecord, part: TrafficRecord): string[] {
  // Content may have shown meanwhile who the client is.
  const isTurned = part['source.ip'] !== whole['source.ip'] || part['source.port'] !== whole['source.port'];
  return growing
    .filter((name) => !(Number(part[name]) <= Number(whole[isTurned ? turned(name) : name])))
    .map((name) => `${idOf(part)}: ${name} ${String(part[name])}, ${String(whole[name])} in the whole`);
}

const idOf = (record: TrafficRecord): string => `${record['event.dataset']} ${record['event.id']}`;

const turned = (name: string): string =>
  name.includes('source') ? name.replace('source', 'destination') : name.replace('destination', 'source');
