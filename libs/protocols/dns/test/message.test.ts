import { describe, expect, it } from 'vitest';
import { answerOf, bytes, datagrams, query, wire } from './messages.ts';

const dataOf = (type: string, data: string): unknown => {
  const [record] = datagrams()
    .server(bytes(answerOf(type, data)))
    .finish();
  return (record!['dns.answers'] as { data: string }[])[0]!.data;
};

const nameOf = (hex: string): unknown =>
  datagrams()
    .client(bytes(`0001 0100 0001 0000 0000 0000 ${hex} 0001 0001`))
    .finish()[0]!['dns.question.name'];

describe('names', () => {
  it('the_root_is_a_dot', () => expect(nameOf('00')).toBe('.'));
  it('letters_are_lowered_and_nothing_else_is', () => expect(nameOf(wire('WwW.EXAMPLE-[1].Test'))).toBe('www.example-[1].test'));
  it('dots_and_backslashes_within_a_label_are_escaped', () => expect(nameOf('03 612e62 02 5c63 00')).toBe('a\\.b.\\\\c'));
  it('octets_that_are_not_printable_become_numbers', () => expect(nameOf('04 0020ff7f 00')).toBe('\\000\\032\\255\\127'));
  it('a_label_of_63_octets_is_the_longest', () => expect(nameOf(`3f${'61'.repeat(63)}00`)).toBe('a'.repeat(63)));

  it.each([
    ['a_pointer_to_itself', 'c00c'],
    ['a_pointer_ahead', 'c020'],
    ['labels_that_lead_back_to_their_own_start', '0161c00c'],
    ['a_reserved_kind_of_label', '4161'],
  ])('%s_is_malformed', (_, name) => {
    const [record] = datagrams()
      .client(bytes(`0001 0100 0001 0000 0000 0000 ${name} 0001 0001`))
      .finish();
    expect(record).toMatchObject({ 'dns.parse_error': 'malformed question' });
    expect(record).not.toHaveProperty('dns.question.name');
  });

  it('a_name_of_more_than_255_octets_is_malformed', () => {
    const long = `3f${'61'.repeat(63)}`.repeat(4);
    expect(nameOf(`${long}00`)).toBeUndefined();
  });

  it('a_chain_of_pointers_is_followed_as_long_as_it_leads_back', () => {
    const records = `c00c 0005 0001 00000000 0004 0161c00c c01f 0005 0001 00000000 0004 0162c02b`;
    const [record] = datagrams()
      .server(bytes(`0001 8180 0001 0002 0000 0000 ${wire('x')} 0005 0001 ${records}`))
      .finish();
    expect(record).toMatchObject({ 'dns.answers': [{ data: 'a.x' }, {}] });
  });
});

describe('data', () => {
  it.each([
    ['0001', 'c0000207', '192.0.2.7'],
    ['001c', '20010db8000000000000000000000001', '2001:db8::1'],
    ['001c', '20010db8000100000001000000000001', '2001:db8:1:0:1::1'],
    ['001c', '00000000000000000000000000000000', '::'],
    ['0010', '03616263', 'abc'],
    ['0010', '03616263 026465', '"abc" "de"'],
    ['0010', '0461225c07', 'a\\"\\\\\\007'],
    ['0010', '03e282ac', '€'],
    ['0010', '02ff41', '\\255A'],
    ['000f', '000a 046d61696c c00c', '10 mail.x.test'],
    ['0021', '0001 0002 1f90 c00c', '1 2 8080 x.test'],
    ['001d', '00 12 16 13 80000000 80000000 00989680', '0 0 0.000 N 0 0 0.000 E 0.00m 1m 10000m 10m'],
    ['0041', '0001 00 0001 0003 026832', '1 . alpn="h2"'],
    ['0041', '0001 00 0001 0009 026832 03612c62 015c', '1 . alpn="h2,a\\\\,b,\\\\\\\\"'],
    ['1234', 'c0ffee', '\\# 3 c0ffee'],
  ])('of_type_%s_%s_reads_%s', (type, data, text) => expect(dataOf(type, data)).toBe(text));

  it.each([
    ['0001', 'c00002', '\\# 3 c00002'],
    ['000f', '000a', '\\# 2 000a'],
    ['0010', '05616263', '\\# 4 05616263'],
    ['0041', '0001 00 0003 0001 01', '\\# 8 0001000003000101'],
    ['002f', '00 00 21', '\\# 3 000021'],
  ])('that_do_not_fit_type_%s_are_written_as_of_an_unknown_one', (type, data, text) => expect(dataOf(type, data)).toBe(text));

  it('of_great_length_are_cut', () => expect((dataOf('0064', 'ab'.repeat(20_000)) as string).length).toBe(4096 + 3));
});

describe('messages', () => {
  it('a_datagram_that_the_capture_cut_is_read_as_far_as_it_goes', () => {
    const whole = bytes(answerOf('0001', 'c0000207'));
    const flow = datagrams();
    flow.send(1, whole, 0, whole.length - 2, whole.length);
    expect(flow.finish()).toMatchObject([
      { 'dns.question.name': 'x.test', 'dns.parse_error': 'cut short', 'dns.response.bytes': whole.length },
    ]);
  });

  it('an_extended_response_code_joins_both_parts', () => {
    const opt = '00 0029 04d0 01 00 8000 0000';
    const [record] = datagrams()
      .server(bytes(`0001 8180 0000 0000 0000 0001 ${opt}`))
      .finish();
    expect(record).toMatchObject({ 'dns.response_code': 'BADVERS', 'dns.edns.udp_size': 1232, 'dns.edns.dnssec_ok': true });
  });

  it('bits_and_codes_that_netbios_and_llmnr_have_for_something_else_are_not_told_as_those_of_dns', () => {
    const flagsOn = (port: number): unknown =>
      datagrams(port)
        .client(bytes('0001 27b0 0001 0000 0000 0000 20 464845504643454c45484643455046464641434143414341434143414341424e 00 0020 0001'))
        .finish()[0]!['dns.header_flags'];
    expect([53, 137, 5355].map(flagsOn)).toEqual([['AA', 'TC', 'RD', 'RA', 'AD', 'CD'], ['AA', 'TC', 'RD', 'RA'], ['TC']]);
    const codeOn = (port: number, code: number): unknown =>
      datagrams(port)
        .server(bytes(`0001 ad8${code} 0000 0000 0000 0000`))
        .finish()[0]!['dns.response_code'];
    expect([6, 7, 3].map((code) => [codeOn(53, code), codeOn(137, code)])).toEqual([
      ['YXDOMAIN', 'ACT_ERR'],
      ['YXRRSET', 'CFT_ERR'],
      ['NXDOMAIN', 'NXDOMAIN'],
    ]);
  });

  it('a_port_of_mdns_or_llmnr_names_the_protocol', () => {
    for (const [port, name] of [
      [5353, 'mdns'],
      [5355, 'llmnr'],
      [137, 'nbns'],
      [53, undefined],
    ] as const) {
      const flow = datagrams(port).client(bytes(query('0001', 'a')));
      expect(flow.mainProtocol).toBe(name);
    }
  });
});
