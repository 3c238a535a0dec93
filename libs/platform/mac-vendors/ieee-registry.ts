import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { VendorRegistry } from '@orbweaver/command/enrichment/mac-vendors/mac-vendors.ts';

/** Digits of what the IEEE gives out: MA-S, MA-M, MA-L. */
const lengths = [9, 7, 6] as const;
/** Look-ups in the text of the registry, about a millisecond each; whoever wants more has it read as a whole. */
const searchLimit = 16;

/**
 * The registries of the IEEE as the package `oui-data` has them: 5 MB of JSON, a line for each. Nothing is read before the first look-up, and for the few vendors that most captures have,
 * lines are searched for rather than all of them taken apart.
 */
export class IeeeRegistry implements VendorRegistry {
  #text: Buffer | undefined;
  #all: ReadonlyMap<string, string> | undefined;
  #searches = 0;

  vendorOf(address: string): string | undefined {
    // A block that was given out in parts belongs to the IEEE itself: the longest prefix counts.
    for (const length of lengths) {
      const vendor = this.#find(address.slice(0, length));
      if (vendor !== undefined) return vendor;
    }
    return undefined;
  }

  #find(prefix: string): string | undefined {
    if (this.#all !== undefined) return this.#all.get(prefix);
    this.#text ??= readFileSync(createRequire(import.meta.url).resolve('oui-data'));
    if (this.#searches++ < searchLimit * lengths.length) return search(this.#text, prefix);
    const entries = Object.entries(JSON.parse(this.#text.toString()) as Record<string, string>);
    this.#all = new Map(entries.map(([key, text]) => [key, nameOf(text)]));
    this.#text = undefined;
    return this.#all.get(prefix);
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
