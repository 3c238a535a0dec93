import { AddressClasses } from './address-classes/address-classes.ts';
import type { Enricher } from './enricher.ts';
import { MacVendors, type VendorRegistry } from './mac-vendors/mac-vendors.ts';

/** Every enricher but the names, which need to see answers in time. What is to come (identity in a cluster, places, tags) is one more folder and one more line. */
export function standingEnrichers(registry: VendorRegistry): readonly Enricher[] {
  return [new AddressClasses(), new MacVendors(registry)];
}
