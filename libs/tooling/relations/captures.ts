import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';

/** A capture to try. */
export interface CaptureFile {
  readonly name: string;
  /** Uncompressed. */
  read(): Uint8Array;
}

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** Our own: what the protocols are tested with, and the sample. */
export const ownCaptures: readonly CaptureFile[] = found(root, [
  'libs/protocols/*/fixtures/*.{pcap,pcapng}',
  'libs/testing/captures/**/*.{pcap,pcapng,pcapng.gz}',
]);

/** Where captures of others lie, for those who have some; undefined without. */
export const corporaFolder = process.env['ORBWEAVER_CORPORA'];

/** Captures of others, up to `limit` bytes each. */
export function corporaCaptures(limit: number): readonly CaptureFile[] {
  if (corporaFolder === undefined) return [];
  return found(corporaFolder, ['**/*.{pcap,pcapng,cap,trace,gz}']).filter((capture) => capture.read().length <= limit);
}

function found(folder: string, patterns: readonly string[]): CaptureFile[] {
  return globSync(patterns, { cwd: folder })
    .sort()
    .map((name) => ({
      name: name.replace(/^libs\/(protocols|testing)\//, ''),
      read: () => {
        const bytes = readFileSync(`${folder}/${name}`);
        return name.endsWith('.gz') ? gunzipSync(bytes) : bytes;
      },
    }));
}
