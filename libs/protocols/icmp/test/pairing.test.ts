import { describe, expect, it } from 'vitest';
import { TestFlow } from '../../sdk/test-flow.ts';
import { pendingLimit } from '../analyzer.ts';
import { communityIdOf, portlessCommunityIdOf } from '../community-id.ts';
import { messageName } from '../message-names.ts';
import { protocol } from '../module.ts';

const flow = (ipProtocol = 1): TestFlow => new TestFlow(protocol, { ipProtocol });
const message = (type: number, code: number, rest: readonly number[] = [0, 0, 0, 0], data: readonly number[] = []): Buffer =>
  Buffer.of(type, code, 0, 0, ...rest, ...data);
const numbered = (type: number, id: number, sequence: number): Buffer => message(type, 0, [0, id, 0, sequence]);

describe('an echo', () => {
  it('and_its_reply_are_one_record', () => {
    const talk = flow()
      .client(numbered(8, 7, 1))
      .client(numbered(8, 7, 2))
      .server(numbered(0, 7, 2));
    expect(talk.finish()).toMatchObject([
      { 'event.id': 'test-icmp-1', 'icmp.type': 8, 'icmp.id': 7, 'icmp.seq': 2, 'icmp.response_time': 1_000_000 },
      { 'event.id': 'test-icmp-0', 'icmp.type': 8, 'icmp.seq': 1 },
    ]);
  });

  it('of_version_6_has_other_numbers', () => {
    const talk = flow(58)
      .client(numbered(128, 7, 1))
      .server(numbered(129, 7, 1))
      .client(message(135, 0));
    expect(talk.finish()).toMatchObject([{ 'icmp.type': 128, 'icmp.response_time': 1_000_000 }, { 'icmp.type': 135 }]);
    expect(talk.records[1]).not.toHaveProperty('icmp.id');
  });

  it('that_was_not_captured_leaves_its_reply_alone', () => {
    expect(
      flow()
        .server(numbered(0, 7, 1))
        .finish(),
    ).toMatchObject([{ 'icmp.type': 0, 'icmp.seq': 1 }]);
  });

  it('gets_one_reply_and_another_stands_for_itself', () => {
    const talk = flow()
      .client(numbered(8, 7, 1))
      .server(numbered(0, 7, 1))
      .server(numbered(0, 7, 1));
    expect(talk.finish().map((record) => record['icmp.type'])).toEqual([8, 0]);
  });

  it('waits_for_a_bounded_time_and_with_a_bounded_number_of_others', () => {
    const talk = flow();
    for (let i = 0; i <= pendingLimit; i++) talk.client(numbered(8, i >> 8, i & 255));
    expect([talk.records.length, talk.pastLimit]).toEqual([1, 1]);
    talk.now.set(talk.now.seconds + 61, 0);
    talk.client(message(13, 0));
    expect(talk.records).toHaveLength(pendingLimit + 2);
  });

  it('with_less_than_a_header_is_nothing', () => {
    expect(
      flow()
        .client(numbered(8, 7, 1).subarray(0, 7))
        .finish(),
    ).toEqual([]);
  });
});

describe('an error', () => {
  const address4 = [
    [192, 0, 2, 1],
    [192, 0, 2, 2],
  ] as const;
  const udp = [0x30, 0x39, 0, 53, 0, 8, 0, 0];
  const quoted4 = (protocolNumber: number, transport: readonly number[], fragment = 0): number[] => [
    0x45,
    0,
    0,
    28,
    0,
    0,
    fragment,
    fragment,
    64,
    protocolNumber,
    0,
    0,
    ...address4[0],
    ...address4[1],
    ...transport,
  ];
  const original = (bytes: Buffer, ipProtocol = 1): unknown =>
    flow(ipProtocol).server(bytes).finish()[0]!['icmp.original.network.community_id'];
  const ends = { source: Buffer.of(...address4[0]), destination: Buffer.of(...address4[1]) };

  it('names_the_flow_that_it_is_about', () => {
    const expected = communityIdOf({ ...ends, protocol: 17, sourcePort: 12_345, destinationPort: 53 });
    for (const type of [3, 4, 5, 11, 12]) expect(original(message(type, 1, undefined, quoted4(17, udp)))).toBe(expected);
    expect(original(message(0, 0, undefined, quoted4(17, udp)))).toBeUndefined();
  });

  it('about_an_echo_names_the_flow_of_the_echo', () => {
    const expected = communityIdOf({ ...ends, protocol: 1, sourcePort: 8, destinationPort: 0 });
    expect(original(message(11, 0, undefined, quoted4(1, [8, 0, 0, 0, 0, 7, 0, 1])))).toBe(expected);
    const back = { source: ends.destination, destination: ends.source, protocol: 1, sourcePort: 0, destinationPort: 0 };
    expect(communityIdOf(back)).toBe(expected);
  });

  it('of_version_6_is_read_past_extension_headers', () => {
    const hosts = [1, 2].map((last) => [...Buffer.alloc(15), last]);
    const options = [17, 0, 1, 4, 0, 0, 0, 0];
    const quoted = [0x60, 0, 0, 0, 0, 16, 60, 64, ...hosts.flat(), ...options, ...udp];
    const expected = communityIdOf({
      source: Buffer.from(hosts[0]!),
      destination: Buffer.from(hosts[1]!),
      protocol: 17,
      sourcePort: 12_345,
      destinationPort: 53,
    });
    expect(original(message(1, 4, undefined, quoted), 58)).toBe(expected);
    expect(original(message(1, 4, undefined, quoted.slice(0, 50)), 58)).toBeUndefined();
  });

  it('of_version_6_that_quotes_a_first_fragment_names_its_flow_and_a_later_one_none', () => {
    const hosts = [1, 2].map((last) => Buffer.from([...Buffer.alloc(15), last])) as [Buffer, Buffer];
    const [source, destination] = hosts;
    const quoted = (offset: number): number[] => [
      0x60,
      0,
      0,
      0,
      0,
      16,
      44,
      64,
      ...source,
      ...destination,
      17,
      0,
      0,
      offset,
      0,
      0,
      0,
      9,
      ...udp,
    ];
    const expected = communityIdOf({ source, destination, protocol: 17, sourcePort: 12_345, destinationPort: 53 });
    expect(original(message(3, 1, undefined, quoted(1)), 58)).toBe(expected);
    expect(original(message(3, 1, undefined, quoted(8)), 58)).toBeUndefined();
  });

  /** By the specification: base64 of the SHA-1 of seed, addresses, protocol and padding. */
  it('about_a_protocol_without_ports_names_the_flow_between_the_hosts', () => {
    expect(original(message(3, 2, undefined, quoted4(47, udp)))).toBe('1:OF71QrXQ3uLb1NPEC6e1InPqsIM=');
    expect(portlessCommunityIdOf(47, ends.destination, ends.source)).toBe(portlessCommunityIdOf(47, ends.source, ends.destination));
  });

  it.each([
    ['a_later_fragment', quoted4(17, udp, 1)],
    ['too_little', quoted4(17, udp).slice(0, 22)],
    ['an_authentication_header', quoted4(51, udp)],
    ['a_wrong_header_length', [0x41, ...quoted4(17, udp).slice(1)]],
    ['no_ip', [0x10, ...quoted4(17, udp).slice(1)]],
    ['nothing', []],
  ])('that_quotes_%s_names_none', (_, quoted) => {
    expect(original(message(3, 3, undefined, quoted))).toBeUndefined();
  });
});

/** Values of the Community ID specification's own examples. */
describe('the community id', () => {
  const ends = (source: string, destination: string): { source: Buffer; destination: Buffer } => ({
    source: Buffer.from(source.split('.').map(Number)),
    destination: Buffer.from(destination.split('.').map(Number)),
  });

  it('is_the_one_of_the_specification_in_both_directions', () => {
    const expected = '1:LQU9qZlK+B5F3KDmev6m5PMibrg=';
    const there = { ...ends('128.232.110.120', '66.35.250.204'), protocol: 6, sourcePort: 34_855, destinationPort: 80 };
    const back = { ...ends('66.35.250.204', '128.232.110.120'), protocol: 6, sourcePort: 80, destinationPort: 34_855 };
    expect(communityIdOf(there)).toBe(expected);
    expect(communityIdOf(back)).toBe(expected);
  });
});

describe('a message', () => {
  it.each([
    [1, 8, 0, 'echo request'],
    [1, 3, 3, 'destination unreachable (port unreachable)'],
    [1, 3, 13, 'destination unreachable (communication administratively prohibited)'],
    [1, 3, 200, 'destination unreachable'],
    [1, 11, 0, 'time exceeded (in transit)'],
    [58, 1, 4, 'destination unreachable (port unreachable)'],
    [58, 3, 0, 'time exceeded (in transit)'],
    [58, 135, 0, 'neighbor solicitation'],
    [58, 8, 0, undefined],
    [1, 255, 0, undefined],
  ])('is_called_by_its_type_and_code: IP protocol %i, %i/%i', (ipProtocol, type, code, name) => {
    expect(messageName(ipProtocol, type, code)).toBe(name);
    const [record] = flow(ipProtocol).client(message(type, code)).finish();
    expect(record!['icmp.message']).toBe(name);
  });
});
