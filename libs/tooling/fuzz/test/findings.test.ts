import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import { usualOptions, type InputOptions } from '../input.ts';
import { faultOf } from '../properties.ts';

vi.setConfig({ testTimeout: 60_000 });

const folder = new URL('../fixtures/', import.meta.url);
const fixtures = readdirSync(folder).filter((name) => /\.pcap(ng)?$/.test(name));

/** The usual switches, and those that press hardest. */
const allOptions: readonly InputOptions[] = [
  usualOptions,
  { hashes: false, verifyChecksums: false, flowKeyVlan: true, keepContent: true, flowLimit: 1, reassemblyLimit: 0, activeTimeout: 0 },
  { hashes: true, verifyChecksums: true, flowKeyVlan: false, keepContent: true, flowLimit: 2, reassemblyLimit: 100, activeTimeout: 1 },
];

describe('what fuzzing has found stays mended', () => {
  it.each(fixtures)('%s', (name) => {
    const file = readFileSync(new URL(name, folder));
    for (const options of allOptions) expect(faultOf({ talks: undefined, frames: [], file, options })).toBeUndefined();
  });
});
