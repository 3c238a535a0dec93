import type { TrafficRecord } from '@orbweaver/contracts/records/record.ts';
import { TestFlow, type TestFlowOptions } from '../../sdk/test-flow.ts';
import { protocol } from '../module.ts';

/** A connection to test with. */
export const connection = (options: TestFlowOptions = {}): TestFlow =>
  new TestFlow(protocol, { destinationPort: 25, keep: true, ...options });

/** One that has got as far as a mail. */
export const greeted = (options: TestFlowOptions = {}): TestFlow =>
  connection(options).server('220 mx ESMTP\r\n').client('EHLO client.example\r\n').server('250-mx\r\n250 PIPELINING\r\n');

/** One that may send its text. */
export const atText = (options: TestFlowOptions = {}): TestFlow =>
  greeted(options)
    .client('MAIL FROM:<anna@example.org>\r\n')
    .server('250 2.1.0 Ok\r\n')
    .client('RCPT TO:<ben@example.net>\r\n')
    .server('250 2.1.5 Ok\r\n')
    .client('DATA\r\n')
    .server('354 go on\r\n');

/** What a test looks at, a line a record: `anna → ben, cleo: subject → 250 Ok`. */
export function told(flow: TestFlow): string[] {
  return flow.finish().map(line);
}

export function line(record: TrafficRecord): string {
  const local = (address: string): string => (address.includes('@') ? address.slice(0, address.indexOf('@')) : address);
  const from = record['smtp.mail_from'] as string | undefined;
  const to = (record['smtp.rcpt_to'] as string[] | undefined) ?? [];
  const refused = new Set((record['smtp.refused_rcpt_to'] as string[] | undefined) ?? []);
  const recipients = to.map((address) => (refused.has(address) ? `(${local(address)})` : local(address))).join(', ');
  const envelope = from === undefined && to.length === 0 ? 'session' : `${local(from ?? '?')} → ${recipients}`;
  const subject = record['email.subject'] === undefined ? '' : `: ${String(record['email.subject'])}`;
  return `${envelope}${subject} → ${String(record['smtp.last_reply'] ?? 'nothing')}`;
}

/** What was kept of the only mail, as Latin-1. */
export const keptText = (flow: TestFlow): string => {
  flow.finish();
  return [...flow.kept.values()].map((bytes) => Buffer.from(bytes).toString('latin1')).join('|');
};
