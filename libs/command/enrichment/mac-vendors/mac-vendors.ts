import type { FieldValue, TrafficRecord } from '@orbweaver/contracts/records/record.ts';
import { flat } from '@orbweaver/kernel/bytes/text.ts';
import type { Enricher } from '../enricher.ts';

/** The registry of those who make network interfaces. */
export interface VendorRegistry {
  /** By the first 24, 28 or 36 bits of an address, whichever were given out: hexadecimal digits in upper case, as many as the address has (12). */
  vendorOf(address: string): string | undefined;
}

/** Addresses whose vendor is remembered; then it begins anew. */
const memory = 65_536;

/** Bits of the first octet (IEEE 802, section 8.2): a group, or given out by whoever runs the network. Neither has a vendor. */
const groupOrLocal = 0b11;

/** Tells who made the interfaces at the ends of a flow. */
export class MacVendors implements Enricher {
  readonly name = 'mac-vendors';
  readonly #registry: VendorRegistry;
  readonly #known = new Map<string, string | undefined>();

  constructor(registry: VendorRegistry) {
    this.#registry = registry;
  }

  enrich(record: TrafficRecord): void {
    if (record['event.dataset'] !== 'flow') return;
    const source = this.#vendorsOf(record['source.mac']);
    if (source !== undefined) record['flow.source.mac_vendor'] = source;
    const destination = this.#vendorsOf(record['destination.mac']);
    if (destination !== undefined) record['flow.destination.mac_vendor'] = destination;
  }

  #vendorsOf(addresses: FieldValue | undefined): string[] | undefined {
    if (!Array.isArray(addresses)) return undefined;
    let vendors: string[] | undefined;
    for (const address of addresses as readonly string[]) {
      const vendor = this.#vendorOf(address);
      if (vendor === undefined) continue;
      if (vendors === undefined) vendors = [vendor];
      else if (!vendors.includes(vendor)) vendors.push(vendor);
    }
    return vendors;
  }

  #vendorOf(address: string): string | undefined {
    const known = this.#known.get(address);
    if (known !== undefined || this.#known.has(address)) return known;
    const isGivenOut = (parseInt(address.slice(0, 2), 16) & groupOrLocal) === 0;
    const vendor = isGivenOut ? this.#registry.vendorOf(address.replaceAll(/[:-]/g, '').toUpperCase()) : undefined;
    const text = vendor === undefined ? undefined : flat(vendor);
    if (this.#known.size >= memory) this.#known.clear();
    this.#known.set(address, text);
    return text;
  }
}
