import { describe, expect, it } from 'vitest';
import type { TrafficRecord } from '@orbweaver/contracts/records/record.ts';
import { Side } from '../../sdk/analyzer.ts';
import { TestFlow } from '../../sdk/test-flow.ts';
import { ClearWords } from '../../sdk/clear-words.ts';
import { protocol } from '../module.ts';
import {
  alert,
  applicationData,
  ascii,
  changeCipher,
  clientHello,
  extension,
  finished,
  helloDone,
  keyExchange,
  message,
  serverHello,
  serverHelloBody,
  serverName,
  supportedVersions,
  tlsRecord,
  u16,
  u24,
  vector16,
  vector8,
} from './hello-builder.ts';

type Turn = readonly [side: 'client' | 'server', bytes: readonly number[]];

function talk(turns: readonly Turn[]): TrafficRecord[] {
  const flow = new TestFlow(protocol);
  for (const [side, bytes] of turns) flow[side](Uint8Array.from(bytes));
  return flow.finish();
}

/** The same with another analyzer that goes on wherever one is at rest, and how often that was. */
function restingTalk(turns: readonly Turn[]): { records: TrafficRecord[]; rested: number } {
  const flow = new TestFlow(protocol, { rests: true });
  for (const [side, bytes] of turns) flow[side](Uint8Array.from(bytes));
  return { records: flow.finish(), rested: flow.rested };
}

const retryRandom = [...Buffer.from('cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c', 'hex')];
const tls13 = { extensions: [extension(43, u16(0x0304)), extension(51, [...u16(29), ...vector16([1])])] };
const fullServer = [...serverHello(), ...helloDone];

describe('a connection whose handshake is told', () => {
  const handshake: Turn[] = [
    ['client', clientHello()],
    ['server', fullServer],
    ['client', [...keyExchange, ...changeCipher, ...finished]],
    ['server', [...changeCipher, ...finished]],
  ];
  /** Encrypted, and by chance as a hello would be in the clear. */
  const sealedHello = clientHello({ extensions: [serverName('sealed.example')] });

  it.each(['client', 'server'] as const)('rests_and_what_the_%s_seals_stays_sealed', (side) => {
    const other = side === 'client' ? 'server' : 'client';
    const turns: Turn[] = [...handshake, [side, applicationData(100)], [other, applicationData(100)], [side, sealedHello]];
    const { records, rested } = restingTalk(turns);
    expect(records).toEqual(talk(turns));
    expect(records).toHaveLength(1);
    expect(rested).toBeGreaterThan(2);
  });

  it.each([
    ['a_handshake_is_under_way', handshake.slice(0, 2)],
    ['a_record_has_not_come_whole', [...handshake, ['client', applicationData(100).slice(0, 50)]]],
    ['a_header_has_not_come_whole', [...handshake, ['client', applicationData(100).slice(0, 3)]]],
  ] as [string, Turn[]][])('does_not_rest_while_%s', (_, turns) => {
    const before = restingTalk(turns.slice(0, -1)).rested;
    expect(restingTalk(turns).rested).toBe(before);
  });
});

describe('handshakes', () => {
  it('a_full_handshake_up_to_1_2_is_established_when_both_have_finished', () => {
    const [record] = talk([
      ['client', clientHello()],
      ['server', fullServer],
      ['client', [...keyExchange, ...changeCipher, ...finished]],
      ['server', [...changeCipher, ...finished]],
    ]);
    expect(record).toMatchObject({ 'tls.version': '1.2', 'tls.established': true, 'tls.resumed': false });
  });

  it('a_server_that_never_finishes_leaves_it_unestablished', () => {
    const [record] = talk([
      ['client', clientHello()],
      ['server', fullServer],
      ['client', [...keyExchange, ...changeCipher, ...finished]],
      ['server', alert(2, 51)],
    ]);
    expect(record).toMatchObject({ 'tls.established': false, 'tls.alert.description': 'decrypt_error', 'tls.alert.sender': 'server' });
  });

  it('an_encrypted_alert_is_no_finished_in_1_3', () => {
    const begun: Turn[] = [
      ['client', clientHello()],
      ['server', [...serverHello(tls13), ...changeCipher, ...applicationData(800)]],
    ];
    expect(talk([...begun, ['client', [...changeCipher, ...applicationData(19)]]])[0]).toMatchObject({ 'tls.established': false });
    expect(talk([...begun, ['client', [...changeCipher, ...applicationData(53)]]])[0]).toMatchObject({ 'tls.established': true });
  });

  it('early_data_before_the_answer_is_no_finished', () => {
    const [record] = talk([
      ['client', [...clientHello({ extensions: [extension(42), extension(41)] }), ...applicationData(500)]],
      ['server', [...serverHello(tls13), ...applicationData(800)]],
    ]);
    expect(record).toMatchObject({ 'tls.established': false, 'tls.client.early_data': true });
  });

  it('a_session_id_taken_up_again_is_a_resumption', () => {
    const sessionId = [1, 2, 3, 4];
    const [record] = talk([
      ['client', clientHello({ sessionId })],
      ['server', [...serverHello({ sessionId }), ...changeCipher, ...finished]],
      ['client', [...changeCipher, ...finished]],
    ]);
    expect(record).toMatchObject({
      'tls.resumed': true,
      'tls.resumption': 'session_id',
      'tls.session_id': '01020304',
      'tls.established': true,
    });
  });

  it('the_echo_of_a_session_id_in_1_3_is_none', () => {
    const sessionId = [1, 2, 3, 4];
    const [record] = talk([
      ['client', clientHello({ sessionId })],
      ['server', serverHello({ ...tls13, sessionId })],
    ]);
    expect(record).toMatchObject({ 'tls.resumed': false });
    expect(record).not.toHaveProperty('tls.session_id');
  });

  it('after_a_retry_the_second_hello_and_the_servers_answer_behind_its_change_cipher_are_of_the_same_handshake', () => {
    const records = talk([
      ['client', clientHello({ extensions: [serverName('first.example')] })],
      ['server', [...serverHello({ ...tls13, random: retryRandom }), ...changeCipher]],
      ['client', [...changeCipher, ...clientHello({ extensions: [serverName('second.example')] })]],
      ['server', [...serverHello(tls13), ...applicationData(900)]],
      ['client', applicationData(60)],
    ]);
    expect(records).toHaveLength(1);
    expect(records[0]).toMatchObject({
      'tls.client.server_name': 'first.example',
      'tls.hello_retry': true,
      'tls.version': '1.3',
      'tls.curve': 'x25519',
      'tls.established': true,
    });
  });

  it('a_second_handshake_in_the_clear_is_a_second_record', () => {
    const records = talk([
      ['client', clientHello({ extensions: [serverName('a.example')] })],
      ['server', alert(1, 112)],
      ['client', clientHello({ extensions: [serverName('b.example')] })],
    ]);
    expect(records.map((record) => record['tls.client.server_name'])).toEqual(['a.example', 'b.example']);
    expect(records[0]).toMatchObject({ 'tls.alert.description': 'unrecognized_name', 'tls.alert.level': 'warning' });
  });

  it('one_side_alone_gives_a_record_that_does_not_guess', () => {
    const [client] = talk([['client', clientHello({ extensions: [serverName('a.example')] })]]);
    expect(client).toMatchObject({ 'tls.client.server_name': 'a.example' });
    expect(client).not.toHaveProperty('tls.established');
    const [server] = talk([['server', [...serverHello(), ...helloDone]]]);
    expect(server).toMatchObject({ 'tls.version': '1.2', 'tls.cipher': 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256' });
    expect(server).not.toHaveProperty('tls.established');
  });

  it('a_server_that_sends_application_data_has_finished_even_if_the_client_was_not_seen', () => {
    const [record] = talk([['server', [...fullServer, ...changeCipher, ...finished, ...applicationData(30)]]]);
    expect(record).toMatchObject({ 'tls.established': true });
  });

  it('a_session_joined_in_the_middle_gives_no_record', () => {
    expect(
      talk([
        ['client', applicationData()],
        ['server', applicationData()],
      ]),
    ).toEqual([]);
  });

  it('the_client_is_who_says_the_clients_hello_whoever_opened_the_flow', () => {
    const [record] = talk([
      ['server', clientHello({ extensions: [serverName('turned.example')] })],
      ['client', alert(2, 40)],
    ]);
    expect(record).toMatchObject({ 'tls.client.server_name': 'turned.example', 'tls.alert.sender': 'server' });
  });

  it('messages_split_over_records_and_several_in_one_record_read_alike', () => {
    const hellos = [...message(2, serverHelloBody({})), ...message(14, [])];
    const split = hellos.flatMap((byte) => tlsRecord(22, [byte]));
    const [one] = talk([
      ['client', clientHello()],
      ['server', tlsRecord(22, hellos)],
    ]);
    const [many] = talk([
      ['client', clientHello()],
      ['server', split],
    ]);
    expect(many).toEqual(one);
    expect(one).toMatchObject({ 'tls.version': '1.2', 'tls.resumed': false });
  });

  it('a_draft_of_1_3_counts_as_1_3_and_is_named', () => {
    const draft = [...u16(0x7f12), ...new Array<number>(32).fill(1), ...u16(0x1301), ...vector16(extension(40, u16(29)))];
    const [record] = talk([
      ['client', clientHello({ extensions: [supportedVersions(0x7f12, 0x0303)] })],
      ['server', tlsRecord(22, message(2, draft))],
    ]);
    expect(record).toMatchObject({
      'tls.version': '1.3',
      'tls.version_draft': 'draft-18',
      'tls.cipher': 'TLS_AES_128_GCM_SHA256',
      'tls.curve': 'x25519',
      'tls.client.supported_versions': ['draft-18', '1.2'],
    });
  });

  it('names_that_are_no_text_are_escaped', () => {
    const [record] = talk([['client', clientHello({ extensions: [serverName('a\x00b\xff"')] })]]);
    expect(record?.['tls.client.server_name']).toBe('a\\x00b\\xff"');
  });
});

describe('old formats', () => {
  const specs = [...u24(0x010080), ...u24(0x00002f)];
  const challenge = new Array<number>(16).fill(3);
  const ssl2 = (body: readonly number[]): number[] => [0x80 | (body.length >> 8), body.length & 0xff, ...body];
  const ssl2Hello = (version: number): number[] =>
    ssl2([1, ...u16(version), ...u16(specs.length), ...u16(0), ...u16(16), ...specs, ...challenge]);

  it('a_hello_in_the_format_of_ssl_2_that_is_answered_in_tls_is_tls', () => {
    const [record] = talk([
      ['client', ssl2Hello(0x0301)],
      ['server', serverHello({ version: 0x0301, cipher: 0x002f })],
      ['client', alert(2, 40)],
    ]);
    expect(record).toMatchObject({
      'tls.version': '1.0',
      'tls.cipher': 'TLS_RSA_WITH_AES_128_CBC_SHA',
      'tls.client.supported_ciphers': ['SSL_CK_RC4_128_WITH_MD5', 'TLS_RSA_WITH_AES_128_CBC_SHA'],
      'tls.alert.sender': 'client',
    });
    expect(record).not.toHaveProperty('tls.client.ja3');
  });

  it('an_error_of_ssl_2_is_no_answer_without_tls', () => {
    const [record] = talk([
      ['client', ssl2Hello(0x0002)],
      ['server', ssl2([0, ...u16(1)])],
    ]);
    expect(record).toMatchObject({ 'tls.established': false });
    expect(record).not.toHaveProperty('tls.anomalies');
  });

  it('ssl_2_itself_is_read_up_to_the_choice_of_the_cipher', () => {
    const connection = new Array<number>(16).fill(4);
    const serverSays = ssl2([4, 0, 1, ...u16(2), ...u16(0), ...u16(3), ...u16(16), ...u24(0x010080), ...connection]);
    const [record] = talk([
      ['client', ssl2Hello(0x0002)],
      ['server', serverSays],
      ['client', ssl2([2, ...u24(0x010080), ...u16(0), ...u16(4), ...u16(0), 1, 2, 3, 4])],
      ['client', ssl2(new Array<number>(33).fill(5))],
      ['server', ssl2(new Array<number>(33).fill(6))],
    ]);
    expect(record).toMatchObject({
      'tls.version': '2.0',
      'tls.version_protocol': 'ssl',
      'tls.cipher': 'SSL_CK_RC4_128_WITH_MD5',
      'tls.established': true,
    });
  });

  it('ssl_3_is_named_so', () => {
    const [record] = talk([
      ['client', clientHello({ version: 0x0300 })],
      ['server', serverHello({ version: 0x0300, cipher: 5 })],
    ]);
    expect(record).toMatchObject({ 'tls.version': '3.0', 'tls.version_protocol': 'ssl', 'tls.cipher': 'TLS_RSA_WITH_RC4_128_SHA' });
  });
});

describe('a handshake of which the client was not heard', () => {
  it('took_up_a_session_and_does_not_say_how', () => {
    const [record] = talk([['server', [...serverHello(), ...changeCipher, ...finished]]]);
    expect(record).toMatchObject({ 'tls.resumed': true });
    expect(record).not.toHaveProperty('tls.resumption');
  });
});

describe('holes', () => {
  it('one_in_application_data_changes_nothing', () => {
    const flow = new TestFlow(protocol);
    const bytes = Uint8Array.from(applicationData(1000));
    flow.client(Uint8Array.from(clientHello())).server(Uint8Array.from([...serverHello(tls13), ...applicationData(800)]));
    flow.client(bytes.subarray(0, 300)).gap(Side.source, 400).client(bytes.subarray(700)).client(Uint8Array.from(applicationData()));
    expect(flow.finish()[0]).toMatchObject({ 'tls.established': true });
    expect(flow.finish()[0]).not.toHaveProperty('tls.incomplete');
  });

  it('one_in_the_handshake_is_told_and_what_follows_is_found_again', () => {
    const flow = new TestFlow(protocol);
    flow.client(Uint8Array.from(clientHello())).server(Uint8Array.from(serverHello())).gap(Side.destination, 2000);
    flow.server(Uint8Array.from([9, 9, 9, ...keyExchange, ...changeCipher, ...finished]));
    flow.client(Uint8Array.from([...keyExchange, ...changeCipher, ...finished]));
    expect(flow.finish()[0]).toMatchObject({ 'tls.established': true, 'tls.incomplete': true, 'tls.resumed': false });
  });

  it('one_in_the_first_hello_is_told_by_the_server_alone', () => {
    const flow = new TestFlow(protocol);
    const hello = Uint8Array.from(clientHello({ extensions: [serverName('a.example')] }));
    flow.client(hello.subarray(0, 30)).gap(Side.source, 10).client(hello.subarray(40)).server(Uint8Array.from(fullServer));
    expect(flow.finish()).toMatchObject([{ 'tls.version': '1.2', 'tls.incomplete': true }]);
  });

  it('behind_one_that_may_have_held_the_end_success_is_not_denied', () => {
    const flow = new TestFlow(protocol);
    flow.client(Uint8Array.from(clientHello())).server(Uint8Array.from(fullServer));
    flow.client(Uint8Array.from([...keyExchange, ...changeCipher])).gap(Side.source, 45);
    expect(flow.finish()[0]).not.toHaveProperty('tls.established');
  });

  it('an_alert_that_breaks_it_off_denies_it_all_the_same', () => {
    const flow = new TestFlow(protocol);
    flow.client(Uint8Array.from(clientHello())).server(Uint8Array.from(serverHello())).gap(Side.destination, 900);
    flow.client(Uint8Array.from(alert(2, 42)));
    expect(flow.finish()[0]).toMatchObject({ 'tls.established': false, 'tls.alert.description': 'bad_certificate' });
  });

  it('a_server_hello_with_nothing_but_a_hole_behind_it_may_be_of_either_form', () => {
    const flow = new TestFlow(protocol);
    flow.client(Uint8Array.from(clientHello())).server(Uint8Array.from(serverHello())).gap(Side.destination, 900);
    expect(flow.finish()[0]).not.toHaveProperty('tls.resumed');
  });

  it('what_is_no_record_any_more_is_given_up_and_what_was_seen_is_told', () => {
    const flow = new TestFlow(protocol);
    flow.client(Uint8Array.from(clientHello({ extensions: [serverName('a.example')] })));
    flow.client('GET / HTTP/1.1\r\n').server('HTTP/1.1 400 Bad Request\r\n');
    expect(flow.abandoned).toBe('tls: no record where one should be');
    expect(flow.finish()[0]).toMatchObject({ 'tls.client.server_name': 'a.example', 'tls.established': false });
  });
});

describe('an answer without TLS', () => {
  const page = ascii('HTTP/1.1 400 Bad Request\r\n\r\n');
  const answeredWithoutTls = { 'tls.established': false, 'tls.anomalies': ['answered-without-tls'] };

  it.each([
    ['a_page', [['server', page]]],
    ['a_page_cut_anywhere', page.map((octet) => ['server', [octet]])],
    [
      'a_page_that_the_client_breaks_off',
      [
        ['server', page],
        ['client', alert(2, 70)],
      ],
    ],
  ] satisfies [string, Turn[]][])('is_told: %s', (_, turns) => {
    expect(talk([['client', clientHello()], ...turns])).toEqual([expect.objectContaining(answeredWithoutTls)]);
  });

  it.each([
    ['and_the_client_gives_up', 'fin', true],
    ['and_the_client_breaks_off', 'rst', true],
    ['and_the_capture_ends', 'end-of-capture', false],
  ] as const)('before_the_hello %s', (_, reason, isTold) => {
    const greeting = Uint8Array.from(ascii('hello there\r\n'));
    const unknown = new TestFlow(protocol).server(greeting).client(Uint8Array.from(clientHello()));
    const handedOver = new TestFlow(protocol, { facts: new ClearWords(Side.destination) }).client(Uint8Array.from(clientHello()));
    for (const flow of [unknown, handedOver]) {
      const [record] = flow.close(Side.source, reason).finish();
      expect(record).toMatchObject({ 'tls.established': false });
      expect('tls.anomalies' in record!).toBe(isTold);
    }
  });

  it('before_the_hello_is_none_where_tls_comes_behind_it', () => {
    const flow = new TestFlow(protocol, { facts: new ClearWords(Side.destination) });
    flow
      .client(Uint8Array.from(clientHello()))
      .server(Uint8Array.from(alert(2, 40)))
      .close(Side.source);
    expect(flow.finish()[0]).toMatchObject({ 'tls.alert.sender': 'server' });
    expect(flow.records[0]).not.toHaveProperty('tls.anomalies');
  });

  it.each([
    ['no_answer', []],
    ['less_than_tells', [['server', ascii('HTTP')]]],
    ['an_alert', [['server', alert(2, 40)]]],
    [
      'a_hello',
      [
        ['server', serverHello()],
        ['server', page],
      ],
    ],
    [
      'a_client_that_goes_on',
      [
        ['server', ascii('go on\r\n')],
        ['client', [...keyExchange, ...changeCipher, ...finished]],
      ],
    ],
    [
      'a_client_that_goes_on_in_1_3',
      [
        ['server', ascii('go on\r\n')],
        ['client', [...changeCipher, ...applicationData(53)]],
      ],
    ],
  ] satisfies [string, Turn[]][])('is_not_told_of: %s', (_, turns) => {
    expect(talk([['client', clientHello()], ...turns])[0]).not.toHaveProperty('tls.anomalies');
  });

  it.each([Side.source, Side.destination])('is_not_told_behind_a_hole: side %i', (side) => {
    const flow = new TestFlow(protocol)
      .gap(side, 10)
      .server(Uint8Array.from(page))
      .client(Uint8Array.from([...clientHello(), ...clientHello()]));
    expect(flow.finish()[0]).not.toHaveProperty('tls.anomalies');
  });

  it.each([
    ['of_the_client_hides_whether_it_goes_on', Side.source, false],
    ['of_the_server_hides_nothing', Side.destination, true],
  ] as const)('a_hole_behind_it %s', (_, side, isTold) => {
    const flow = new TestFlow(protocol).client(Uint8Array.from(clientHello())).server(Uint8Array.from(page)).gap(side, 10);
    expect('tls.anomalies' in flow.finish()[0]!).toBe(isTold);
  });
});

describe('lengths that lie', () => {
  it('a_message_past_the_limit_is_skipped_and_told', () => {
    const flow = new TestFlow(protocol);
    flow.client(Uint8Array.from(clientHello()));
    flow.server(Uint8Array.from([...serverHello(), ...tlsRecord(22, [11, 0xff, 0xff, 0xff, 1, 2, 3])]));
    expect(flow.finish()[0]).toMatchObject({ 'tls.incomplete': true, 'tls.version': '1.2' });
  });

  const renegotiation = extension(0xff01, [0]);
  it.each([
    ['an_extension_of_a_hello_runs_past_its_block', [...renegotiation, 0, 11, 0, 9, 0]],
    ['less_than_an_extension_is_left_of_a_hello', [...renegotiation, 0, 1]],
  ])('it_is_told_where_%s', (_, block) => {
    const told = { 'tls.client.server_name': 'a.example', 'tls.cipher': 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256', 'tls.incomplete': true };
    const name = serverName('a.example');
    const ofClient = clientHello({ extensions: [name, block] });
    expect(
      talk([
        ['client', ofClient],
        ['server', serverHello({ extensions: [renegotiation] })],
      ]),
    ).toMatchObject([told]);
    const ofServer = serverHello({ extensions: [block] });
    expect(
      talk([
        ['client', clientHello({ extensions: [name] })],
        ['server', ofServer],
      ]),
    ).toMatchObject([told]);
    // Nothing of it is left for the next one.
    const [next] = talk([
      ['client', clientHello()],
      ['server', serverHello()],
    ]);
    expect(next).not.toHaveProperty(['tls.incomplete']);
  });

  it('a_hello_whose_extensions_run_over_keeps_what_stands_before_and_has_no_fingerprint', () => {
    const body = [
      ...u16(0x0303),
      ...new Array<number>(32).fill(7),
      0,
      ...vector16([0x13, 1]),
      ...vector8([0]),
      ...u16(500),
      ...serverName('a.example'),
    ];
    const [record] = talk([['client', tlsRecord(22, message(1, body))]]);
    expect(record).toMatchObject({ 'tls.client.supported_ciphers': ['TLS_AES_128_GCM_SHA256'] });
    expect(record).not.toHaveProperty('tls.client.ja4');
  });

  it('a_server_name_that_is_longer_than_its_extension_is_none', () => {
    const [record] = talk([['client', clientHello({ extensions: [extension(0, [...u16(99), 0, ...u16(99), ...ascii('abc')])] })]]);
    expect(record).not.toHaveProperty('tls.client.server_name');
    expect(String(record?.['tls.client.ja4'])).toMatch(/^t12d/);
  });
});
