import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TestFlow } from '../../sdk/test-flow.ts';
import { Side } from '../../sdk/analyzer.ts';
import { atText, connection, greeted } from './talk.ts';

const name = Buffer.from('anna').toString('base64');
const password = Buffer.from('warp-and-weft').toString('base64');
const plain = Buffer.from('\0anna\0warp-and-weft').toString('base64');

/** All that anybody could find of a connection. */
function everything(flow: TestFlow): string {
  return JSON.stringify(flow.finish()) + [...flow.kept.values()].map((bytes) => Buffer.from(bytes).toString('latin1')).join();
}

function expectNoSecret(flow: TestFlow): void {
  const text = everything(flow);
  for (const secret of [name, password, plain, 'warp-and-weft', 'PLAIN', 'LOGIN', 'CRAM', 'challenge']) expect(text).not.toContain(secret);
}

describe('nothing of a sign-in is recorded', () => {
  it.each<[string, () => TestFlow]>([
    ['in one line', () => greeted().client(`AUTH PLAIN ${plain}\r\n`).server('235 2.7.0 anna signed in by PLAIN\r\n')],
    [
      'in turns',
      () =>
        greeted()
          .client('AUTH LOGIN\r\n')
          .server('334 VXNlcm5hbWU6\r\n')
          .client(`${name}\r\n`)
          .server('334 UGFzc3dvcmQ6\r\n')
          .client(`${password}\r\n`)
          .server('235 challenge met\r\n'),
    ],
    ['refused', () => greeted().client(`AUTH PLAIN ${plain}\r\n`).server(`535 5.7.8 no: ${password}\r\n`)],
    [
      'given up',
      () => greeted().client('AUTH CRAM-MD5\r\n').server(`334 ${password}\r\n`).client('*\r\n').server('501 challenge refused\r\n'),
    ],
    [
      'without waiting',
      () => greeted().client(`AUTH LOGIN\r\n${name}\r\n${password}\r\n`).server('334 VXNlcm5hbWU6\r\n334 UGFzc3dvcmQ6\r\n235 fine\r\n'),
    ],
    [
      'after it was refused',
      () =>
        greeted()
          .client('AUTH LOGIN\r\n')
          .server('503 not here\r\n')
          .client(`${name}\r\n`)
          .server(`500 what is ${name}?\r\n`)
          .client(`${password}\r\n`)
          .server(`500 what is ${password}?\r\n`),
    ],
    [
      'without its answers',
      () =>
        connection()
          .client('EHLO c\r\nAUTH LOGIN\r\n')
          .client(`${name}\r\n`)
          .client(`${password}\r\n`)
          .client('MAIL FROM:<anna@a>\r\nRCPT TO:<ben@a>\r\nDATA\r\n')
          .client('Subject: x\r\n\r\n.\r\n'),
    ],
    [
      'with only its answers',
      () => connection().server('220 mx\r\n').server('250 mx\r\n').server(`334 ${password}\r\n`).server(`535 5.7.8 ${password}\r\n`),
    ],
    [
      'behind a hole',
      () =>
        greeted()
          .client('AUTH LOGIN\r\n')
          .gap(Side.destination, 30)
          .server(`535 ${password}\r\n`)
          .client(`${name}\r\n${password}\r\n`)
          .server(`535 ${password}\r\n`),
    ],
    [
      'with a hole in it',
      () => greeted().client('AUTH PLAIN ').gap(Side.source, 10).client(`${plain}\r\n`).server(`500 what is ${plain}?\r\n`),
    ],
    [
      'of a hidden extension',
      () => greeted().client('X-EXPS LOGIN\r\n').server(`334 ${name}\r\n`).client(`${password}\r\n`).server('235 ok\r\n'),
    ],
    [
      'with an answer that came before',
      () =>
        greeted()
          .server('334 VXNlcm5hbWU6\r\n')
          .client('AUTH LOGIN\r\n')
          .client(`${name}\r\n`)
          .server('334 UGFzc3dvcmQ6\r\n')
          .client(`${password}\r\n`)
          .server('235 ok\r\n'),
    ],
    ['behind a mail with a hole', () => atText().client('Subject: x\r\n').gap(Side.source, 50).client(`RSET\r\nAUTH PLAIN ${plain}\r\n`)],
  ])('%s', (_, talk) => {
    expectNoSecret(talk());
  });

  it('whatever_is_missing_around_it', () => {
    const secret = 'd2FycC1hbmQtd2VmdA0KaXMgdGhlIHNlY3JldA==';
    const turns: readonly (readonly [Side, string])[] = [
      [1, '220 mx\r\n'],
      [0, 'EHLO c\r\n'],
      [1, '250 mx\r\n'],
      [0, 'AUTH LOGIN\r\n'],
      [1, '334 VXNlcm5hbWU6\r\n'],
      [0, `${secret}\r\n`],
      [1, `334 ${secret}\r\n`],
      [0, `${secret}\r\n`],
      [1, `535 5.7.8 not ${secret}\r\n`],
      [0, `AUTH PLAIN ${secret}\r\n`],
      [1, `500 what is ${secret}?\r\n`],
      [0, 'MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\n'],
      [1, '250 Ok\r\n250 Ok\r\n354 go\r\n'],
      [0, 'Subject: x\r\n\r\n.\r\n'],
      [1, '250 queued\r\n'],
      [0, `AUTH PLAIN ${secret}\r\n`],
      [1, `535 5.7.8 not ${secret}\r\n`],
    ];
    const pieces = Array.from({ length: secret.length - 8 }, (_, at) => secret.slice(at, at + 8));
    const holes = fc.array(fc.tuple(fc.nat({ max: turns.length - 1 }), fc.nat({ max: 30 }), fc.integer({ min: 1, max: 60 })), {
      maxLength: 3,
    });
    fc.assert(
      fc.property(holes, fc.boolean(), fc.boolean(), (missing, hasClient, hasServer) => {
        const flow = connection();
        turns.forEach(([side, text], i) => {
          if (side === Side.source ? !hasClient : !hasServer) return;
          const [, from = text.length, length = 0] = missing.find(([turn]) => turn === i) ?? [];
          const stop = Math.min(text.length, from + length);
          if (from > 0) flow.send(side, text.slice(0, from));
          if (stop > from) flow.gap(side, stop - from);
          if (stop < text.length && stop > from) flow.send(side, text.slice(stop));
        });
        const found = everything(flow);
        expect(pieces.filter((piece) => found.includes(piece))).toEqual([]);
      }),
      { numRuns: 1_500 },
    );
  });

  it('whether_it_succeeded_is_told', () => {
    const flow = greeted()
      .client(`AUTH PLAIN ${plain}\r\n`)
      .server('235 2.7.0 fine\r\n')
      .client('MAIL FROM:<anna@a>\r\n')
      .server('250 Ok\r\n');
    expect(flow.finish()[0]).toMatchObject({ 'smtp.authenticated': true, 'smtp.last_reply': '250 Ok' });
  });

  it('of_its_answer_the_codes_remain', () => {
    const flow = greeted().client(`AUTH PLAIN ${plain}\r\n`).server(`535 5.7.8 Error: ${password}\r\n`);
    expect(flow.finish()[0]).toMatchObject({ 'smtp.authenticated': false, 'smtp.last_reply': '535 5.7.8', 'event.outcome': 'failure' });
  });
});
