import type { FieldMap, TrafficRecord } from '@orbweaver/contracts/records/record.ts';
import { packetMicros } from './packet-time.ts';
import { isNamePort } from './ports.ts';

/** What a DNS answer said: until then `client` may call `address` when it means `name`. Times in microseconds since 1970. */
export interface NameAnswer {
  /** Who asked. */
  readonly client: string;
  readonly address: string;
  readonly name: string;
  /** When the answer came. */
  readonly at: number;
  readonly until: number;
}

/** Seconds beyond its time to live for which a name still is the reason for calling an address: programs and their libraries keep what they have looked up. */
const grace = 300;
/** Seconds: a time to live is believed up to a day. */
const longest = 86_400;

const none: readonly NameAnswer[] = [];

/**
 * The names that a record gives to addresses; most records none. The name is the one that was asked for, wherever aliases led; of what was told without being asked (multicast DNS), the
 * owner of the address.
 */
export function nameAnswers(record: TrafficRecord): readonly NameAnswer[] {
  if (record['event.dataset'] !== 'dns' || record['dns.response_code'] !== 'NOERROR') return none;
  if (!isNamePort(record['destination.port']) && !isNamePort(record['source.port'])) return none;
  const records = record['dns.answers'] as readonly FieldMap[] | undefined;
  const client = record['source.ip'];
  // What a zone holds is no answer to whoever wants to call someone.
  if (records === undefined || record['dns.response.messages'] !== undefined || typeof client !== 'string') return none;
  const asked = record['dns.question.name'];
  const at = packetMicros(record['event.end']);
  const answers: NameAnswer[] = [];
  for (const { type, name, data, ttl } of records) {
    if ((type !== 'A' && type !== 'AAAA') || typeof data !== 'string' || typeof ttl !== 'number') continue;
    const given = asked ?? name;
    if (typeof given !== 'string' || given === '' || given === '.') continue;
    answers.push({ client, address: data, name: given, at, until: at + (Math.min(ttl, longest) + grace) * 1e6 });
  }
  return answers;
}
