import { createHash } from 'node:crypto';

/** Where a piece of content lies: `SEGMENT.PACK.OFFSET.CHECK`, numbers in base 36. */
export interface ContentPlace {
  readonly segment: string;
  readonly pack: number;
  readonly offset: number;
  /** CRC-32 of the stored bytes: a place that now holds something else is not taken for it. */
  readonly check: number;
}

/** A segment is a folder's name as well: nothing in it can lead elsewhere. */
const segmentForm = /^[a-z0-9][a-z0-9-]{0,63}$/;
const numberForm = /^[0-9a-z]{1,10}$/;

export const isSegment = (text: string): boolean => segmentForm.test(text);

/** The segment of an imported capture: its name may hold anything, so the segment is a hash of it. */
export const captureSegment = (capture: string): string => `capture-${createHash('sha256').update(capture).digest('hex').slice(0, 32)}`;

/** The segment of live traffic: an hour, `live-20260102t03`. */
export const hourSegment = (time: Date): string => `live-${time.toISOString().slice(0, 13).replaceAll('-', '').toLowerCase()}`;

export function formatContentId({ segment, pack, offset, check }: ContentPlace): string {
  return [segment, ...[pack, offset, check].map((value) => value.toString(36))].join('.');
}

/** Undefined for a text that no writer made. */
export function parseContentId(id: string): ContentPlace | undefined {
  const [segment, ...numbers] = id.split('.');
  if (segment === undefined || !isSegment(segment) || numbers.length !== 3 || !numbers.every((text) => numberForm.test(text)))
    return undefined;
  const [pack, offset, check] = numbers.map((text) => Number.parseInt(text, 36));
  return [pack, offset, check].every(Number.isSafeInteger) ? { segment, pack: pack!, offset: offset!, check: check! } : undefined;
}
