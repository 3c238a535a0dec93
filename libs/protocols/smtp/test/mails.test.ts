import { describe, expect, it } from 'vitest';
import { Side } from '../../sdk/analyzer.ts';
import { atText, connection, greeted, keptText, line, told } from './talk.ts';

const { source, destination } = Side;

describe('mails', () => {
  it('a_mail_is_told_with_the_answer_to_its_text', () => {
    const flow = atText()
      .client('Subject: hi\r\n\r\nhello\r\n.\r\n')
      .server('250-2.0.0 thanks\r\n250 2.0.0 Ok: queued as 1\r\n')
      .client('QUIT\r\n')
      .server('221 Bye\r\n');
    expect(told(flow)).toEqual(['anna → ben: hi → 250 2.0.0 Ok: queued as 1']);
    expect(flow.records[0]).toMatchObject({
      'smtp.helo': 'client.example',
      'smtp.protocol': 'ESMTP',
      'smtp.greeting': 'mx ESMTP',
      'smtp.message.bytes': 22,
      'event.outcome': 'success',
    });
  });

  it('each_mail_of_a_session_is_one_record', () => {
    const flow = atText().client('Subject: one\r\n\r\n.\r\n').server('250 Ok\r\n');
    flow.client('MAIL FROM:<cleo@example.org>\r\n').server('250 Ok\r\n').client('RCPT TO:<ben@example.net>\r\n').server('250 Ok\r\n');
    flow.client('DATA\r\n').server('354 go\r\n').client('Subject: two\r\n\r\n.\r\n').server('451 later\r\n');
    expect(told(flow)).toEqual(['anna → ben: one → 250 Ok', 'cleo → ben: two → 451 later']);
    expect(flow.records.map((record) => record['event.outcome'])).toEqual(['success', 'failure']);
  });

  it('refused_recipients_are_named_as_such', () => {
    const flow = greeted().client('MAIL FROM:<anna@example.org>\r\nRCPT TO:<ben@a>\r\nRCPT TO:<nobody@a>\r\nRCPT TO:<cleo@a>\r\nRSET\r\n');
    flow.server('250 Ok\r\n250 Ok\r\n550 who?\r\n250 Ok\r\n250 forgotten\r\n');
    expect(told(flow)).toEqual(['anna → ben, (nobody), cleo → 250 Ok']);
    expect(flow.records[0]).toMatchObject({ 'smtp.rcpt_count': 3, 'event.outcome': 'unknown' });
  });

  it('a_recipient_that_is_taken_at_the_second_attempt_is_not_refused', () => {
    const flow = greeted()
      .client('MAIL FROM:<anna@a>\r\nRCPT TO:<ben@a>\r\nRCPT TO:<ben@a>\r\n')
      .server('250 Ok\r\n450 later\r\n250 now\r\n');
    expect(told(flow)).toEqual(['anna → ben → 250 now']);
    expect(flow.records[0]!['smtp.rcpt_count']).toBe(2);
  });

  it.each(['RSET\r\n', 'EHLO again\r\n', 'HELO again\r\n', 'QUIT\r\n'])('%j_ends_a_mail_that_was_begun', (command) => {
    const flow = greeted().client('MAIL FROM:<anna@a>\r\n').server('250 Ok\r\n').client(command).server('250 done\r\n');
    expect(flow.records.map(line)).toEqual(['anna →  → 250 Ok']);
    expect(flow.finish()).toHaveLength(1);
  });

  it('a_second_mail_within_a_mail_is_refused_and_changes_nothing', () => {
    const flow = greeted().client('MAIL FROM:<anna@a>\r\n').server('250 Ok\r\n').client('MAIL FROM:<eve@a>\r\n').server('503 nested\r\n');
    flow.client('RCPT TO:<ben@a>\r\n').server('250 Ok\r\n');
    expect(told(flow)).toEqual(['anna → ben → 250 Ok']);
  });

  it('each_refused_sender_is_one_record', () => {
    const flow = greeted()
      .client('MAIL FROM:<eve@a>\r\n')
      .server('553 no\r\n')
      .client('MAIL FROM:<mallory@a>\r\n')
      .server('553 neither\r\n');
    expect(told(flow)).toEqual(['eve →  → 553 no', 'mallory →  → 553 neither']);
  });

  it('what_is_refused_without_a_mail_is_no_mail', () => {
    const flow = greeted().client('RCPT TO:<ben@a>\r\n').server('503 MAIL first\r\n').client('DATA\r\n').server('503 no\r\n');
    expect(told(flow)).toEqual(['session → 503 no']);
  });

  it('commands_in_one_go_find_their_answers', () => {
    const flow = connection()
      .server('220 mx\r\n')
      .client('EHLO c\r\nMAIL FROM:<anna@a>\r\nRCPT TO:<ben@a>\r\nDATA\r\nSubject: hasty\r\n\r\n.\r\nQUIT\r\n');
    flow.server('250-mx\r\n250 X\r\n250 Ok\r\n550 no\r\n354 go\r\n').server('250 taken\r\n221 Bye\r\n');
    expect(told(flow)).toEqual(['anna → (ben): hasty → 250 taken']);
    expect(flow.records[0]!['smtp.anomalies']).toEqual(['text-before-reply']);
  });

  it('a_text_that_was_refused_is_read_as_commands', () => {
    const flow = greeted().client('MAIL FROM:<anna@a>\r\nDATA\r\nRSET\r\nMAIL FROM:<ben@a>\r\n');
    flow.server('250 Ok\r\n503 recipients first\r\n250 reset\r\n250 Ok\r\n');
    expect(told(flow)).toEqual(['anna →  → 503 recipients first', 'ben →  → 250 Ok']);
  });

  it('the_null_sender_is_told_as_empty', () => {
    const flow = greeted().client('MAIL FROM:<> SIZE=10\r\n').server('250 Ok\r\n');
    expect(flow.finish()[0]!['smtp.mail_from']).toBe('');
  });

  it.each([
    ['MAIL FROM:<a@b> SIZE=10 BODY=8BITMIME', 'a@b'],
    ['mail from: <a@b>', 'a@b'],
    ['Mail From:a@b SIZE=1', 'a@b'],
    ['MAIL  FROM : <a@b>', 'a@b'],
    ['MAIL FROM:<@x.example,@y.example:a@b>', 'a@b'],
    ['MAIL FROM:<"a > b"@c>', '"a > b"@c'],
    ['MAIL FROM:<"a\\" > b"@c>', '"a\\" > b"@c'],
    ['MAIL FROM:<a@b', 'a@b'],
    ['MAIL FROM:<j\xc3\xbcrgen@b> SMTPUTF8', 'jürgen@b'],
    ['SAML FROM:<a@b>', 'a@b'],
  ])('%s', (command, sender) => {
    expect(greeted().client(`${command}\r\n`).server('250 Ok\r\n').finish()[0]!['smtp.mail_from']).toBe(sender);
  });

  it('an_early_talker_is_known', () => {
    const flow = connection().client('EHLO c\r\n').server('220 mx\r\n250 mx\r\n').client('MAIL FROM:<anna@a>\r\n').server('250 Ok\r\n');
    expect(flow.finish()[0]).toMatchObject({
      'smtp.anomalies': ['spoke-before-greeting'],
      'smtp.greeting': 'mx',
      'smtp.last_reply': '250 Ok',
    });
  });
});

describe('sessions without a mail', () => {
  it.each([
    ['a greeting', connection().server('220 mx\r\n'), 'session → 220 mx', 'unknown'],
    ['a server that wants nobody', connection().server('554 go away\r\n'), 'session → 554 go away', 'failure'],
    ['a look', greeted().client('QUIT\r\n').server('221 Bye\r\n'), 'session → 221 Bye', 'unknown'],
    [
      'a refusal and a good-bye',
      greeted().client('EHLO x\r\n').server('550 no\r\n').client('QUIT\r\n').server('221 Bye\r\n'),
      'session → 221 Bye',
      'failure',
    ],
  ])('%s is one record', (_, flow, text, outcome) => {
    expect(told(flow)).toEqual([text]);
    expect(flow.records[0]!['event.outcome']).toBe(outcome);
  });

  it('nothing_that_is_mail_is_no_record', () => {
    expect(connection().client('\x01\x02\x03').server('\x04\x05').finish()).toEqual([]);
  });
});

describe('LMTP', () => {
  const local = (): ReturnType<typeof connection> =>
    connection()
      .server('220 store LMTP\r\n')
      .client('LHLO c\r\n')
      .server('250 store\r\n')
      .client('MAIL FROM:<anna@a>\r\nRCPT TO:<ben@a>\r\nRCPT TO:<cleo@a>\r\nDATA\r\n');

  it('the_text_is_answered_once_for_each_recipient', () => {
    const flow = local()
      .server('250 Ok\r\n250 Ok\r\n250 Ok\r\n354 go\r\n')
      .client('Subject: x\r\n\r\n.\r\n')
      .server('452 ben is full\r\n250 cleo has it\r\n');
    flow.client('MAIL FROM:<ben@a>\r\n').server('250 next\r\n');
    expect(told(flow)).toEqual(['anna → ben, cleo: x → 250 cleo has it', 'ben →  → 250 next']);
    expect(flow.records[0]).toMatchObject({ 'event.outcome': 'success', 'smtp.protocol': 'LMTP' });
  });

  it('a_mail_that_no_recipient_gets_has_failed', () => {
    const flow = local()
      .server('250 Ok\r\n250 Ok\r\n550 who\r\n354 go\r\n')
      .client('Subject: x\r\n\r\n.\r\n')
      .server('452 ben is full\r\n');
    expect(flow.finish()[0]!['event.outcome']).toBe('failure');
  });
});

describe('answers for each recipient (PRDR)', () => {
  const envelope = 'MAIL FROM:<anna@a> PRDR\r\nRCPT TO:<ben@a>\r\nRCPT TO:<eve@a>\r\nRCPT TO:<cleo@a>\r\n';
  const begun = '250 Ok, PRDR\r\n250 Ok\r\n550 who\r\n250 Ok\r\n';

  it.each([
    ['250 ben\r\n550 cleo\r\n250 for some\r\n', 'anna → ben, (eve), cleo: x → 250 for some', 'success'],
    ['250 ben\r\n250 cleo\r\n250 for all\r\n', 'anna → ben, (eve), cleo: x → 250 for all', 'success'],
    ['550 ben\r\n550 cleo\r\n550 for none\r\n', 'anna → ben, (eve), cleo: x → 550 for none', 'failure'],
    ['250 ben\r\n250 cleo\r\n550 no, after all\r\n', 'anna → ben, (eve), cleo: x → 550 no, after all', 'failure'],
  ])('%j', (answers, mail, outcome) => {
    for (const flow of [
      greeted().client(`${envelope}DATA\r\n`).server(`${begun}354 go\r\n`).client('Subject: x\r\n\r\n.\r\n'),
      greeted().client(`${envelope}BDAT 14 LAST\r\nSubject: x\r\n\r\n`).server(begun),
    ]) {
      flow.server(`353 analysing\r\n${answers}`).client('MAIL FROM:<ben@a>\r\n').server('250 next\r\n');
      expect(told(flow)).toEqual([mail, 'ben →  → 250 next']);
      expect(flow.records[0]!['event.outcome']).toBe(outcome);
    }
  });

  it('an_end_before_the_answer_for_all_leaves_the_outcome_open', () => {
    const flow = greeted().client(`${envelope}BDAT 14 LAST\r\nSubject: x\r\n\r\n`).server(`${begun}353 analysing\r\n550 ben\r\n`);
    expect(told(flow)).toEqual(['anna → ben, (eve), cleo: x → 353 analysing']);
    expect(flow.records[0]!['event.outcome']).toBe('unknown');
  });
});

describe('chunks', () => {
  const envelope = 'MAIL FROM:<anna@a>\r\nRCPT TO:<ben@a>\r\n';

  it('chunks_make_one_text', () => {
    const flow = greeted().client(`${envelope}BDAT 13\r\nSubject: in\r\nBDAT 6\r\n two\r\nBDAT 5 LAST\r\n\r\n.\r\n`);
    flow.server('250 Ok\r\n250 Ok\r\n250 13\r\n250 6\r\n250 queued\r\n');
    expect(told(flow)).toEqual(['anna → ben: in two → 250 queued']);
    expect(keptText(flow)).toBe('Subject: in\r\n two\r\n\r\n.\r\n');
  });

  it('commands_inside_a_chunk_are_content', () => {
    const flow = greeted().client(`${envelope}BDAT 40 LAST\r\nMAIL FROM:<eve@a>\r\nRCPT TO:<mallory@a>\r\nQUIT\r\n`.slice(0, 41 + 15 + 40));
    flow.server('250 Ok\r\n250 Ok\r\n250 queued\r\n');
    expect(told(flow)).toEqual(['anna → ben → 250 queued']);
  });

  it.each(['BDAT', 'BDAT LAST', 'BDAT -1', 'BDAT 12x', 'BDAT 1 FIRST', 'BDAT 18446744073709551617 LAST'])('%s has no chunk', (command) => {
    const flow = greeted().client(`${envelope}${command}\r\nRSET\r\n`).server('250 Ok\r\n250 Ok\r\n501 syntax\r\n250 reset\r\n');
    expect(told(flow)).toEqual(['anna → ben → 501 syntax']);
    expect(flow.records[0]!['smtp.anomalies']).toEqual(['invalid-chunk-size']);
  });

  it('an_empty_last_chunk_ends_the_text', () => {
    const flow = greeted()
      .client(`${envelope}BDAT 12\r\nSubject: x\r\nBDAT 0 LAST\r\n`)
      .server('250 Ok\r\n250 Ok\r\n250 12\r\n250 queued\r\n');
    expect(told(flow)).toEqual(['anna → ben: x → 250 queued']);
  });

  it('a_hole_inside_a_chunk_spares_what_follows', () => {
    const flow = greeted().client(`${envelope}BDAT 50 LAST\r\nSubject: x\r\n`).gap(source, 30).client('12345678RSET\r\n');
    flow.server('250 Ok\r\n250 Ok\r\n250 queued\r\n250 reset\r\n');
    expect(told(flow)).toEqual(['anna → ben → 250 queued'].map((text) => text.replace('ben', 'ben: x')));
    expect(flow.records[0]).toMatchObject({ 'smtp.message.bytes': 50, 'flow.missed_bytes': 30 });
  });
});

describe('what is missing', () => {
  it('a_client_alone_is_read', () => {
    const flow = connection()
      .client('EHLO c\r\nMAIL FROM:<anna@a>\r\nRCPT TO:<ben@a>\r\nDATA\r\n')
      .client('Subject: alone\r\n\r\nhello\r\n.\r\n')
      .client('QUIT\r\n');
    expect(told(flow)).toEqual(['anna → ben: alone → nothing']);
    expect(keptText(flow)).toBe('Subject: alone\r\n\r\nhello\r\n');
  });

  it('a_client_alone_that_was_refused_goes_on_with_commands', () => {
    const flow = connection()
      .client('EHLO c\r\nMAIL FROM:<anna@a>\r\nDATA\r\n')
      .client('RSET\r\n')
      .client('MAIL FROM:<ben@a>\r\nRCPT TO:<cleo@a>\r\nDATA\r\n')
      .client('Subject: two\r\n\r\n.\r\n');
    expect(told(flow)).toEqual(['anna →  → nothing', 'ben → cleo: two → nothing']);
  });

  it('a_long_text_of_a_client_alone_is_not_held_back_for_ever', () => {
    const flow = connection().client('EHLO c\r\nMAIL FROM:<anna@a>\r\nRCPT TO:<ben@a>\r\nDATA\r\n');
    for (let i = 0; i < 200; i++) flow.client(`${'x'.repeat(998)}\r\n`);
    flow.client('.\r\n').client('MAIL FROM:<ben@a>\r\nRCPT TO:<cleo@a>\r\nDATA\r\n').client('Subject: next\r\n\r\n.\r\n');
    expect(told(flow)).toEqual(['anna → ben → nothing', 'ben → cleo: next → nothing']);
    expect(flow.records[0]!['smtp.message.bytes']).toBe(200_000);
  });

  it('a_server_alone_is_one_session', () => {
    const flow = connection().server('220 mx\r\n').server('250 mx\r\n').server('250 Ok\r\n').server('354 go\r\n').server('250 queued\r\n');
    expect(told(flow)).toEqual(['session → 250 queued']);
  });

  it('a_hole_in_a_text_that_swallowed_its_end_is_noticed_by_the_answer', () => {
    const flow = atText()
      .client('Subject: hole\r\n\r\nhel')
      .gap(source, 100)
      .server('250 queued\r\n')
      .client('MAIL FROM:<next@a>\r\n')
      .server('250 Ok\r\n');
    expect(told(flow)).toEqual(['anna → ben: hole → 250 queued', 'next →  → 250 Ok']);
    expect(flow.records[0]).toMatchObject({ 'smtp.message.bytes': 117, 'flow.missed_bytes': 100 });
  });

  it('a_hole_within_a_text_is_passed_over', () => {
    const flow = atText().client('Subject: hole\r\n\r\nhel').gap(source, 100).client('lo\r\n.\r\n').server('250 queued\r\n');
    expect(told(flow)).toEqual(['anna → ben: hole → 250 queued']);
    expect(keptText(flow)).toBe('Subject: hole\r\n\r\nhel');
  });

  it('a_hole_between_answers_pairs_nobody_with_the_wrong_one', () => {
    const flow = greeted()
      .client('MAIL FROM:<anna@a>\r\nRCPT TO:<ben@a>\r\nRCPT TO:<cleo@a>\r\n')
      .server('250 Ok\r\n250')
      .gap(destination, 10)
      .server(' no\r\n550 no\r\n');
    flow.client('DATA\r\n').server('354 go\r\n').client('Subject: x\r\n\r\n.\r\n').server('250 queued\r\n');
    expect(told(flow)).toEqual(['anna → ben, cleo: x → 250 queued']);
  });

  it('a_hole_between_commands_pairs_nobody_with_the_wrong_answer', () => {
    const flow = greeted()
      .client('MAIL FROM:<anna@a>\r\n')
      .server('250 Ok\r\n')
      .gap(source, 20)
      .client('>\r\nRCPT TO:<ben@a>\r\n')
      .server('550 first\r\n250 second\r\n');
    flow.client('RCPT TO:<cleo@a>\r\n').server('551 not here\r\n');
    expect(told(flow)).toEqual(['anna → ben, (cleo) → 551 not here']);
  });

  it('an_agreement_behind_a_hole_is_heard', () => {
    const flow = greeted()
      .client('MAIL FROM:<anna@a>\r\nRCPT TO:<ben@a>\r\nDATA\r\n')
      .gap(destination, 8)
      .server('354 go\r\n')
      .client('Subject: x\r\n\r\n.\r\n')
      .server('250 queued\r\n');
    expect(told(flow)).toEqual(['anna → ben: x → 250 queued']);
  });

  it('an_agreement_in_a_hole_is_guessed_from_the_text', () => {
    const flow = greeted()
      .client('MAIL FROM:<anna@a>\r\nRCPT TO:<ben@a>\r\nDATA\r\n')
      .gap(destination, 40)
      .close(destination)
      .client('Subject: x\r\n\r\n.\r\n');
    expect(told(flow)).toEqual(['anna → ben: x → nothing']);
  });

  it('answers_captured_before_their_commands_are_theirs', () => {
    const flow = greeted().server('250 sender\r\n').client('MAIL FROM:<anna@a>\r\n').server('550 who\r\n').client('RCPT TO:<ben@a>\r\n');
    flow
      .client('RCPT TO:<cleo@a>\r\n')
      .server('250 yes\r\n')
      .server('354 go\r\n')
      .client('DATA\r\nSubject: x\r\n\r\n')
      .server('250 queued\r\n')
      .client('.\r\n');
    expect(told(flow)).toEqual(['anna → (ben), cleo: x → 250 queued']);
  });

  it('a_text_that_breaks_off_says_so', () => {
    const flow = atText().client('Subject: broken\r\n\r\nhel').close(source);
    expect(told(flow)).toEqual(['anna → ben: broken → 354 go on']);
    expect(flow.records[0]).toMatchObject({ 'smtp.message.truncated': true, 'event.outcome': 'unknown' });
  });

  it('a_text_that_the_server_will_have_no_more_of_has_failed', () => {
    const flow = atText().client('Subject: large\r\n\r\nhel').server('552 too large\r\n').close(destination);
    expect(told(flow)).toEqual(['anna → ben: large → 552 too large']);
    expect(flow.records[0]!['event.outcome']).toBe('failure');
  });

  it('a_capture_that_begins_late_knows_the_next_mail', () => {
    const flow = connection()
      .server('250 Ok\r\n')
      .client('RCPT TO:<ben@a>\r\n')
      .server('250 Ok\r\n')
      .client('DATA\r\n')
      .server('354 go\r\n')
      .client('Subject: late\r\n\r\n.\r\n')
      .server('250 queued\r\n');
    expect(told(flow)).toEqual(['? → ben: late → 250 queued']);
  });

  it('many_commands_without_an_answer_go_without_and_none_gets_anothers', () => {
    const flow = greeted();
    for (let i = 0; i < 3_000; i++) flow.client(`MAIL FROM:<a${i}@a>\r\n`);
    flow.server('250 first\r\n550 second\r\n').client('RSET\r\nMAIL FROM:<last@a>\r\n').server('250 reset\r\n550 last\r\n');
    const records = flow.finish();
    expect(records).toHaveLength(3_001);
    expect(records.filter((record) => record['smtp.last_reply'] !== undefined).map(line)).toEqual(['last →  → 550 last']);
  });
});
