import type { TrafficRecord } from '@orbweaver/contracts/records/record.ts';
import type { Enricher } from '../enricher.ts';
import { addressClass, type AddressClass } from './address-class.ts';

/** Addresses whose class is remembered; then it begins anew. */
const memory = 65_536;

/** On which side of the network's edge an address is; undefined where that cannot be told. */
const isOwn: Readonly<Record<AddressClass, boolean | undefined>> = {
  public: false,
  private: true,
  shared: true,
  loopback: true,
  'link-local': true,
  unspecified: true,
  multicast: undefined,
  broadcast: undefined,
  documentation: undefined,
  reserved: undefined,
};

/**
 * Tells of each address what it is (on flows), and from that in which direction the conversation goes as the network's edge sees it (on all records): `internal`,
 * `outbound`, `inbound`, `external`. Groups are reached by those near their sender: what goes to one stays on the side that it came from.
 */
export class AddressClasses implements Enricher {
  readonly name = 'address-classes';
  readonly #known = new Map<string, AddressClass | undefined>();

  enrich(record: TrafficRecord): void {
    const source = this.#classOf(record['source.ip']);
    const destination = this.#classOf(record['destination.ip']);
    const direction = directionOf(source, destination);
    if (direction !== undefined) record['network.direction'] = direction;
    if (record['event.dataset'] !== 'flow') return;
    if (source !== undefined) record['flow.source.address_class'] = source;
    if (destination !== undefined) record['flow.destination.address_class'] = destination;
  }

  #classOf(address: TrafficRecord[string] | undefined): AddressClass | undefined {
    if (typeof address !== 'string') return undefined;
    const known = this.#known.get(address);
    if (known !== undefined) return known;
    const found = addressClass(address);
    if (this.#known.size >= memory) this.#known.clear();
    this.#known.set(address, found);
    return found;
  }
}

function directionOf(source: AddressClass | undefined, destination: AddressClass | undefined): string | undefined {
  if (source === undefined || destination === undefined) return undefined;
  const from = isOwn[source];
  const to = destination === 'multicast' || destination === 'broadcast' ? from : isOwn[destination];
  if (from === undefined || to === undefined) return undefined;
  if (from) return to ? 'internal' : 'outbound';
  return to ? 'inbound' : 'external';
}
