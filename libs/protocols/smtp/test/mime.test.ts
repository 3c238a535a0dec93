import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addressesOf } from '../mail/addresses.ts';
import { decodeWords } from '../mail/encoded-words.ts';
import { MailField } from '../mail/head-reader.ts';
import { parseMailDate } from '../mail/mail-date.ts';
import { attachmentLimit, depthLimit, MimeReader } from '../mail/mime-reader.ts';
import { readParameter } from '../mail/parameters.ts';

/** A mail read in pieces of these lengths. */
function readMail(mail: string, lengths: readonly number[] = []): MimeReader {
  const reader = new MimeReader(true);
  const bytes = Buffer.from(mail, 'latin1');
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const end = Math.min(bytes.length, at + (lengths[i] ?? bytes.length));
    reader.append(bytes, at, end);
    at = end;
  }
  reader.end(true);
  return reader;
}

/** Files of a mail, a line each: `name type size md5`. */
const filesOf = (reader: MimeReader): string[] =>
  reader.attachments.map(({ fileName, mimeType, size, digests }) => `${fileName ?? '-'} ${mimeType} ${size} ${digests?.md5 ?? '-'}`);

const md5 = (content: string | Uint8Array): string =>
  createHash('md5')
    .update(typeof content === 'string' ? Buffer.from(content, 'latin1') : content)
    .digest('hex');

const multipart = (boundary: string, ...parts: string[]): string =>
  `Content-Type: multipart/mixed; boundary="${boundary}"\r\n\r\n${parts.map((part) => `--${boundary}\r\n${part}\r\n`).join('')}--${boundary}--\r\n`;

const file = (name: string, content: string, encoding = ''): string =>
  `Content-Disposition: attachment; filename="${name}"\r\n${encoding === '' ? '' : `Content-Transfer-Encoding: ${encoding}\r\n`}\r\n${content}`;

describe('files in a mail', () => {
  it.each([
    ['as it is', '', 'a\r\nb', 'a\r\nb'],
    ['with a line break at its end', '', 'a\r\n', 'a\r\n'],
    ['empty', '', '', ''],
    ['base64', 'base64', 'aGVsbG8=', 'hello'],
    ['base64 in lines', 'BASE64', 'aGVs\r\nbG8g\r\nd29ybGQ=\r\n', 'hello world'],
    ['base64 without padding', 'base64', 'aGVsbG8', 'hello'],
    ['base64 with what is no base64', 'base64', 'aG!V?s bG8=\r\n', 'hello'],
    ['base64 in two pieces', 'base64', 'aGU=bGxv', 'hello'],
    ['quoted-printable', 'quoted-printable', 'h=C3=A4user=\r\n!=3d', 'h\xc3\xa4user!='],
    ['quoted-printable with mistakes', 'Quoted-Printable', 'a=ZZ=4=\r\nb==', 'a=ZZ=4b=='],
    ['of an encoding that nobody knows', 'x-uuencode', 'raw', 'raw'],
  ])('%s', (_, encoding, content, octets) => {
    expect(filesOf(readMail(multipart('b', file('f', content, encoding))))).toEqual([`f text/plain ${octets.length} ${md5(octets)}`]);
  });

  it('any_file_comes_out_as_it_went_in_however_the_mail_is_cut', () => {
    const lengths = fc.array(fc.integer({ min: 1, max: 90 }), { maxLength: 40 });
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), lengths, (content, pieces) => {
        const encoded = Buffer.from(content).toString('base64').replace(/.{60}/g, '$&\r\n');
        const mail = multipart('b', 'Content-Type: text/plain\r\n\r\nhello', file('f', encoded, 'base64'));
        expect(filesOf(readMail(mail, pieces))).toEqual([`f text/plain ${content.length} ${md5(content)}`]);
      }),
    );
  });

  it('any_bytes_give_the_same_however_they_are_cut', () => {
    const words = [
      '--b',
      '--b--',
      '--c',
      '\r\n',
      '\n',
      '\r',
      'Content-Type: multipart/mixed; boundary=c',
      'Content-Type: message/rfc822',
      'Content-Disposition: attachment',
      ': ',
      'x'.repeat(1_020),
      ' ',
      'a',
    ];
    const soup = fc
      .array(fc.constantFrom(...words), { maxLength: 30 })
      .map((parts) => `Content-Type: multipart/mixed; boundary=b\r\n\r\n${parts.join('')}`);
    const lengths = fc.array(fc.integer({ min: 1, max: 1_100 }), { maxLength: 60 });
    const seen = (reader: MimeReader): unknown => [filesOf(reader), Object.values(MailField).map((name) => reader.head.value(name))];
    fc.assert(
      fc.property(soup, lengths, (mail, pieces) => void expect(seen(readMail(mail, pieces))).toEqual(seen(readMail(mail)))),
      { numRuns: 300 },
    );
  });

  it.each([
    ['text is none', 'Content-Type: text/html\r\n\r\n<p>', []],
    ['text with a name is one', 'Content-Type: text/html; name=a.html\r\n\r\n<p>', ['a.html text/html 3']],
    ['text that calls itself one is one', 'Content-Disposition: attachment\r\n\r\nhi', ['- text/plain 2']],
    ['a picture within is one', 'Content-Type: image/png\r\nContent-Disposition: inline\r\n\r\nx', ['- image/png 1']],
    [
      'the name of the disposition goes first',
      'Content-Type: image/png; name=b\r\nContent-Disposition: inline; filename=a\r\n\r\nx',
      ['a image/png 1'],
    ],
  ])('%s', (_, part, files) => {
    expect(filesOf(readMail(multipart('b', part))).map((text) => text.slice(0, text.lastIndexOf(' ')))).toEqual(files);
  });

  it('a_mail_that_is_a_file_has_it', () => {
    expect(filesOf(readMail('Content-Type: application/pdf; name=a.pdf\r\n\r\nx\r\n'))).toEqual([
      `a.pdf application/pdf 3 ${md5('x\r\n')}`,
    ]);
  });

  it('parts_within_parts_are_found_and_an_outer_delimiter_ends_what_is_within', () => {
    const inner = `Content-Type: multipart/related; boundary=in\r\n\r\n--in\r\n${file('a', 'x')}\r\n`;
    expect(filesOf(readMail(multipart('out', inner, file('b', 'y')))).map((text) => text[0])).toEqual(['a', 'b']);
  });

  it('a_delimiter_is_a_line_of_its_own', () => {
    const content = 'x\r\n--bc\r\n --b\r\n--b-\r\n-- b';
    expect(filesOf(readMail(multipart('b', file('f', content))))).toEqual([`f text/plain ${content.length} ${md5(content)}`]);
  });

  it('files_of_a_mail_in_a_mail_are_found', () => {
    const inner = `Subject: in\r\n${multipart('in', file('deep', 'x'))}`;
    const reader = readMail(`Subject: out\r\n${multipart('out', `Content-Type: message/rfc822\r\n\r\n${inner}`)}`);
    expect(filesOf(reader)).toEqual([`- message/rfc822 ${inner.length} ${md5(inner)}`, `deep text/plain 1 ${md5('x')}`]);
    expect(reader.head.value(MailField.subject)).toBe('out');
  });

  it('more_files_than_are_told_are_passed_over', () => {
    expect(readMail(multipart('b', ...Array.from({ length: 100 }, (_, i) => file(`f${i}`, 'x')))).attachments).toHaveLength(
      attachmentLimit,
    );
  });

  it('parts_and_mails_deeper_than_anybody_nests_end_somewhere', () => {
    const deep = Array.from({ length: depthLimit + 10 }, (_, i) => `Content-Type: multipart/mixed; boundary=b${i}\r\n\r\n--b${i}\r\n`).join(
      '',
    );
    expect(readMail(`${deep}${file('f', 'x')}`).attachments.length).toBeLessThanOrEqual(1);
    const mails = 'Content-Type: message/rfc822\r\n\r\n'.repeat(50);
    expect(readMail(mails).attachments.length).toBeLessThan(10);
  });

  it('a_file_that_breaks_off_has_no_hash', () => {
    const reader = new MimeReader(true);
    const bytes = Buffer.from(multipart('b', file('f', 'hello')).slice(0, -12));
    reader.append(bytes, 0, bytes.length);
    reader.end(false);
    expect(reader.attachments[0]).toMatchObject({ fileName: 'f', digests: undefined });
  });
});

describe('headers', () => {
  it('folded_fields_are_one_and_the_first_counts', () => {
    const { head } = readMail('Subject: one\r\n two\r\nSUBJECT: other\r\nTo: a@b,\r\n\tc@d\r\nTo: e@f\r\n\r\nSubject: body\r\n');
    expect(head.value(MailField.subject)).toBe('one two');
    expect(head.value(MailField.to)).toBe('a@b,\tc@d, e@f');
  });

  it('a_head_without_an_end_is_read_as_well', () => {
    expect(readMail('Subject: only').head.value(MailField.subject)).toBe('only');
  });

  it('a_field_longer_than_is_kept_is_cut', () => {
    expect(readMail(`Subject: ${'x'.repeat(100_000)}\r\n\r\n`).head.value(MailField.subject)!.length).toBeLessThan(65_536);
  });

  it.each([
    ['plain', 'plain'],
    ['=?utf-8?B?R3LDvMOfZQ==?=', 'Grüße'],
    ['=?UTF-8?q?Gr=C3=BC=C3=9Fe_an_alle?=', 'Grüße an alle'],
    ['=?iso-8859-1?Q?caf=E9?= au lait', 'café au lait'],
    ['=?utf-8?B?R3LD?=\r\n =?utf-8?B?vMOfZQ==?=', 'Grüße'],
    ['=?iso-8859-1?Q?=E9?= =?utf-8?Q?=C3=A8?=', 'éè'],
    ['=?gb2312?B?suLK1A==?=', '测试'],
    ['=?iso-2022-jp?B?GyRCRnxLXBsoQg==?=', '日本'],
    ['=?utf-8*de?Q?=C3=BC?=', 'ü'],
    ['a  =?utf-8?Q?b?=  c', 'a  b  c'],
    ['=?x-nobody?Q?abc?=', '=?x-nobody?Q?abc?='],
    ['=?utf-8?X?abc?=', '=?utf-8?X?abc?='],
    ['=?utf-8?Q?open', '=?utf-8?Q?open'],
    ['=?utf-8?B??=', ''],
    ['=?utf-8?Q?=4?=', '=4'],
    ['Gr\xc3\xbc\xc3\x9fe', 'Grüße'],
    ['=??=?=?=??', '=??=?=?=??'],
  ])('%j_reads_%j', (text, read) => {
    expect(decodeWords(text)).toBe(read);
  });

  it('many_beginnings_of_words_take_linear_time', () => {
    for (const text of ['=?', '=?a?B?', '=?a?Q?x?', '?=', '=?utf-8?Q?x?= '])
      expect(decodeWords(text.repeat(20_000)).length).toBeGreaterThan(0);
  });

  it.each([
    ['joe@a.example', ['joe@a.example']],
    ['Joe <joe@a>, "Doe, Ann" <ann@b>', ['joe@a', 'ann@b']],
    ['joe@a (Joe (the first), really), ann@b', ['joe@a', 'ann@b']],
    ['Team: joe@a, Ann <ann@b>;, cleo@c', ['joe@a', 'ann@b', 'cleo@c']],
    ['undisclosed-recipients:;', []],
    ['"a > b"@c, <"x, y"@z>', ['"a > b"@c', '"x, y"@z']],
    ['<@r1,@r2:joe@a>', ['joe@a']],
    ['Joe Doe joe@a', ['joe@a']],
    ['joe @ a . example', ['joe@a.example']],
    ['root', ['root']],
    ['no address here', []],
    ['<>', []],
    ['j\xc3\xbcrgen@a', ['jürgen@a']],
    ['"open <joe@a>', []],
    [',,;;', []],
  ])('%j_names_%j', (text, addresses) => {
    expect(addressesOf(text)).toEqual(addresses);
  });

  it.each([
    ['Mon, 5 Oct 2009 11:36:07 +0530', '2009-10-05T06:06:07Z'],
    ['5 Oct 2009 11:36 GMT', '2009-10-05T11:36:00Z'],
    ['Sat, 25 Jul 2015 09:43:07 -0400 (EDT)', '2015-07-25T13:43:07Z'],
    ['Fri 21 November 97 09:55:06 EST', '1997-11-21T14:55:06Z'],
    ['1 Jan 00 00:00:00 Z', '2000-01-01T00:00:00Z'],
    ['31 Dec 2016 23:59:60 +0000', '2017-01-01T00:00:00Z'],
    ['Thu, 12 Dec 2013 14:44:57', undefined],
    ['30 Feb 2020 00:00:00 +0000', undefined],
    ['1 Foo 2020 00:00:00 +0000', undefined],
    ['1 Jan 2020 24:00:00 +0000', undefined],
    ['1 Jan 0000 00:00:00 +0000', undefined],
    ['31 Dec 9999 23:59:59 -2359', undefined],
    ['yesterday', undefined],
    ['', undefined],
  ])('%j_is_%s', (text, date) => {
    expect(parseMailDate(text)).toBe(date);
  });

  it.each([
    ['attachment; filename=a.txt', 'a.txt'],
    ['attachment; filename="a; b.txt"', 'a; b.txt'],
    ["attachment; filename*=utf-8'de'Gr%C3%BC%C3%9Fe.txt; filename=x", 'Grüße.txt'],
    ["attachment; filename*0*=iso-8859-1''Gr%FC; filename*1*=%DFe; filename*2=.txt", 'Grüße.txt'],
    ['attachment; filename*0="long "; filename*1=name', 'long name'],
    ['attachment; filename="=?utf-8?B?R3LDvMOfZQ==?="', 'Grüße'],
    ['attachment; filename="Gr\xc3\xbc\xc3\x9fe"', 'Grüße'],
    ["attachment; filename*=nobody''a%41", 'aA'],
    ['attachment', undefined],
  ])('%j_is_named_%j', (value, name) => {
    expect(readParameter(value, 'filename')).toBe(name);
  });
});
