import type { TrafficRecord } from '@orbweaver/contracts/records/record.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Side } from '../../sdk/analyzer.ts';
import type { TestFlow } from '../../sdk/test-flow.ts';
import { pendingLimit } from '../stitcher.ts';
import { atText, connection, greeted } from './talk.ts';

/** A mail as it was: everything in it carries its number, so that what is put together wrongly shows. */
interface Mail {
  readonly isRefused: readonly boolean[];
  readonly isTaken: boolean;
  readonly kind: 'lines' | 'pipelined' | 'chunks';
  readonly isReset: boolean;
}

type Turn = readonly [side: Side, text: string];
const { source, destination } = Side;

const mails = fc.array(
  fc.record<Mail>({
    isRefused: fc.array(fc.boolean(), { minLength: 1, maxLength: 3 }),
    isTaken: fc.boolean(),
    kind: fc.constantFrom('lines', 'pipelined', 'chunks'),
    isReset: fc.boolean(),
  }),
  { minLength: 2, maxLength: 4 },
);

/** The talk of one session, a turn a segment. */
function talkOf(all: readonly Mail[]): Turn[] {
  const turns: Turn[] = [
    [destination, '220 mx\r\n'],
    [source, 'EHLO c\r\n'],
    [destination, '250-mx\r\n250 PIPELINING\r\n'],
  ];
  all.forEach((mail, n) => turns.push(...turnsOf(mail, n)));
  return [...turns, [source, 'QUIT\r\n'], [destination, '221 Bye\r\n']];
}

function turnsOf({ isRefused, isTaken, kind, isReset }: Mail, n: number): Turn[] {
  const text = `Subject: s${n}\r\n\r\nhello ${n}\r\n`;
  const answer = isTaken ? `250 q${n}\r\n` : `554 q${n}\r\n`;
  const envelope: Turn[] = [
    [source, `MAIL FROM:<from${n}>\r\n`],
    [destination, `250 m${n}\r\n`],
    ...isRefused.flatMap((no, i): Turn[] => [
      [source, `RCPT TO:<to${n}-${i}>\r\n`],
      [destination, no ? `550 r${n}\r\n` : `250 r${n}\r\n`],
    ]),
  ];
  const reset: Turn[] = isReset
    ? [
        [source, 'RSET\r\n'],
        [destination, '250 reset\r\n'],
      ]
    : [];
  const chunk: Turn[] = [
    [source, `BDAT ${text.length} LAST\r\n${text}`],
    [destination, answer],
  ];
  const data: Turn[] = [
    [source, 'DATA\r\n'],
    [destination, `354 d${n}\r\n`],
  ];
  const lines: Turn[] = [
    [source, `${text}.\r\n`],
    [destination, answer],
  ];
  if (kind === 'chunks') return [...joined([...envelope, ...chunk]), ...reset];
  return kind === 'lines' ? [...envelope, ...data, ...lines, ...reset] : [...joined([...envelope, ...data]), ...lines, ...reset];
}

/** All that each side says in one go, as clients that pipeline do. */
const joined = (turns: readonly Turn[]): Turn[] =>
  [source, destination].map((side): Turn => [side, turns.map(([from, text]) => (from === side ? text : '')).join('')]);

/** What is wrong with a record by what the mails were. */
function faultsOf(record: TrafficRecord, all: readonly Mail[]): string[] {
  const said = [
    record['smtp.mail_from'],
    record['email.subject'],
    ...((record['smtp.rcpt_to'] as string[] | undefined) ?? []),
    /^\d+ [mrdq]\d/.exec((record['smtp.last_reply'] as string | undefined) ?? '')?.[0].slice(4),
  ].filter((text) => text !== undefined);
  const numbers = new Set(said.map((text) => Number(/^\D+(\d)/.exec(text as string)?.[1])));
  if (numbers.size === 0) return [];
  if (numbers.size > 1) return [`of several mails: ${said.join(' ')}`];
  const mail = all[[...numbers][0]!]!;
  const refused = (record['smtp.refused_rcpt_to'] as string[] | undefined) ?? [];
  const faults = refused.filter((address) => !mail.isRefused[Number(address.split('-')[1])]).map((address) => `${address} was not refused`);
  const outcome = record['event.outcome'];
  if (outcome === 'success' && !mail.isTaken) faults.push('it was not taken');
  if (outcome === 'failure' && mail.isTaken && !mail.isRefused.includes(true)) faults.push('it did not fail');
  return faults;
}

describe('what a capture lacks', () => {
  it('of_commands_that_nobody_answers_those_past_the_limit_are_counted', () => {
    const flow = greeted().client('NOOP\r\n'.repeat(pendingLimit + 1));
    expect(flow.pastLimit).toBe(1);
  });

  it('without_a_hole_everything_is_told', () => {
    fc.assert(
      fc.property(mails, (all) => {
        const flow = connection();
        for (const [side, text] of talkOf(all)) flow.send(side, text);
        const records = flow.finish();
        expect(records.map((record) => record['email.subject'])).toEqual(all.map((_, n) => `s${n}`));
        expect(records.flatMap((record) => faultsOf(record, all))).toEqual([]);
        expect(records.map((record) => ((record['smtp.refused_rcpt_to'] as string[] | undefined) ?? []).length)).toEqual(
          all.map(({ isRefused }) => isRefused.filter(Boolean).length),
        );
      }),
      { numRuns: 60 },
    );
  });

  it('holes_never_put_together_what_does_not_belong_together', () => {
    const holes = fc.array(
      fc.record({
        turn: fc.nat(),
        from: fc.double({ min: 0, max: 1, noNaN: true }),
        length: fc.double({ min: 0, max: 1, noNaN: true }),
        isWhole: fc.boolean(),
      }),
      {
        minLength: 1,
        maxLength: 2,
      },
    );
    fc.assert(
      fc.property(mails, holes, (all, missing) => {
        const turns = talkOf(all);
        const flow = connection();
        turns.forEach(([side, text], i) => {
          const hole = missing.find(({ turn }) => turn % turns.length === i);
          if (hole === undefined) {
            flow.send(side, text);
            return;
          }
          const from = hole.isWhole ? 0 : Math.floor(hole.from * text.length);
          const length = hole.isWhole ? text.length : Math.max(1, Math.floor(hole.length * (text.length - from)));
          if (from > 0) flow.send(side, text.slice(0, from));
          flow.gap(side, length);
          if (from + length < text.length) flow.send(side, text.slice(from + length));
        });
        expect(flow.finish().flatMap((record) => faultsOf(record, all))).toEqual([]);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('what a hole may have held', () => {
  it('the_dot_that_ends_a_text_is_no_part_of_it', () => {
    const flow = atText().client('Subject: s\r\n\r\nhello\r\n').gap(source, 3).server('250 taken\r\n').client('QUIT\r\n');
    expect(flow.finish()).toMatchObject([
      { 'smtp.message.bytes': 21, 'flow.missed_bytes': 3, 'event.outcome': 'success', 'smtp.authenticated': false },
    ]);
  });

  it('a_dot_that_is_not_told_from_text_behind_one_is_no_part_of_it_either', () => {
    const flow = atText().client('Subject: s\r\n\r\nhello').gap(source, 2).client('.\r\n').server('250 taken\r\n').client('QUIT\r\n');
    expect(flow.finish()).toMatchObject([{ 'smtp.message.bytes': 21, 'event.outcome': 'success' }]);
  });

  it('a_sign_in_is_not_denied', () => {
    const mail = (flow: TestFlow): unknown =>
      flow.client('MAIL FROM:<a@x>\r\n').server('250 Ok\r\n').client('QUIT\r\n').server('221 Bye\r\n').finish()[0];
    expect(mail(greeted())).toMatchObject({ 'smtp.authenticated': false });
    expect(mail(greeted().client('AUTH PLAIN AGEAYg==\r\n').server('235 Ok\r\n'))).toMatchObject({ 'smtp.authenticated': true });
    expect(mail(greeted().client('AUTH PLAIN AGEAYg==\r\n').gap(destination, 8))).not.toHaveProperty('smtp.authenticated');
    expect(mail(greeted().gap(source, 20).server('235 Ok\r\n'))).not.toHaveProperty('smtp.authenticated');
    expect(mail(greeted().gap(destination, 8))).toMatchObject({ 'smtp.authenticated': false });
    expect(mail(connection())).not.toHaveProperty('smtp.authenticated');
  });
});
