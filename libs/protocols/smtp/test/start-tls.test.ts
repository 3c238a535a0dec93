import { describe, expect, it } from 'vitest';
import { Side } from '../../sdk/analyzer.ts';
import type { TestFlow } from '../../sdk/test-flow.ts';
import { connection, greeted, told } from './talk.ts';

const hello = '\x16\x03\x01\0\x05hello';
const agreed = (): TestFlow => greeted().client('STARTTLS\r\n').server('220 go\r\n');

describe('turning to TLS', () => {
  it('the_clients_hello_is_the_first_of_tls', () => {
    const flow = agreed();
    expect(flow.handedOver).toBeUndefined();
    expect(flow.client(hello).handedOver).toEqual({ protocol: 'tls', consumed: 0 });
    expect(flow.records[0]).toMatchObject({ 'smtp.tls': true, 'smtp.last_reply': '220 go', 'event.outcome': 'success' });
  });

  it('byte_by_byte_as_well', () => {
    const flow = connection();
    for (const [side, text] of [
      [1, '220 mx\r\n'],
      [0, 'EHLO a\r\n'],
      [1, '250 mx\r\n'],
      [0, 'STARTTLS\r\n'],
      [1, '220 go\r\n'],
      [0, hello],
    ] as const) {
      for (const letter of text) flow.send(side, letter);
    }
    expect(flow.handedOver).toEqual({ protocol: 'tls', consumed: 0 });
  });

  it('without_an_answer_it_stays_in_the_clear', () => {
    expect(greeted().client('STARTTLS\r\n').client(hello).handedOver).toBeUndefined();
  });

  it('a_refusal_is_heard', () => {
    const flow = greeted().client('STARTTLS\r\n').server('454 not now\r\n').client('MAIL FROM:<anna@a>\r\n').server('250 Ok\r\n');
    expect(told(flow)).toEqual(['anna →  → 250 Ok']);
    expect(flow.records[0]!['smtp.tls']).toBe(false);
  });

  it('a_hello_that_came_before_the_agreement_goes_along', () => {
    const flow = greeted().client('STARTTLS\r\n').client(hello).server('220 go\r\n');
    expect(flow.handedOver).toMatchObject({ protocol: 'tls', early: { side: Side.source } });
    expect(Buffer.from(flow.handedOver!.early!.bytes).toString('latin1')).toBe(hello);
  });

  it('commands_pushed_in_front_of_tls_are_nobodys_and_known', () => {
    const flow = greeted().client('STARTTLS\r\nMAIL FROM:<eve@a>\r\nRCPT TO:<ben@a>\r\n').server('220 go\r\n').client(hello);
    expect(flow.handedOver).toEqual({ protocol: 'tls', consumed: 0 });
    expect(flow.records).toHaveLength(1);
    expect(flow.records[0]).toMatchObject({ 'smtp.anomalies': ['commands-behind-starttls'], 'smtp.tls': true });
  });

  it('a_hello_behind_pushed_commands_is_found', () => {
    const flow = greeted().client(`STARTTLS\r\nRSET\r\n${hello}`).server('220 go\r\n');
    expect(Buffer.from(flow.handedOver!.early!.bytes).toString('latin1')).toBe(hello);
  });

  it('replies_pushed_behind_the_agreement_are_nobodys_and_known', () => {
    const flow = greeted().client('STARTTLS\r\n').server('220 go\r\n250 pushed\r\n').client(hello);
    expect(flow.handedOver).toEqual({ protocol: 'tls', consumed: 0 });
    expect(flow.records[0]!['smtp.anomalies']).toEqual(['replies-behind-starttls']);
  });

  it('mail_in_the_clear_behind_the_agreement_is_read_and_known', () => {
    const flow = agreed().client('EHLO c\r\n').server('250 mx\r\n').client('MAIL FROM:<anna@a>\r\n').server('250 Ok\r\n');
    expect(told(flow)).toEqual(['anna →  → 250 Ok']);
    expect(flow.records[0]).toMatchObject({ 'smtp.tls': true, 'smtp.anomalies': ['clear-text-behind-starttls'] });
  });

  it('a_client_alone_turns_as_well', () => {
    const flow = connection().client('EHLO c\r\nSTARTTLS\r\n').client(hello).close(Side.destination);
    expect(flow.handedOver).toBeUndefined();
    flow.client('more');
    expect(flow.handedOver).toMatchObject({ protocol: 'tls' });
  });

  it('a_server_alone_turns_as_well', () => {
    const flow = connection().server('220 mx\r\n').server('250 mx\r\n').server('220 go\r\n').server(hello);
    expect(flow.handedOver).toEqual({ protocol: 'tls', consumed: 0 });
    expect(flow.records[0]!['smtp.tls']).toBe(true);
  });

  it('a_mail_before_it_ends_with_it', () => {
    const flow = greeted().client('MAIL FROM:<anna@a>\r\n').server('250 Ok\r\n').client('STARTTLS\r\n').server('220 go\r\n').client(hello);
    expect(told(flow)).toEqual(['anna →  → 250 Ok']);
  });
});
