import { describe, expect, it } from 'vitest';
import { Side } from '../../sdk/analyzer.ts';
import type { TestFlow } from '../../sdk/test-flow.ts';
import { heldLimit } from '../held-back.ts';
import { atText, connection, told } from './talk.ts';

const hidden = 'MAIL FROM:<eve@a>\r\nRCPT TO:<ben@a>\r\nDATA\r\nSubject: two\r\n\r\nsecond\r\n.\r\n';
const textTo = (end: string, behind = hidden): string => `Subject: one\r\n\r\nfirst${end}${behind}`;
const taken = ['250 one\r\n', '250 Ok\r\n', '250 Ok\r\n', '354 go\r\n', '250 two\r\n'];
const oddEnds = ['\n.\n', '\r\n.\n', '\n.\r\n', '\r.\r', '\r.\r\n'];

const send = (flow: TestFlow, side: Side, parts: readonly string[]): TestFlow => {
  for (const part of parts) flow.send(side, part);
  return flow;
};
const inPieces = (text: string, length: number): string[] =>
  Array.from({ length: Math.ceil(text.length / length) }, (_, i) => text.slice(i * length, (i + 1) * length));
/** One more mail, of which the server takes nothing. */
const goOn = (flow: TestFlow): TestFlow =>
  flow.client('MAIL FROM:<next@a>\r\n').server('550 no\r\n').client('QUIT\r\n').server('221 bye\r\n');
const anomaliesOf = (flow: TestFlow): unknown[] => flow.finish().map((record) => record['smtp.anomalies'] ?? []);
const bytesOf = (flow: TestFlow): unknown[] => flow.finish().map((record) => record['smtp.message.bytes']);

describe('a mail in the text of another one', () => {
  it.each(oddEnds)('is_one_of_its_own_where_the_server_answers_it: behind %j', (end) => {
    const flow = goOn(atText().client(textTo(end)).server(taken.join('')));
    expect(told(flow)).toEqual(['anna → ben: one → 250 one', 'eve → ben: two → 250 two', 'next →  → 550 no']);
    const [first, second, third] = anomaliesOf(flow);
    expect(first).toContain('odd-end-of-text');
    expect(second).toContain('smuggled-mail');
    expect(third).toEqual([]);
    const firstText = `Subject: one\r\n\r\nfirst${end.slice(0, end.indexOf('.'))}`;
    expect(bytesOf(flow)).toEqual([firstText.length, 'Subject: two\r\n\r\nsecond\r\n'.length, undefined]);
  });

  it.each([1, 2, 3, 7, 40])('is_told_alike_however_it_is_cut: %i octets at a time', (length) => {
    for (const end of oddEnds) {
      const flow = send(atText(), Side.source, inPieces(textTo(end), length));
      goOn(send(flow, Side.destination, taken));
      expect(told(flow)).toEqual(['anna → ben: one → 250 one', 'eve → ben: two → 250 two', 'next →  → 550 no']);
    }
  });

  it('is_told_with_a_command_behind_it_in_the_same_flight', () => {
    const flow = send(atText().client(textTo('\r\n.\n', `${hidden}QUIT\r\n`)), Side.destination, [...taken, '221 bye\r\n']);
    expect(told(flow)).toEqual(['anna → ben: one → 250 one', 'eve → ben: two → 250 two']);
    expect(flow.records[1]!['smtp.message.truncated']).toBeUndefined();
  });

  it('is_told_where_the_answer_comes_before_the_true_end', () => {
    const flow = atText()
      .client(textTo('\n.\n', 'MAIL FROM:<eve@a>\r\n'))
      .server('250 one\r\n')
      .server('250 Ok\r\n')
      .client('RSET\r\n')
      .server('250 Ok\r\n');
    expect(told(flow)).toEqual(['anna → ben: one → 250 one', 'eve →  → 250 Ok']);
  });

  it('that_is_refused_is_told_as_well', () => {
    const refusals = ['250 one\r\n', '550 not from you\r\n', '503 no\r\n', '503 no\r\n', ...new Array<string>(4).fill('500 what\r\n')];
    const flow = send(atText().client(textTo('\n.\n')), Side.destination, refusals);
    expect(told(flow)).toEqual(['anna → ben: one → 250 one', 'eve → (ben) → 503 no']);
  });

  it('begins_when_its_commands_came', () => {
    const flow = atText().client(textTo('\n.\n'));
    const sent = flow.now.copy();
    flow.server(taken.join(''));
    expect(flow.finish()[1]!['event.start']).toBe(`2026-01-01T00:00:00.${`${sent.nanos / 1000}`.padStart(6, '0')}Z`);
  });

  it('may_have_one_more_in_its_own', () => {
    const inner = textTo(
      '\n.\n',
      `MAIL FROM:<eve@a>\r\nRCPT TO:<ben@a>\r\nDATA\r\nSubject: two\r\n\r\nsecond\n.\n${hidden.replace('two', 'three')}`,
    );
    const flow = atText()
      .client(inner)
      .server([...taken, ...taken.slice(1)].join(''));
    expect(told(flow)).toEqual(['anna → ben: one → 250 one', 'eve → ben: two → 250 two', 'eve → ben: three → 250 two']);
  });
});

describe('what stands in a text is content', () => {
  const content = 'anna → ben: one → 250 one';
  const whole = (end: string): number => `${textTo(end)}`.length - (end.startsWith('\r\n') ? 1 : 0) - 3;

  it.each(oddEnds)('where_the_server_answers_the_text_alone: behind %j', (end) => {
    const flow = goOn(atText().client(textTo(end)).server('250 one\r\n'));
    expect(told(flow)).toEqual([content, 'next →  → 550 no']);
    expect(bytesOf(flow)[0]).toBe(whole(end));
    expect(anomaliesOf(flow)).toEqual([expect.arrayContaining(['odd-end-of-text']), []]);
  });

  it('and_the_mail_ends_with_its_answer', () => {
    const flow = atText().client(textTo('\n.\n')).server('250 one\r\n');
    const answered = flow.now.copy();
    goOn(flow);
    expect(flow.finish()[0]!['event.end']).toBe(`2026-01-01T00:00:00.${`${answered.nanos / 1000}`.padStart(6, '0')}Z`);
  });

  it.each([
    ['a_command_behind_the_text', `${hidden}QUIT\r\n`, ['250 one\r\n', '221 bye\r\n']],
    ['a_server_that_goes_away', hidden, ['250 one\r\n', '421 gone\r\n']],
    ['a_server_that_waited_too_long', hidden, ['250 one\r\n', '451 too long\r\n']],
    ['no_command_for_sure', 'MAIL from here\r\n.\r\n', ['250 one\r\n']],
    ['a_refusal_of_what_is_too_long', 'MAIL FROM:<eve@a>\r\n', ['552 too long\r\n']],
    ['an_answer_for_each_recipient', hidden, ['353 all\r\n', '250 ben\r\n', '250 one\r\n']],
  ])('with %s', (_, behind, answers) => {
    const records = send(atText().client(textTo('\n.\n', behind)), Side.destination, answers).finish();
    expect(records).toHaveLength(1);
    expect(records[0]).toMatchObject({ 'smtp.mail_from': 'anna@example.org', 'email.subject': 'one' });
  });

  it.each([Side.source, Side.destination])('behind_a_hole: side %i', (side) => {
    const flow = atText().client(textTo('\n.\n', 'MAIL FROM:<eve@a>\r\n')).gap(side, 5).server('250 one\r\n').server('250 Ok\r\n');
    expect(flow.finish().map((record) => record['smtp.mail_from'])).toEqual(['anna@example.org']);
  });

  it('where_the_server_is_not_heard', () => {
    const flow = connection().client('EHLO a\r\n').client('MAIL FROM:<anna@a>\r\n').client('RCPT TO:<ben@a>\r\n').client('DATA\r\n');
    flow.client(textTo('\n.\n')).client('QUIT\r\n');
    expect(told(flow)).toEqual(['anna → ben: one → nothing']);
  });

  it.each(['fin', 'end-of-capture'] as const)('where_no_answer_comes: %s', (reason) => {
    const flow = atText().client(textTo('\n.\n', 'MAIL FROM:<eve@a>\r\nRC')).close(Side.destination, reason);
    expect(bytesOf(flow)).toEqual([textTo('\n.\n', 'MAIL FROM:<eve@a>\r\nRC').length]);
  });

  it('where_the_line_behind_the_odd_end_breaks_off', () => {
    const flow = atText().client(textTo('\n.\n', 'MAIL FR'));
    expect(bytesOf(flow)).toEqual([textTo('\n.\n', 'MAIL FR').length]);
  });

  it('where_more_follows_than_is_kept', () => {
    const long = `MAIL FROM:<eve@a>\r\n${'x'.repeat(78)}\r\n\n.\nRSET\r\n`.repeat(heldLimit / 64);
    const flow = send(atText(), Side.source, inPieces(textTo('\n.\n', `${long}.\r\n`), 1400)).server('250 one\r\n');
    goOn(flow);
    expect(told(flow)).toEqual([content, 'next →  → 550 no']);
    expect(bytesOf(flow)[0]).toBe(textTo('\n.\n', long).length);
  });
});
