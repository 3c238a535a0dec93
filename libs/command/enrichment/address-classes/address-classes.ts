import type { TrafficRecord } from '@orbweaver/contracts/records/record.ts';
import type { Enricher } from '../enricher.ts';
import { addressClass, type AddressClass } from './address-class.ts';

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

  enrich(record: TrafficRecord): void {
    const source = classOf(record['source.ip']);
    const destination = classOf(record['destination.ip']);
    const direction = directionOf(source, destination);
    if (direction !== undefined) record['network.direction'] = direction;
    if (record['event.dataset'] !== 'flow') return;
    if (source !== undefined) record['flow.source.address_class'] = source;
    if (destination !== undefined) record['flow.destination.address_class'] = destination;
  }
}

function classOf(address: TrafficRecord[string] | undefined): AddressClass | undefined {
  return typeof address === 'string' ? addressClass(address) : undefined;
}

function directionOf(source: AddressClass | undefined, destination: AddressClass | undefined): string | undefined {
  if (source === undefined || destination === undefined) return undefined;
  const from = isOwn[source];
  const to = destination === 'multicast' || destination === 'broadcast' ? from : isOwn[destination];
  if (from === undefined || to === undefined) return undefined;
  if (from) return to ? 'internal' : 'outbound';
  return to ? 'inbound' : 'external';
}
