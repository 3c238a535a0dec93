import { createHash } from 'node:crypto';
import { isSegment } from './content-id.ts';

/** What a piece of content is called where it is kept by what it holds: `SEGMENT.HOUR.HASH`. The same packets give the same id, however often they are analysed. */
export interface HashedContent {
  readonly segment: string;
  /** Of its packets, since 1970: with it the content grows old as its records do. */
  readonly hour: number;
  /** Of the bytes: the first 128 bits of their SHA-256, in hex. */
  readonly hash: string;
}

export const hashOfContent = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex').slice(0, 32);

/** The hour in base 36. */
export const formatHashedId = ({ segment, hour, hash }: HashedContent): string => `${segment}.${hour.toString(36)}.${hash}`;

/** Undefined for a text that no dissector made. */
export function parseHashedId(id: string): HashedContent | undefined {
  const [segment, hour, hash, ...more] = id.split('.');
  if (segment === undefined || !isSegment(segment) || more.length > 0) return undefined;
  if (!/^[0-9a-z]{1,6}$/.test(hour ?? '') || !/^[0-9a-f]{32}$/.test(hash ?? '')) return undefined;
  return { segment, hour: Number.parseInt(hour!, 36), hash: hash! };
}
