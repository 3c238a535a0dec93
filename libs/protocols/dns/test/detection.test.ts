import { describe, expect, it } from 'vitest';
import { Verdict } from '../../sdk/module.ts';
import { detectDatagram, detectStream } from '../detect.ts';
import { answer, bytes, framed, query, wire } from './messages.ts';

const known = { senderPort: 40_000, receiverPort: 53 };
const elsewhere = { senderPort: 40_000, receiverPort: 41_000 };
const datagram = (hex: string, ports = known): Verdict => detectDatagram(bytes(hex), 0, bytes(hex).length, ports);

const unknownClass = `0001 0100 0001 0000 0000 0000 ${wire('a.test')} 0001 0777`;

const reserved = query('0001', 'a.test').replace('0100', '7900');

describe('a datagram', () => {
  it('is_recognised_by_content_on_any_port', () => {
    expect(datagram(query('0001', 'a.test'), elsewhere)).toBe(Verdict.client);
    expect(datagram(answer('0001', 'a.test'), elsewhere)).toBe(Verdict.server);
  });

  it('must_parse_to_its_last_byte_off_the_known_ports', () => {
    expect(datagram(`${query('0001', 'a.test')} 00`, elsewhere)).toBe(Verdict.no);
    expect(datagram(`${query('0001', 'a.test')} 00`, known)).toBe(Verdict.client);
    expect(datagram(query('0001', 'a.test', '7777'), elsewhere)).toBe(Verdict.no);
  });

  it('of_an_answer_cut_by_the_capture_is_recognised_on_a_known_port', () => {
    const cut = bytes(answer('0001', 'a.test')).subarray(0, -3);
    expect(detectDatagram(cut, 0, cut.length, known)).toBe(Verdict.server);
  });

  it('to_the_multicast_port_tells_no_roles', () => {
    const ports = { senderPort: 5353, receiverPort: 5353 };
    expect(datagram(answer('0000', 'a.local'), ports)).toBe(Verdict.either);
  });

  it('on_the_netbios_port_needs_a_netbios_name', () => {
    const ports = { senderPort: 137, receiverPort: 137 };
    expect(datagram(query('0001', 'a.test', '0020'), ports)).toBe(Verdict.no);
    expect(datagram(query('0001', 'EMEPEPENCACACACACACACACACACACACA', '0020'), ports)).toBe(Verdict.client);
  });

  it('of_a_class_or_an_operation_that_nobody_was_given_is_recognised_on_a_known_port_if_all_of_it_is_sound', () => {
    expect(datagram(unknownClass)).toBe(Verdict.client);
    expect(datagram(unknownClass, elsewhere)).toBe(Verdict.no);
    expect(datagram(reserved)).toBe(Verdict.client);
    expect(datagram(reserved, elsewhere)).toBe(Verdict.no);
    const response = unknownClass.replace('0100', '8180').replace('0001 0000 0000', '0001 0001 0000');
    expect(datagram(`${response} c00c 0001 0777 0000003c 0004 01020304`)).toBe(Verdict.server);
    const two = `${unknownClass.replace('0001 0000', '0002 0000')} ${wire('b.test')} 0001 0777`;
    expect(datagram(two)).toBe(Verdict.client);
  });

  it.each([
    ['of_zeros', '00'.repeat(40)],
    ['of_ones', 'ff'.repeat(40)],
    ['of_text', Buffer.from('GET / HTTP/1.1\r\nHost: example.com\r\n\r\n').toString('hex')],
    ['of_time', `1b${'00'.repeat(47)}`],
    ['with_a_header_only', '0001 0100 0000 0000 0000 0000'],
    ['with_a_reserved_operation_and_more_behind', `${reserved} 00`],
    ['with_a_reserved_operation_and_no_question', '0001 7900 0000 0000 0000 0000'],
    ['with_an_unknown_class_and_more_behind', `${unknownClass} 00`],
    ['with_an_unknown_class_and_less_than_it_counts', unknownClass.replace('0001 0000 0000', '0001 0001 0000')],
  ])('%s_is_refused', (_, hex) => {
    expect(datagram(hex)).toBe(Verdict.no);
    expect(datagram(hex, elsewhere)).toBe(Verdict.no);
  });
});

describe('a stream', () => {
  it('is_recognised_once_its_first_question_is_there', () => {
    const whole = framed(query('0001', 'a.test'));
    const verdicts = Array.from({ length: whole.length }, (_, i) => detectStream(whole, 0, i + 1, known));
    expect(verdicts.slice(0, -1).every((verdict) => verdict === Verdict.needMore)).toBe(true);
    expect(verdicts.at(-1)).toBe(Verdict.client);
  });

  it('with_a_message_that_ends_in_its_question_is_refused', () => {
    const cut = Buffer.concat([Buffer.of(0, 20), bytes(query('0001', 'a.test'))]);
    expect(detectStream(cut, 0, cut.length, known)).toBe(Verdict.no);
  });
});
