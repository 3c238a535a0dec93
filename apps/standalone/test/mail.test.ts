import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SearchAnswer } from '@orbweaver/contracts/http/search.ts';
import { startTestServer, type TestServer } from './test-server.ts';

const fixtures = new URL('../../../libs/protocols/smtp/fixtures/', import.meta.url);
const taken = readFileSync(new URL('taken.ndjson', fixtures), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as { to: string[]; sha256: string });

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
  for (const name of ['sign-in.pcap', 'python.pcap', 'starttls.pcap']) await server.bringIn(name, readFileSync(new URL(name, fixtures)));
});
afterAll(() => server.stop());

async function search(query: string, dataset = 'smtp'): Promise<SearchAnswer['records']> {
  const sort = [{ field: '@timestamp', order: 'asc' }];
  return ((await (await server.post('search', { datasets: [dataset], query, sort })).json()) as SearchAnswer).records;
}

test('a_mail_that_was_kept_is_opened_from_its_record', async () => {
  const records = await search('smtp.authenticated: true');
  const hashes = await Promise.all(
    records.map(async (record) => {
      const response = await server.call(`records/${record['event.id']}/content/smtp.message.content_id`);
      return createHash('sha256')
        .update(Buffer.from(await response.arrayBuffer()))
        .digest('hex');
    }),
  );
  expect(hashes).toEqual(taken.slice(0, 3).map(({ sha256 }) => sha256));
});

test('mails_are_found_by_recipient_subject_and_file', async () => {
  expect(await search('smtp.refused_rcpt_to: "nobody@example.net"')).toHaveLength(2);
  expect(await search('email.subject: *Umlauten*')).toHaveLength(1);
  const [mail] = await search('email.attachments.file.name: "Übersicht über alles.csv"');
  expect(mail).toMatchObject({ 'smtp.mail_from': 'anna@example.org', 'email.subject': 'A picture and a table' });
});

test('the_time_that_a_mail_claims_is_searched_by', async () => {
  expect(await search('email.origination_timestamp < "2026-01-03"')).toHaveLength(10);
});

test('what_turned_to_tls_has_the_handshake_beside_it', async () => {
  const sessions = await search('smtp.tls: true');
  const handshakes = await search('network.protocol: smtp', 'tls');
  expect(sessions).toHaveLength(3);
  expect(handshakes.map((record) => record['flow.id'])).toEqual(sessions.map((record) => record['flow.id']));
  expect(handshakes.every((record) => record['tls.established'])).toBe(true);
});
