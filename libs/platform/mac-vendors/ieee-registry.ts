import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { VendorRegistry } from '@orbweaver/command/enrichment/mac-vendors/mac-vendors.ts';

/** Digits of the blocks that the IEEE gives out: MA-L, and the parts of those that it keeps for itself, MA-M and MA-S. */
const block = 6;
const parts = [9, 7] as const;
/** Who holds the blocks that are given out in parts. */
const authority = 'IEEE Registration Authority';
/** Searches in the text of the registry, up to three milliseconds each; to take all of it apart costs as much as these. */
const searchLimit = 32;

/**
 * The registries of the IEEE as the package `oui-data` has them: 5 MB of JSON, a line for each. Nothing is read before the first look-up, and for the few vendors that most captures have,
 * lines are searched for rather than all of them taken apart.
 */
export class IeeeRegistry implements VendorRegistry {
  #text: Buffer | undefined;
  #all: Readonly<Record<string, string>> | undefined;
  #searches = 0;

  vendorOf(address: string): string | undefined {
    const holder = this.#find(address.slice(0, block));
    if (holder !== authority) return holder;
    for (const digits of parts) {
      const vendor = this.#find(address.slice(0, digits));
      if (vendor !== undefined) return vendor;
    }
    return holder;
  }

  #find(prefix: string): string | undefined {
    if (this.#all === undefined) {
      this.#text ??= readFileSync(createRequire(import.meta.url).resolve('oui-data'));
      if (this.#searches++ < searchLimit) return search(this.#text, prefix);
      this.#all = JSON.parse(this.#text.toString()) as Record<string, string>;
      this.#text = undefined;
    }
    return Object.hasOwn(this.#all, prefix) ? nameOf(this.#all[prefix]!) : undefined;
  }
}

/** The value behind `"prefix": ` on a line of its own. */
function search(text: Buffer, prefix: string): string | undefined {
  const key = `\n "${prefix}": `;
  const at = text.indexOf(key);
  if (at < 0) return undefined;
  const end = text.indexOf('\n', at + key.length);
  const value = text.toString('utf8', at + key.length, end < 0 ? text.length : end).replace(/,?\s*\}?$/, '');
  return nameOf(JSON.parse(value) as string);
}

/** The name stands in front of the postal address. */
function nameOf(text: string): string {
  const end = text.indexOf('\n');
  return end < 0 ? text : text.slice(0, end);
}
