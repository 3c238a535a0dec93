import { parseSessionEnd, sessionEndHeader, type StoredEnd } from '@orbweaver/contracts/topics/session-end.ts';
import { topics } from '@orbweaver/contracts/topics/topics.ts';
import type { Producer, Received } from '../streaming/bus.ts';

/** Tells of the sessions that end among these messages, all of which are stored, with whatever came before them in their partition. */
export async function sayStored(
  of: StoredEnd['of'],
  partition: number,
  messages: readonly Received[],
  producer: Pick<Producer, 'send'>,
): Promise<void> {
  const ends = messages.flatMap(({ headers }) => {
    const session = parseSessionEnd(headers[sessionEndHeader] ?? '');
    return session === undefined ? [] : [{ ...session, of, partition } satisfies StoredEnd];
  });
  if (ends.length === 0) return;
  await producer.send(
    { topic: topics.ends.name, partition: 0 },
    ends.map((end) => ({ value: Buffer.from(JSON.stringify(end)) })),
  );
}
