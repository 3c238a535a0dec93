import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { TrafficRecord } from '@orbweaver/contracts/records/record.ts';
import { describe, expect, it } from 'vitest';
import { readConversations } from '../../sdk/conformance/conversations.ts';
import { recognise, replay } from '../../sdk/conformance/replay.ts';
import { protocol } from '../module.ts';

const read = (name: string): Buffer => readFileSync(new URL(`../fixtures/${name}`, import.meta.url));
const linesOf = (name: string): string[] => read(name).toString().trim().split('\n');

/** The records of a fixture with the text that was kept of each. */
function mailsOf(name: string): { record: TrafficRecord; text: Uint8Array | undefined }[] {
  return readConversations(read(name)).flatMap((conversation, index) => {
    const recognised = recognise(protocol, conversation, index)!;
    const { records, kept } = replay(protocol, recognised, recognised.steps);
    return records.map((record) => ({ record, text: kept.get(record['smtp.message.content_id'] as string) }));
  });
}

interface Sent {
  readonly from: string;
  readonly recipients: string[];
  readonly refused: string[];
  readonly outcome: string;
  readonly bytes: number;
  readonly subject: string | null;
  readonly attachments: Record<string, unknown>[];
}

describe('fixtures', () => {
  it('what_python_sent_is_what_is_told', () => {
    const sent = linesOf('python.truth.ndjson').map((line) => JSON.parse(line) as Sent);
    const mails = mailsOf('python.pcap');
    expect(mails).toHaveLength(sent.length);
    for (const [i, { record }] of mails.entries()) {
      const truth = sent[i]!;
      expect(record).toMatchObject({ 'smtp.mail_from': truth.from, 'smtp.rcpt_to': truth.recipients, 'event.outcome': truth.outcome });
      expect([...((record['smtp.refused_rcpt_to'] as string[] | undefined) ?? [])].sort()).toEqual(truth.refused);
      expect(record['smtp.message.bytes'] ?? 0).toBe(truth.bytes);
      expect(record['email.subject'] ?? null).toBe(truth.subject);
      const attachments = (record['email.attachments'] as object[] | undefined) ?? [];
      expect(attachments).toHaveLength(truth.attachments.length);
      expect(attachments).toMatchObject(truth.attachments);
    }
  });

  it('what_aiosmtpd_took_is_what_was_kept', () => {
    const taken = linesOf('taken.ndjson').map((line) => JSON.parse(line) as { from: string; to: string[]; bytes: number; sha256: string });
    const kept = ['sign-in.pcap', 'lmtp.pcap'].flatMap(mailsOf).filter(({ text }) => text !== undefined);
    const told = kept.map(({ record, text }) => {
      const refused = (record['smtp.refused_rcpt_to'] as string[] | undefined) ?? [];
      return {
        from: record['smtp.mail_from'],
        to: (record['smtp.rcpt_to'] as string[]).filter((address) => !refused.includes(address)),
        bytes: record['smtp.message.bytes'],
        sha256: createHash('sha256').update(text!).digest('hex'),
      };
    });
    expect(told).toEqual(taken);
  });

  it.each(['swaks', 'python', 'chunking', 'odd'])('what_postfix_took_has_succeeded_and_nothing_else: %s', (name) => {
    const log = linesOf(`${name}.log.txt`).join('\n');
    const queued = [...log.matchAll(/^([0-9A-F]+): from=<([^>]*)>/gm)].map(([, id, from]) => `${id!} ${from!}`);
    const records = mailsOf(`${name}.pcap`).map(({ record }) => record);
    const told = records
      .filter((record) => record['event.outcome'] === 'success' && record['smtp.mail_from'] !== undefined)
      .map((record) => `${/queued as ([0-9A-F]+)/.exec(record['smtp.last_reply'] as string)![1]!} ${record['smtp.mail_from'] as string}`);
    expect(told).toEqual(queued);
  });

  it.each(['sign-in', 'lmtp', 'odd'])('no_password_is_recorded_or_kept: %s', (name) => {
    const mails = mailsOf(`${name}.pcap`);
    const all =
      JSON.stringify(mails.map(({ record }) => record)) + mails.map(({ text }) => Buffer.from(text ?? []).toString('latin1')).join();
    for (const secret of ['warp-and-weft', 'wrong-thread', 'secret-word']) {
      for (const form of [secret, Buffer.from(secret).toString('base64'), Buffer.from(`\0anna\0${secret}`).toString('base64')]) {
        expect(all).not.toContain(form);
      }
    }
  });
});
