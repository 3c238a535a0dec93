import { deadLetterHeaders } from '@orbweaver/contracts/topics/topics.ts';
import type { Partition, Received } from '../streaming/bus.ts';

/** What a consumer group could not take. */
export interface Letter {
  /** Position among the dead letters of its group. */
  readonly offset: number;
  /** Milliseconds since 1970: when it came there. */
  readonly time: number;
  readonly stage: string;
  readonly reason: string;
  /** Where the message came from; undefined where its headers do not say so. */
  readonly from: (Partition & { readonly offset: number }) | undefined;
  /** The message as it was, or the part of it that failed. */
  readonly value: Uint8Array;
}

export function letterOf({ offset, timestamp, value, headers }: Received): Letter {
  const { stage, reason, topic, partition, offset: position } = deadLetterHeaders;
  const from = { topic: headers[topic] ?? '', partition: Number(headers[partition]), offset: Number(headers[position] ?? -1) };
  return {
    offset,
    time: timestamp,
    stage: headers[stage] ?? 'unknown',
    reason: headers[reason] ?? 'not given',
    from: from.topic !== '' && Number.isSafeInteger(from.partition) && from.partition >= 0 ? from : undefined,
    value,
  };
}

/** Which letters are meant. */
export interface LetterFilter {
  readonly stage?: string | undefined;
  /** A part of the reason, in whatever case. */
  readonly reason?: string | undefined;
  /** Milliseconds since 1970: from, and before. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

export function isMeant(letter: Letter, { stage, reason, from = -Infinity, to = Infinity }: LetterFilter): boolean {
  return (
    (stage === undefined || letter.stage === stage) &&
    (reason === undefined || letter.reason.toLowerCase().includes(reason.toLowerCase())) &&
    letter.time >= from &&
    letter.time < to
  );
}
