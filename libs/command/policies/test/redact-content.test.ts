import { describe, expect, it } from 'vitest';
import { Redactor } from '../redactor.ts';

function clean(text: string): { text: string; count: number } {
  const redactor = new Redactor();
  return { text: Buffer.from(redactor.redactContent(Buffer.from(text, 'latin1'))).toString('latin1'), count: redactor.counts.content };
}

describe('secrets in kept content', () => {
  it('a_password_in_a_form_goes_and_the_rest_stays', () => {
    expect(clean('user=anna&password=s3cret&next=%2Fhome')).toEqual({ text: 'user=anna&password=***&next=%2Fhome', count: 1 });
  });

  it('a_password_in_json_goes_however_it_is_spaced_or_escaped', () => {
    expect(clean('{"user":"anna","passWord" : "a\\"b","deep":{"api_key":"k"}}')).toEqual({
      text: '{"user":"anna","passWord" : "***","deep":{"api_key":"***"}}',
      count: 2,
    });
  });

  it('json_that_was_cut_inside_the_secret_shows_none_of_it', () => {
    expect(clean('{"password":"s3cr').text).toBe('{"password":"***"');
  });

  it('json_in_a_string_of_json_goes_too', () => {
    const inner = JSON.stringify({ user: 'anna', password: 'a"b\\', otp: 7 });
    const left = JSON.stringify({ user: 'anna', password: '***', otp: '***' });
    expect(clean(JSON.stringify({ message: inner, id: 1 }))).toEqual({ text: JSON.stringify({ message: left, id: 1 }), count: 2 });
    const deeper = (text: string): string => JSON.stringify({ message: JSON.stringify({ message: text }) });
    expect(clean(deeper(inner))).toEqual({ text: deeper(left), count: 2 });
    expect(clean('{"message":"{\\"password\\":\\"s3cr')).toEqual({ text: '{"message":"{\\"password\\":\\"***\\"', count: 1 });
  });

  it('a_url_within_a_parameter_loses_its_own', () => {
    expect(clean('next=http://shop/?token=abc&id=1')).toEqual({ text: 'next=http://shop/?token=***&id=1', count: 1 });
  });

  it('a_name_that_is_longer_than_any_is_none', () => {
    for (const text of [`${'x'.repeat(60)}password=a`, `{"${'x'.repeat(60)}password":"a"}`])
      expect(clean(text)).toEqual({ text, count: 0 });
  });

  it('a_secret_in_json_may_be_a_number', () => {
    expect(clean('{"otp":123456,"cvv": -1.5e3, "id":7}')).toEqual({ text: '{"otp":"***","cvv": "***", "id":7}', count: 2 });
  });

  it('a_part_of_a_multipart_form_goes', () => {
    const part = (name: string, value: string): string => `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
    expect(clean(`${part('user', 'anna')}${part('password', 's3\r\ncret')}--b--`).text).toBe(
      `${part('user', 'anna')}${part('password', '***')}--b--`,
    );
  });

  it('header_lines_of_a_raw_payload_go_as_in_records', () => {
    expect(clean('GET /?token=abc HTTP/1.1\r\nHost: x\r\nAuthorization: Basic YTpi\r\nCookie: a=1; b=2\r\n\r\n').text).toBe(
      'GET /?token=*** HTTP/1.1\r\nHost: x\r\nAuthorization: Basic ***\r\nCookie: a=***; b=***\r\n\r\n',
    );
    expect(clean('X-My-Token: abc\r\nSec-WebSocket-Protocol: chat, authorization.bearer.abc\r\n').text).toBe(
      'X-My-Token: ***\r\nSec-WebSocket-Protocol: chat, authorization.bearer.***\r\n',
    );
  });

  it.each([
    ['EHLO c\r\nAUTH PLAIN AGFubmEAcw==\r\nMAIL FROM:<a@b>\r\n', 'EHLO c\r\nAUTH PLAIN ***\r\nMAIL FROM:<a@b>\r\n'],
    ['auth login\r\nYW5uYQ==\r\nc2VjcmV0\r\nQUIT\r\n', 'auth login\r\n***\r\n***\r\nQUIT\r\n'],
    ['a1 AUTHENTICATE PLAIN\r\nAGFubmEAcw==\r\na2 LIST\r\n', 'a1 AUTHENTICATE PLAIN\r\n***\r\na2 LIST\r\n'],
    ['AUTH SCRAM-SHA-256 biwsbj1hbm5h', 'AUTH SCRAM-SHA-256 ***'],
  ])('a_sign_in_of_a_raw_payload_goes: %j', (text, left) => {
    expect(clean(text).text).toBe(left);
  });

  it('what_only_speaks_of_signing_in_stays', () => {
    const text =
      '250-AUTH PLAIN\r\n250 AUTH PLAIN LOGIN\r\nAuth is needed here.\r\nPASS src/mail.test.ts\r\nAUTH LOGIN\r\nMAIL FROM:<a@b>\r\n';
    expect(clean(text)).toEqual({ text, count: 0 });
  });

  it('binary_content_and_text_without_secrets_come_back_as_they_are', () => {
    const redactor = new Redactor();
    for (const bytes of [Uint8Array.of(0x89, 0x50, 0, 1), Buffer.from('{"a":"b"}'), new Uint8Array(0)])
      expect(redactor.redactContent(bytes)).toBe(bytes);
  });

  it('hostile_text_takes_time_in_proportion_to_its_length', () => {
    const started = performance.now();
    for (const text of [
      '"',
      'a=',
      '"a":"\\',
      '"password":"\\',
      '"password":\\',
      '\\"password\\":\\"',
      ' ":',
      ':',
      'password=',
      '\ncookie:',
      'content-disposition: name="password"\r\n',
      'a'.repeat(65),
      'Cookie: ',
      'AUTH PLAIN\r\n',
      'AUTH LOGIN\r\nYQ==\r\n',
      '334 ',
      'x AUTH ',
    ])
      clean(text.repeat(200_000 / text.length));
    expect(performance.now() - started).toBeLessThan(5000);
  });
});
