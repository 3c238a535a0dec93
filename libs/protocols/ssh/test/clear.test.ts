import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { Side } from '../../sdk/analyzer.ts';
import { Verdict } from '../../sdk/module.ts';
import { detectStream } from '../detect.ts';
import { agreed, connection, hostKeyBlob, integer, newKeys, packet, packetOfOne, proposal, reply, string, u32 } from './packets.ts';

const digest = (name: string, bytes: string | Uint8Array): string => createHash(name).update(bytes).digest('hex');

describe('identification', () => {
  it('is_parted_into_software_and_comments_at_its_first_blank', () => {
    const [record] = connection().client('SSH-2.0-Open_9 by hand, twice\r\n').server('SSH-2.0-drop-bear\n').finish();
    expect(record).toMatchObject({ 'ssh.version': '2.0', 'ssh.client.software': 'Open_9', 'ssh.client.comments': 'by hand, twice' });
    expect(record).toMatchObject({ 'ssh.server.software': 'drop-bear' });
    expect(record).not.toHaveProperty('ssh.server.comments');
  });

  it('lines_before_it_are_passed_over_and_bounded', () => {
    const [record] = connection().client('SSH-2.0-c\n').server('Hello\r\nSSH-nothing\r\nSSH-2.0-s\r\n').finish();
    expect(record).toMatchObject({ 'ssh.server.software': 's' });
    const flow = connection().client('SSH-2.0-c\n');
    for (let i = 0; i < 100; i++) flow.server('x'.repeat(1000));
    expect(flow.server('\nSSH-2.0-s\r\n').finish()[0]).not.toHaveProperty('ssh.server.software');
  });

  it('its_characters_that_are_not_printable_are_escaped', () => {
    expect(connection().client('SSH-2.0-a\x00\xffb\r\n').finish()[0]).toMatchObject({ 'ssh.client.software': 'a\\x00\\xffb' });
  });

  it.each([
    ['2.0', '2.0', '2.0'],
    ['1.99', '2.0', '2.0'],
    ['1.99', '1.99', '2.0'],
    ['1.5', '1.99', '1.5'],
    ['2.0', '1.5', '1.5'],
    ['1.99', undefined, undefined],
    ['2.0', undefined, '2.0'],
  ])('a_client_of_%s_and_a_server_of_%s_speak_%s', (client, server, spoken) => {
    const flow = connection().client(`SSH-${client}-c\r\n`);
    if (server !== undefined) flow.server(`SSH-${server}-s\r\n`);
    expect(flow.finish()[0]!['ssh.version']).toBe(spoken);
  });

  it('without_one_there_is_no_record', () => {
    expect(connection().client('SSH-').finish()).toEqual([]);
  });

  it('is_recognised_by_itself', () => {
    const of = (text: string): Verdict => detectStream(Buffer.from(text), 0, text.length);
    expect([of('SSH-2.0-x'), of('SSH-1.5-x'), of('SSH'), of('SSH-3.0'), of('SHH')]).toEqual([
      Verdict.either,
      Verdict.either,
      Verdict.needMore,
      Verdict.no,
      Verdict.no,
    ]);
  });
});

describe('key exchange', () => {
  it('hassh_is_the_md5_of_the_lists_of_each_side', () => {
    const flow = connection()
      .client('SSH-2.0-c\r\n')
      .server('SSH-2.0-s\r\n')
      .client(proposal({ cipher: 'a,b' }))
      .server(proposal({ mac: 'm' }));
    const [record] = flow.finish();
    expect(record!['ssh.client.hassh']).toBe(digest('md5', 'curve25519-sha256;a,b;hmac-sha2-256;none'));
    expect(record!['ssh.server.hassh']).toBe(digest('md5', 'curve25519-sha256;aes256-gcm@openssh.com;m;none'));
  });

  it('the_first_of_the_client_that_the_server_has_is_chosen', () => {
    const flow = connection().client('SSH-2.0-c\r\n').server('SSH-2.0-s\r\n');
    flow.client(proposal({ keyExchange: 'x,b,a', cipher: 'c3,aes128-ctr', mac: 'm2,m1', compression: 'zlib,none' }));
    flow.server(proposal({ keyExchange: 'a,b', cipher: 'aes128-ctr', mac: 'm1,m2', compression: 'none', hostKey: 'other' }));
    const [record] = flow.finish();
    const expected = { 'ssh.key_exchange': 'b', 'ssh.cipher': 'aes128-ctr', 'ssh.mac': 'm2', 'ssh.compression': 'none' };
    expect(record).toMatchObject(expected);
    expect(record).not.toHaveProperty('ssh.host_key.algorithm');
  });

  it('a_cipher_that_authenticates_leaves_no_mac', () => {
    expect(agreed().finish()[0]).not.toHaveProperty('ssh.mac');
  });

  it.each([30, 31, 33])('the_host_key_stands_at_the_front_of_answer_%i', (type) => {
    const keyExchange = type === 30 ? 'rsa2048-sha256' : 'curve25519-sha256';
    const flow = connection().client('SSH-2.0-c\r\n').server('SSH-2.0-s\r\n').server(proposal({ keyExchange })).server(reply(type));
    expect(flow.isReversed).toBe(false);
    expect(flow.finish()[0]).toMatchObject({
      'ssh.host_key.algorithm': 'ssh-ed25519',
      'ssh.host_key.hash.md5': digest('md5', hostKeyBlob),
      'ssh.host_key.hash.sha256': digest('sha256', hostKeyBlob),
    });
  });

  it('a_group_that_a_server_proposes_is_no_key', () => {
    const flow = connection()
      .server('SSH-2.0-s\r\n')
      .server(reply(31, Buffer.alloc(257, 0xee)))
      .server(reply(33));
    expect(flow.finish()[0]).toMatchObject({ 'ssh.host_key.hash.md5': digest('md5', hostKeyBlob) });
  });

  it.each([30, 34])('the_side_that_begins_it_with_message_%i_is_the_client_whoever_called', (type) => {
    const lists = { keyExchange: 'diffie-hellman-group-exchange-sha256', cipher: 'aes128-ctr' };
    const called = connection().client('SSH-2.0-device\r\n').server('SSH-2.0-manager\r\n');
    called.client(proposal(lists)).server(proposal({ ...lists, cipher: 'aes256-ctr,aes128-ctr' }));
    called.server(packet(Buffer.concat([Buffer.of(type), string(hostKeyBlob)])));
    called.client(Buffer.concat([reply(33), newKeys])).server(newKeys);
    const [record] = called.server(Buffer.alloc(10)).client(Buffer.alloc(99)).finish();
    expect(called.isReversed).toBe(true);
    expect(record).toMatchObject({
      'ssh.client.software': 'manager',
      'ssh.server.software': 'device',
      'ssh.client.encrypted_bytes': 10,
      'ssh.server.encrypted_bytes': 99,
      'ssh.host_key.hash.md5': digest('md5', hostKeyBlob),
    });
  });

  it('the_side_that_shows_a_key_of_ssh_1_is_the_server_whoever_called', () => {
    const key = packetOfOne(
      Buffer.concat([Buffer.of(2), Buffer.alloc(12), integer(16), integer(768), u32(1024), integer(16), integer(1024), Buffer.alloc(12)]),
    );
    const called = connection().client('SSH-1.5-device\n').server('SSH-1.5-manager\n').client(key);
    const [record] = called.server(packetOfOne(Buffer.concat([Buffer.of(3, 3), Buffer.alloc(20)]))).finish();
    expect(called.isReversed).toBe(true);
    expect(record).toMatchObject({ 'ssh.server.software': 'device', 'ssh.host_key.algorithm': 'rsa1', 'ssh.cipher': '3des' });
  });

  it('a_packet_too_long_to_keep_is_passed_over_and_one_too_long_to_be_ends_the_reading', () => {
    const long = packet(Buffer.concat([Buffer.of(2), Buffer.alloc(100_000)]));
    expect(connection().server('SSH-2.0-s\r\n').server(long).server(reply()).finish()[0]).toHaveProperty('ssh.host_key.hash.md5');
    const huge = Buffer.alloc(100, 0xff);
    expect(connection().server('SSH-2.0-s\r\n').server(huge).server(reply()).finish()[0]).not.toHaveProperty('ssh.host_key.hash.md5');
  });

  it('encrypted_bytes_are_counted', () => {
    const flow = agreed().client(Buffer.alloc(100)).server(Buffer.alloc(1000)).server(Buffer.alloc(24));
    expect(flow.finish()[0]).toMatchObject({ 'ssh.client.encrypted_bytes': 100, 'ssh.server.encrypted_bytes': 1024 });
  });

  it('behind_a_hole_nothing_is_read_and_nothing_made_up', () => {
    const flow = connection()
      .client('SSH-2.0-c\r\n')
      .server('SSH-2.0-s\r\n')
      .server(proposal())
      .gap(Side.destination, 5)
      .server(reply())
      .server(newKeys);
    const [record] = flow.close(Side.source).finish('fin');
    expect(record).toMatchObject({ 'event.outcome': 'unknown' });
    expect(record).not.toHaveProperty('ssh.host_key.hash.md5');
  });
});
