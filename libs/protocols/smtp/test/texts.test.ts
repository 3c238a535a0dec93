import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Side } from '../../sdk/analyzer.ts';
import { anomalyNames } from '../anomalies.ts';
import { DotStuffing } from '../dot-stuffing.ts';
import { atText, keptText } from './talk.ts';

/** What a receiver gets of `wire`, cut into pieces of these lengths, and how far it reads. */
function received(wire: string, lengths: readonly number[] = []): { text: string; rest: string; isOver: boolean; anomalies: string[] } {
  let text = '';
  const stuffing = new DotStuffing((bytes, start, end) => (text += Buffer.from(bytes.subarray(start, end)).toString('latin1')));
  const bytes = Buffer.from(wire, 'latin1');
  let at = 0;
  for (let i = 0; at < bytes.length && !stuffing.isOver; i++)
    at = stuffing.push(bytes, at, Math.min(bytes.length, at + (lengths[i] ?? bytes.length)));
  const { isOver } = stuffing;
  if (!isOver) stuffing.breakOff();
  return { text, rest: wire.slice(at), isOver, anomalies: anomalyNames(stuffing.anomalies) };
}

/** As a client puts it on the wire (RFC 5321, section 4.5.2). */
const stuffed = (lines: readonly string[]): string => lines.map((line) => `${line.startsWith('.') ? '.' : ''}${line}\r\n`).join('');

const lines = fc.array(fc.string({ unit: fc.constantFrom('.', 'a', ' ', 'é', '-'), maxLength: 6 }), { maxLength: 8 });
const lengths = fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 60 });

describe('texts', () => {
  it('a_text_comes_out_as_it_went_in_however_it_is_cut', () => {
    fc.assert(
      fc.property(lines, lengths, (text, pieces) => {
        const wire = `${stuffed(text)}.\r\nQUIT\r\n`;
        expect(received(wire, pieces)).toEqual({
          text: text.map((line) => `${line}\r\n`).join(''),
          rest: 'QUIT\r\n',
          isOver: true,
          anomalies: [],
        });
      }),
    );
  });

  it('any_bytes_come_out_alike_however_they_are_cut', () => {
    const soup = fc.string({ unit: fc.constantFrom('.', '\r', '\n', 'a'), maxLength: 24 });
    fc.assert(
      fc.property(soup, lengths, (wire, pieces) => void expect(received(wire, pieces)).toEqual(received(wire))),
      { numRuns: 400 },
    );
  });

  it.each([
    ['a\r\n.\n', 'a\r\n\n', ['bare-line-feed', 'odd-end-of-text']],
    ['a\n.\r\n', 'a\n.\r\n', ['bare-line-feed', 'odd-end-of-text']],
    ['a\n.\n', 'a\n.\n', ['bare-line-feed', 'odd-end-of-text']],
    ['a\r.\r\nb', 'a\r.\r\nb', ['bare-carriage-return', 'odd-end-of-text']],
    ['a\n.b\r\n', 'a\n.b\r\n', ['bare-line-feed']],
    ['a\rb', 'a\rb', ['bare-carriage-return']],
    ['a\r\n.\rb', 'a\r\n\rb', ['bare-carriage-return']],
    ['a\r\n..\r\n', 'a\r\n.\r\n', []],
    ['.', '', []],
  ])('%j_does_not_end_a_text', (wire, text, anomalies) => {
    expect(received(wire)).toEqual({ text, rest: '', isOver: false, anomalies });
  });

  it('an_answer_behind_an_odd_end_ends_the_text_all_the_same', () => {
    const flow = atText()
      .client('Subject: unix\n\nhello\n.\n')
      .server('250 queued\r\n')
      .client('MAIL FROM:<next@a>\r\n')
      .server('250 Ok\r\n');
    expect(flow.finish().map((record) => record['smtp.last_reply'])).toEqual(['250 queued', '250 Ok']);
    expect(flow.records[0]).toMatchObject({ 'smtp.anomalies': ['bare-line-feed', 'odd-end-of-text'], 'smtp.message.bytes': 21 });
  });

  it('what_is_kept_is_the_text_without_its_dots', () => {
    const flow = atText().client('Subject: x\r\n\r\n..a\r\n').client('.').client('.\r\n.').client('\r\n').server('250 Ok\r\n');
    expect(keptText(flow)).toBe('Subject: x\r\n\r\n.a\r\n.\r\n');
  });

  it('without_a_policy_nothing_is_kept_and_all_is_told', () => {
    const flow = atText({ keep: false }).client('Subject: x\r\n\r\n.\r\n').server('250 Ok\r\n');
    expect(flow.finish()[0]).toMatchObject({ 'email.subject': 'x', 'smtp.message.bytes': 14 });
    expect(flow.records[0]!['smtp.message.content_id']).toBeUndefined();
  });

  it('a_hole_ends_what_is_kept', () => {
    const flow = atText().client('Subject: x\r\n\r\nab').gap(Side.source, 3).client('cd\r\n.\r\n').server('250 Ok\r\n');
    expect(keptText(flow)).toBe('Subject: x\r\n\r\nab');
    expect(flow.records[0]!['smtp.message.bytes']).toBe(23);
  });
});
