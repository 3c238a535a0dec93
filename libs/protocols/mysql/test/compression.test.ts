import { deflateSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { Side } from '../../sdk/analyzer.ts';
import type { TestFlow } from '../../sdk/test-flow.ts';
import { Capability } from '../protocol.ts';
import { column, command, eof, greeting, login, ok, packet, query, signedIn, told } from './talk.ts';

const name = 'mysql.command';
const outcome = 'event.outcome';
const text = 'db.query.text';
const rows = 'db.response.returned_rows';

const length = (value: number): string => String.fromCharCode(value & 255, (value >> 8) & 255, value >> 16);
const compressed = (body: string, unpacked: number): string => `${length(body.length)}\0${length(unpacked)}${body}`;
const plain = (inner: string): string => compressed(inner, 0);
const zlib = (inner: string): string => compressed(deflateSync(Buffer.from(inner, 'latin1')).toString('latin1'), inner.length);
const zstd = (inner: string): string => compressed(zstdCompressSync(Buffer.from(inner, 'latin1')).toString('latin1'), inner.length);

const long = `SELECT '${'ab'.repeat(100)}'`;
const result = packet(1, '\x01') + column(2) + eof(3) + packet(4, '\x03abc') + packet(5, '\x03def') + eof(6);

/** What was asked of `flow`, and what came of it. */
const asked = (flow: TestFlow): unknown[][] => told(flow, name, text, outcome, rows);

describe('a connection that compresses', () => {
  it.each([
    ['zlib', Capability.compress, zlib],
    ['zstd', Capability.zstd, zstd],
  ] as const)('is_read_as_one_that_does_not: %s', (compression, capability, pack) => {
    const flow = signedIn(capability)
      .client(pack(query(long)))
      .server(pack(result));
    flow.client(plain(command(14))).server(plain(ok(1)));
    expect(flow.records).toMatchObject([{ [name]: 'login', 'mysql.compression': compression }, {}, {}]);
    expect(asked(flow)).toEqual([
      ['query', long, 'success', 2],
      ['ping', undefined, 'success', undefined],
    ]);
  });

  it('may_cut_the_packets_inside_anywhere', () => {
    for (let at = 1; at < result.length; at++) {
      const flow = signedIn(Capability.compress).client(zlib(query(long)));
      flow.server(plain(result.slice(0, at)) + zlib(result.slice(at)));
      expect(asked(flow)).toEqual([['query', long, 'success', 2]]);
    }
  });

  it('gives_the_same_records_whatever_the_pieces_it_comes_in', () => {
    const sides: readonly (readonly [Side, string])[] = [
      [Side.destination, greeting(Capability.compress)],
      [Side.source, login(Capability.compress)],
      [Side.destination, ok(2)],
      [Side.source, zlib(query(long))],
      [Side.destination, zlib(result) + plain('')],
      [Side.source, plain(query('SELECT 1'))],
      [Side.destination, zlib(result)],
    ];
    for (const size of [1, 2, 3, 7, 50]) {
      const flow = signedIn(Capability.compress);
      for (const [side, all] of sides.slice(3)) {
        for (let at = 0; at < all.length; at += size) flow.send(side, all.slice(at, at + size));
      }
      expect(asked(flow)).toEqual([
        ['query', long, 'success', 2],
        ['query', 'SELECT 1', 'success', 2],
      ]);
    }
  });

  it('begins_right_behind_the_answer_to_the_login', () => {
    const flow = signedIn(Capability.compress | Capability.zstd);
    expect(flow.records).toMatchObject([{ 'mysql.compression': 'zlib' }]);
    const early = signedIn(Capability.compress)
      .client(plain(query('SELECT 1')))
      .server(plain(result))
      .client(zlib(query(long)) + plain(query('SELECT 2')));
    expect(asked(early.server(zlib(result) + zlib(result)))).toHaveLength(3);
  });

  it('survives_a_hole_within_a_packet_inside', () => {
    const row = packet(4, `\xfd${length(60_000)}${'x'.repeat(60_000)}`);
    const answer = packet(1, '\x01') + column(2) + eof(3) + row + eof(5);
    const flow = signedIn(Capability.compress)
      .client(plain(query('SELECT 1')))
      .server(plain(answer.slice(0, 1000)));
    const middle = zlib(answer.slice(1000, 50_000));
    flow.server(middle.slice(0, 20)).gap(Side.destination, middle.length - 20);
    flow.server(plain(answer.slice(50_000)));
    expect(flow.abandoned).toBeUndefined();
    expect(asked(flow)).toEqual([['query', 'SELECT 1', 'success', 1]]);
  });

  it('ends_where_a_hole_may_have_swallowed_the_beginning_of_a_packet', () => {
    const whole = zlib(result);
    const flow = signedIn(Capability.compress)
      .client(plain(query('SELECT 1')))
      .server(whole.slice(0, 20))
      .gap(Side.destination, whole.length - 20);
    expect(flow.abandoned).toBe('mysql: bytes missing between packets');
    expect(asked(flow)).toEqual([['query', 'SELECT 1', 'unknown', undefined]]);
  });

  it.each([
    ['is_not_compressed', compressed('not zlib at all, whatever it says', 60)],
    ['unpacks_to_less_than_it_says', compressed(deflateSync('abc').toString('latin1'), 60)],
    ['unpacks_to_more_than_it_says', compressed(deflateSync('abc'.repeat(100)).toString('latin1'), 60)],
  ])('ends_with_a_packet_that_%s', (_, wrong) => {
    const flow = signedIn(Capability.compress).client(wrong);
    expect(flow.abandoned).toBe('mysql: no compressed packet where one begins');
    expect(asked(flow)).toEqual([]);
  });

  it('does_not_unpack_a_bomb', () => {
    const megabyte = zlib(packet(0, `\x03${' '.repeat(1024 * 1024 - 5)}`));
    const flow = signedIn(Capability.compress);
    for (let sent = 0; sent < 4; sent++) flow.client(megabyte).server(plain(ok(1)));
    expect(flow.abandoned).toBeUndefined();
    flow.client(megabyte);
    expect(flow.abandoned).toBe('mysql: no compressed packet where one begins');
    expect(asked(flow)).toHaveLength(4);
    const larger = zlib(packet(0, `\x03${' '.repeat(1024 * 1024)}`));
    expect(signedIn(Capability.compress).client(larger).abandoned).toBe('mysql: no compressed packet where one begins');
  });
});
