import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Verdict } from '../../sdk/module.ts';
import { TestFlow } from '../../sdk/test-flow.ts';
import {
  alpn,
  clientHelloBody,
  extension,
  message,
  serverHelloBody,
  serverName,
  supportedVersions,
  u16,
} from '../../tls/test/hello-builder.ts';
import { maximumConnections, maximumOpen } from '../analyzer.ts';
import { CryptoStream, maximumCryptoBytes } from '../crypto-stream.ts';
import { detectQuic } from '../detect.ts';
import { InitialKeys } from '../initial-keys.ts';
import { protocol } from '../module.ts';
import { quicVersion } from '../versions.ts';
import { protectInitial } from './initial-builder.ts';

const id = Uint8Array.from(Buffer.from('8394c8f03e515708', 'hex'));
const hello = message(
  1,
  clientHelloBody({ extensions: [serverName('a.example'), alpn('h3'), supportedVersions(0x0304), extension(57, [1, 2])] }),
);
const crypto = (offset: number, bytes: readonly number[]): number[] => [
  6,
  ...u16(0x4000 | offset),
  ...u16(0x4000 | bytes.length),
  ...bytes,
];
const padded = (frames: readonly number[]): number[] => [...frames, ...new Array<number>(Math.max(0, 1100 - frames.length)).fill(0)];

describe('initial packets', () => {
  /** RFC 9001 A.3: the server's answer to the sample connection. */
  const sample =
    'cf000000010008f067a5502a4262b5004075c0d95a482cd0991cd25b0aac406a5816b6394100f37a1c69797554780bb38cc5a99f5ede4cf73c3ec2493a1839b3dbcba3f6ea46c5b7684df3548e7ddeb9c3bf9c73cc3f3bded74b562bfb19fb84022f8ef4cdd93795d77d06edbb7aaf2f58891850abbdca3d20398c276456cbc42158407dd074ee';

  it('the_sample_of_the_standard_opens', () => {
    const bytes = Uint8Array.from(Buffer.from(sample, 'hex'));
    const frames = new InitialKeys(quicVersion(1)!, id).open(false, bytes, 0, 18, bytes.length);
    expect(Buffer.from(frames!).toString('hex')).toMatch(/^02000000000600405a020000560303eefce7f7b37ba1d163/);
  });

  it('one_changed_anywhere_does_not', () => {
    const keys = new InitialKeys(quicVersion(1)!, id);
    const bytes = Uint8Array.from(Buffer.from(sample, 'hex'));
    for (let at = 0; at < bytes.length; at++) {
      const changed = Uint8Array.from(bytes);
      changed[at]! ^= 1;
      expect(keys.open(false, changed, 0, 18, changed.length)).toBeUndefined();
    }
  });

  it.each([0x00000001, 0x6b3343cf, 0xff00001d, 0xff00001b, 0xff000022, 0xfaceb002])('a_hello_of_version_%i_is_read', (version) => {
    const packet = protectInitial({ version, destination: id, source: Uint8Array.of(1, 2), frames: padded(crypto(0, hello)) });
    expect(detectQuic(packet, 0, packet.length)).toBe(Verdict.either);
    const flow = new TestFlow(protocol, { datagrams: true });
    expect(flow.client(packet).finish()[0]).toMatchObject({
      'quic.version': quicVersion(version)!.name,
      'quic.client.initial_dcid': '8394c8f03e515708',
      'quic.client.scid': '0102',
      'tls.client.server_name': 'a.example',
      'tls.client.alpn': ['h3'],
      'tls.client.ja4': expect.stringMatching(/^q13d0104h3_/) as string,
    });
    expect(flow.protocols).toContain('tls');
  });

  it('of_connections_that_share_a_flow_past_the_limits_each_is_counted', () => {
    const flow = new TestFlow(protocol, { datagrams: true });
    const begin = (number: number): Uint8Array => {
      const destination = Uint8Array.from({ length: 8 }, () => number);
      return protectInitial({ version: 1, destination, source: Uint8Array.of(number), frames: padded(crypto(0, hello)) });
    };
    for (let number = 1; number <= maximumConnections + 2; number++) flow.client(begin(number));
    expect(flow.pastLimit).toBe(maximumConnections - maximumOpen + 2);
    expect(flow.finish()).toHaveLength(maximumConnections);
  });

  it('a_hello_in_shuffled_pieces_over_several_packets_is_one', () => {
    const pieces = [
      crypto(40, hello.slice(40, 70)),
      crypto(0, hello.slice(0, 20)),
      crypto(60, hello.slice(60)),
      crypto(10, hello.slice(10, 40)),
    ];
    const flow = new TestFlow(protocol, { datagrams: true });
    pieces.forEach((piece, number) =>
      flow.client(protectInitial({ destination: id, number, frames: padded([1, ...piece, 2, 0, 0, 0, 0]) })),
    );
    expect(flow.finish()).toHaveLength(1);
    expect(flow.records[0]).toMatchObject({ 'tls.client.server_name': 'a.example' });
  });

  it('a_server_may_answer_in_another_version_with_keys_of_the_same_id', () => {
    const answer = message(2, serverHelloBody({ extensions: [extension(43, u16(0x0304))] }));
    const server = { destination: new Uint8Array(0), source: Uint8Array.of(7), keyId: id, fromServer: true, version: 0x6b3343cf };
    const flow = new TestFlow(protocol, { datagrams: true });
    flow.client(protectInitial({ destination: id, frames: padded(crypto(0, hello)) }));
    flow.server(protectInitial({ ...server, frames: padded(crypto(0, answer)) }));
    expect(flow.finish()[0]).toMatchObject({ 'quic.version': '2', 'quic.server.scid': '07', 'tls.version': '1.3' });
  });

  it.each([
    [
      'server',
      [0x41, 0x78],
      { 'tls.alert.description': 'no_application_protocol', 'tls.alert.level': 'fatal', 'tls.alert.sender': 'server' },
    ],
    ['client', [0x41, 0x2a], { 'tls.alert.description': 'bad_certificate', 'tls.alert.level': 'fatal', 'tls.alert.sender': 'client' }],
    ['server', [0x02], {}],
  ])('a_connection_that_the_%s_closes_in_an_initial_was_not_established: %j', (closer, code, alert) => {
    const close = [2, 0, 0, 0, 0, 0x1c, ...code, 6, 2, 0x6e, 0x6f];
    const flow = new TestFlow(protocol, { datagrams: true });
    flow.client(protectInitial({ destination: id, frames: padded(crypto(0, hello)) }));
    if (closer === 'client') flow.client(protectInitial({ destination: id, number: 1, frames: padded(close) }));
    else
      flow.server(protectInitial({ destination: new Uint8Array(0), source: Uint8Array.of(7), keyId: id, fromServer: true, frames: close }));
    expect(flow.records).toHaveLength(1);
    expect(flow.records[0]).toMatchObject({ 'tls.client.server_name': 'a.example', 'tls.established': false, ...alert });
    expect('tls.alert.sender' in flow.records[0]!).toBe('tls.alert.sender' in alert);
    expect(flow.finish()).toHaveLength(1);
  });

  it('a_close_that_is_cut_off_says_nothing', () => {
    const flow = new TestFlow(protocol, { datagrams: true });
    flow.client(protectInitial({ destination: id, frames: [...padded(crypto(0, hello)), 0x1c, 0x41] }));
    expect(flow.finish()).toHaveLength(1);
    expect(flow.records[0]).not.toHaveProperty(['tls.established']);
  });

  it('a_server_may_clear_the_quic_bit_of_its_first_packet', () => {
    const answer = message(2, serverHelloBody({ extensions: [extension(43, u16(0x0304))] }));
    const server = { destination: new Uint8Array(0), source: Uint8Array.of(7), keyId: id, fromServer: true, quicBit: false };
    const flow = new TestFlow(protocol, { datagrams: true });
    flow.client(protectInitial({ destination: id, frames: padded(crypto(0, hello)) }));
    flow.server(protectInitial({ ...server, frames: padded(crypto(0, answer)) }));
    expect(flow.finish()[0]).toMatchObject({ 'quic.server.scid': '07', 'tls.version': '1.3' });
  });

  it('without_the_quic_bit_nothing_is_taken_for_QUIC', () => {
    const packet = protectInitial({ destination: id, frames: padded(crypto(0, hello)), quicBit: false });
    expect(detectQuic(packet, 0, packet.length)).toBe(Verdict.no);
  });

  it.each([1, 2])('of_two_retries_the_client_shows_which_it_took: %i', (taken) => {
    const retry = (source: number): Uint8Array =>
      Uint8Array.of(0xf0, 0, 0, 0, 1, 0, 8, ...new Array<number>(8).fill(source), ...new Array<number>(40).fill(7));
    const chosen = new Uint8Array(8).fill(taken);
    const answer = message(2, serverHelloBody({ extensions: [extension(43, u16(0x0304))] }));
    const server = { destination: new Uint8Array(0), source: Uint8Array.of(7), keyId: chosen, fromServer: true };
    const flow = new TestFlow(protocol, { datagrams: true });
    flow.client(protectInitial({ destination: id, frames: padded(crypto(0, hello)) }));
    flow.server(retry(1)).server(retry(2));
    flow.client(protectInitial({ destination: chosen, number: 1, frames: padded(crypto(0, hello)) }));
    flow.server(protectInitial({ ...server, frames: padded(crypto(0, answer)) }));
    expect(flow.finish()).toMatchObject([
      { 'quic.client.initial_dcid': '8394c8f03e515708', 'quic.server.scid': '07', 'tls.version': '1.3' },
    ]);
    expect(flow.records).toHaveLength(1);
  });

  it('packets_that_cannot_be_opened_end_in_nothing_however_many', () => {
    const flow = new TestFlow(protocol, { datagrams: true });
    const packet = protectInitial({ destination: id, frames: padded(crypto(0, hello)) });
    packet[packet.length - 1]! ^= 1;
    for (let i = 0; i < 100; i++) flow.client(packet);
    expect(flow.finish()).toEqual([]);
  });

  it('another_client_hello_to_another_id_is_another_connection', () => {
    const flow = new TestFlow(protocol, { datagrams: true });
    for (const destination of [id, Uint8Array.of(9, 9, 9, 9, 9, 9, 9, 9)]) {
      flow.client(protectInitial({ destination, frames: padded(crypto(0, hello)) }));
    }
    expect(flow.finish().map((record) => record['quic.client.initial_dcid'])).toEqual(['8394c8f03e515708', '0909090909090909']);
  });

  it('connections_that_share_a_flow_are_told_apart_by_their_ids', () => {
    const answer = message(2, serverHelloBody({ extensions: [extension(43, u16(0x0304))] }));
    const ids = [1, 2].map((n) => new Uint8Array(8).fill(n)) as [Uint8Array, Uint8Array];
    const hellos = ['a.example', 'b.example'].map((name) => message(1, clientHelloBody({ extensions: [serverName(name)] })));
    const flow = new TestFlow(protocol, { datagrams: true });
    // Each hello in two packets, and all of them mixed.
    for (const from of [0, 20]) {
      ids.forEach((destination, n) => {
        const frames = padded(crypto(from, hellos[n]!.slice(from, from === 0 ? 20 : undefined)));
        flow.client(protectInitial({ destination, source: Uint8Array.of(n), number: from, frames }));
      });
    }
    ids.forEach((keyId, n) =>
      flow.server(
        protectInitial({
          destination: Uint8Array.of(n),
          source: Uint8Array.of(7, n),
          keyId,
          fromServer: true,
          frames: padded(crypto(0, answer)),
        }),
      ),
    );
    expect(flow.finish()).toMatchObject([
      { 'quic.client.initial_dcid': '0101010101010101', 'quic.server.scid': '0700', 'tls.client.server_name': 'a.example' },
      { 'quic.client.initial_dcid': '0202020202020202', 'quic.server.scid': '0701', 'tls.client.server_name': 'b.example' },
    ]);
    expect(new Set(flow.records.map((record) => record['event.id'])).size).toBe(2);
  });

  it('past_the_limit_the_oldest_connection_is_told_unanswered', () => {
    const flow = new TestFlow(protocol, { datagrams: true });
    for (let n = 0; n < 20; n++) flow.client(protectInitial({ destination: new Uint8Array(8).fill(n), frames: padded(crypto(0, hello)) }));
    expect(flow.records).toHaveLength(4);
    expect(flow.finish()).toHaveLength(20);
  });

  it('any_frames_end', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 4, maxLength: 200 }), (frames) => {
        new TestFlow(protocol, { datagrams: true }).client(protectInitial({ destination: id, frames: [...frames] })).finish();
      }),
    );
  });
});

describe('versions that cannot be read', () => {
  const ascii = (text: string): number[] => [...Buffer.from(text, 'latin1')];
  const u32 = (value: number): number[] => [...u16(value >>> 16), ...u16(value & 0xffff)];
  const detect = (...parts: readonly number[][]): Verdict => {
    const bytes = Uint8Array.from(parts.flat());
    return detectQuic(bytes, 0, bytes.length);
  };
  const pad = (length: number): number[] => new Array<number>(length).fill(0);

  it('early_data_a_handshake_or_a_retry_that_is_heard_first_is_QUIC_too', () => {
    const long = (type: number, rest: readonly number[], version = [0, 0, 0, 1]): Uint8Array =>
      Uint8Array.of(0xc0 | (type << 4), ...version, 8, ...id, 0, ...rest);
    const sealed = [0x40, 40, ...new Array<number>(40).fill(7)];
    const verdictOf = (bytes: Uint8Array): Verdict => detectQuic(bytes, 0, bytes.length);
    expect(verdictOf(long(1, sealed))).toBe(Verdict.client);
    expect(verdictOf(long(2, sealed, [0x6b, 0x33, 0x43, 0xcf]))).toBe(Verdict.client);
    expect(verdictOf(long(2, [...sealed, 0x41, 1, 2, 3]))).toBe(Verdict.either);
    expect(verdictOf(long(3, new Array<number>(30).fill(7)))).toBe(Verdict.server);
    expect(verdictOf(long(2, [...sealed, 0x01, 2, 3]))).toBe(Verdict.no);
    expect(verdictOf(long(2, sealed.slice(0, -1)))).toBe(Verdict.no);
  });

  it('a_client_of_Google_QUIC_shows_its_version_behind_its_id', () => {
    for (const flags of [0x09, 0x0d, 0x19]) {
      expect(detect([flags], [...id], ascii('Q043'), [1], ascii('CHLO'))).toBe(Verdict.client);
    }
    expect(detect([0x09], [...id], ascii('Q043Q046'))).toBe(Verdict.server);
    expect(detect([0x08], [...id], ascii('Q043'), [1], ascii('CHLO'))).toBe(Verdict.no);
    expect(detect([0x09], [...id], ascii('Q04x'), [1], ascii('CHLO'))).toBe(Verdict.no);
  });

  it('a_long_header_of_a_version_that_was_given_out_is_a_client_if_it_is_padded_as_one', () => {
    const headed = (version: number): number[][] => [[0xc3], u32(version), [8], [...id], [0], pad(1190)];
    for (const version of [0x1a2a3a4a, 0xfaceb001, 0xff000016, 0x51303530, 0x54303531])
      expect(detect(...headed(version))).toBe(Verdict.client);
    expect(detect(...headed(0x12345678))).toBe(Verdict.no);
    expect(detect(...headed(0x1a2a3a4a).slice(0, 5), pad(200))).toBe(Verdict.no);
    expect(detect([0xc3], u32(0x1a2a3a4a), [7], [...id], [0], pad(1190))).toBe(Verdict.no);
    expect(detect([0xc3], ascii('Q046'), [0x50], [...id], pad(1190))).toBe(Verdict.client);
  });

  it('an_offer_of_versions_comes_from_a_server', () => {
    expect(detect([0x80], u32(0), [0], [8], [...id], u32(1), u32(0x6a7a8a9a))).toBe(Verdict.server);
    expect(detect([0x80], u32(0), [0], [8], [...id])).toBe(Verdict.no);
    expect(detect([0x80], u32(0), [0], [8], [...id], u32(1), [0])).toBe(Verdict.no);
    expect(detect([0x80], u32(0), [0], [8], [...id], u32(0x20))).toBe(Verdict.no);
  });

  it('whatever_the_bytes_nothing_behind_their_end_matters', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 40 }), fc.constantFrom(0x09, 0x80, 0xc0), (bytes, first) => {
        bytes[0] = first;
        const longer = new Uint8Array(64).fill(0x51);
        longer.set(bytes);
        expect(detectQuic(longer, 0, bytes.length)).toBe(detectQuic(bytes, 0, bytes.length));
      }),
    );
  });

  it('after_an_offer_the_version_that_both_speak_is_read', () => {
    const flow = new TestFlow(protocol, { datagrams: true });
    flow.client(Uint8Array.from([[0xc3], u32(0x1a2a3a4a), [8], [...id], [0], pad(1190)].flat()));
    flow.server(Uint8Array.from([[0x80], u32(0), [0], [8], [...id], u32(1)].flat()));
    flow.client(protectInitial({ destination: id, frames: padded(crypto(0, hello)) }));
    expect(flow.finish()).toMatchObject([{ 'quic.version': '1', 'tls.client.server_name': 'a.example' }]);
  });
});

describe('crypto stream', () => {
  const sink = { message: () => undefined, messageMissed: () => undefined };

  it('whatever_the_order_and_overlap_of_its_pieces_the_message_is_the_same', () => {
    const whole = Uint8Array.from(hello);
    fc.assert(
      fc.property(fc.shuffledSubarray([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], { minLength: 10 }), fc.nat(20), (order, overlap) => {
        const given: string[] = [];
        const stream = new CryptoStream(0, {
          ...sink,
          message: (_, __, bytes, start, end) => void given.push(Buffer.from(bytes.subarray(start, end)).toString('hex')),
        });
        const length = Math.ceil(whole.length / 10);
        for (const i of order) {
          const start = i * length;
          stream.add(start, whole, Math.min(start, whole.length), Math.min(whole.length, start + length + overlap));
        }
        expect(given).toEqual([Buffer.from(whole.subarray(4)).toString('hex')]);
        stream.release();
      }),
    );
  });

  it('a_piece_past_the_limit_is_left_out', () => {
    const stream = new CryptoStream(0, sink);
    stream.add(maximumCryptoBytes, Uint8Array.of(1), 0, 1);
    stream.release();
  });
});
