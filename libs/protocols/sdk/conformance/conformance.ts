import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TrafficRecord } from '@orbweaver/contracts/records/record.ts';
import { describe, expect, it } from 'vitest';
import type { ProtocolModule } from '../module.ts';
import { readConversations, type Transport } from './conversations.ts';
import { describeDetection } from './detection.ts';
import { canonicalLines, readGolden, unusedGoldens } from './golden.ts';
import { carriedNames, declaredNames, faultsOf, faultsOfSchema } from './record-check.ts';
import { recognise, replay, type Fixture, type RecognisedConversation } from './replay.ts';
import { describeDatagrams, describeStream } from './robustness.ts';
import { faultsOfView } from './view-check.ts';

export interface ConformanceOptions {
  /** The protocol's folder: holds `fixtures/` (`*.pcap`, `*.pcapng`) and `goldens/` (`*.ndjson`). */
  readonly folder: URL;
  /** Declared fields that no capture of ours can bring about, each with the reason. One that is emitted after all fails. */
  readonly notInFixtures?: Readonly<Record<string, string>>;
}

/**
 * The contract of a protocol folder, as tests. In `test/conformance.test.ts`:
 *
 *     conformance(protocol, { folder: new URL('..', import.meta.url) });
 *
 * Every `fixtures/*.pcap[ng]` is replayed through `detect` and the analyzer. `UPDATE_GOLDENS=1 npx vitest run <folder>` writes the
 * goldens anew; look at the diff before committing it. Stream conversations are put in order by a plain reassembly, so fixtures
 * are best recorded on loopback.
 */
export function conformance(protocol: ProtocolModule, options: ConformanceOptions): void {
  const folder = fileURLToPath(options.folder);
  const fixtures = readFixtures(protocol, join(folder, 'fixtures'));
  const conversations = fixtures.flatMap((fixture) => fixture.conversations);

  const fixturesOver = (...transports: Transport[]): Fixture[] =>
    fixtures
      .map(({ name, conversations: all }) => ({ name, conversations: all.filter(({ transport }) => transports.includes(transport)) }))
      .filter((fixture) => fixture.conversations.length > 0);

  describe(`${protocol.name} conforms`, () => {
    describeGoldens(protocol, fixtures, join(folder, 'goldens'));
    describeFields(protocol, conversations, options.notInFixtures ?? {});
    describeDetection(protocol, conversations);
    if (protocol.stream !== undefined) describeStream(protocol, fixturesOver('tcp'));
    if (protocol.datagram !== undefined) describeDatagrams(protocol, fixturesOver('udp'), 'udp');
    if (protocol.packet !== undefined) describeDatagrams(protocol, fixturesOver('icmp', 'ipv6-icmp'), 'icmp');
  });
}

function readFixtures(protocol: ProtocolModule, folder: string): Fixture[] {
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => /\.pcap(ng)?$/.test(name)) : [];
  return names.sort().map((name) => {
    const all = readConversations(readFileSync(join(folder, name)));
    const conversations = all.map((conversation, index) => recognise(protocol, conversation, index));
    return { name, conversations: conversations.filter((conversation) => conversation !== undefined) };
  });
}

function recordsOf(protocol: ProtocolModule, conversations: readonly RecognisedConversation[]): TrafficRecord[] {
  return conversations.flatMap((conversation) => replay(protocol, conversation, conversation.steps).records);
}

function describeGoldens(protocol: ProtocolModule, fixtures: readonly Fixture[], folder: string): void {
  it('has_fixtures_for_each_transport_that_it_reads', () => {
    const transports = new Set(fixtures.flatMap((fixture) => fixture.conversations.map((conversation) => conversation.transport)));
    if (protocol.stream !== undefined) expect(transports).toContain('tcp');
    if (protocol.datagram !== undefined) expect(transports).toContain('udp');
    if (protocol.packet !== undefined) expect([...transports]).toContain('icmp');
  });

  it.each(fixtures)('gives_the_records_of_its_golden: $name', (fixture) => {
    expect(fixture.conversations.length, 'conversations that the detector recognises').toBeGreaterThan(0);
    const actual = canonicalLines(recordsOf(protocol, fixture.conversations));
    expect(actual).toBe(readGolden(folder, fixture.name, actual));
  });

  it('no_golden_is_without_its_fixture', () => {
    expect(
      unusedGoldens(
        folder,
        fixtures.map((fixture) => fixture.name),
      ),
    ).toEqual([]);
  });
}

function describeFields(
  protocol: ProtocolModule,
  conversations: readonly RecognisedConversation[],
  notInFixtures: Readonly<Record<string, string>>,
): void {
  const { schema, view } = protocol;
  const records = recordsOf(protocol, conversations).filter((record) => record['event.dataset'] === schema.dataset);
  const emitted = new Set(records.flatMap((record) => carriedNames(record, schema)));

  it('the_schema_is_sound', () => {
    expect(faultsOfSchema(schema)).toEqual([]);
  });

  it('the_view_names_declared_fields_only', () => {
    expect(faultsOfView(view, schema)).toEqual([]);
  });

  it('every_field_emitted_is_declared_and_has_the_declared_type', () => {
    expect([...new Set(records.flatMap((record) => faultsOf(record, schema)))]).toEqual([]);
  });

  it('every_field_declared_is_emitted_by_a_fixture', () => {
    expect(declaredNames(schema).filter((name) => !emitted.has(name) && !(name in notInFixtures))).toEqual([]);
  });

  it('what_is_said_not_to_be_in_fixtures_is_not', () => {
    const declared = new Set(declaredNames(schema));
    expect(Object.keys(notInFixtures).filter((name) => emitted.has(name) || !declared.has(name))).toEqual([]);
    expect(Object.values(notInFixtures).filter((reason) => reason.length < 10)).toEqual([]);
  });
}
