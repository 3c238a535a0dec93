import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { FieldValue, TrafficRecord } from '@orbweaver/contracts/records/record.ts';
import { Redactor } from '../redactor.ts';
import { defaultRedaction } from '../redaction-policy.ts';

const record = (fields: Record<string, FieldValue>): TrafficRecord => ({
  '@timestamp': '2026-01-02T03:04:05Z',
  'event.id': 'a',
  'event.dataset': 'http',
  'event.start': '2026-01-02T03:04:05Z',
  'event.end': '2026-01-02T03:04:05Z',
  'event.duration': 0,
  'flow.id': 'b',
  ...fields,
});
const header = (name: string, value: string, side = 'request') => {
  const field = `http.${side}.headers`;
  return (new Redactor().redact(record({ [field]: { [name]: value } }))[field] as Record<string, string>)[name];
};
const url = (value: string, field = 'url.original') => new Redactor().redact(record({ [field]: value }))[field];

test('a_credential_goes_and_its_scheme_stays', () => {
  expect(header('authorization', 'Bearer abc.def')).toBe('Bearer ***');
  expect(header('authorization', 'Basic am9lOnNlY3JldA==')).toBe('Basic ***');
  expect(header('authorization', 'Digest username="joe", response="1234"')).toBe('Digest ***');
  expect(header('proxy-authorization', 'secret-without-scheme')).toBe('***');
  expect(header('authorization', 'my secret! words')).toBe('my ***');
  expect(header('x-api-key', 'abc 1234')).toBe('***');
});

test('cookie_names_stay_and_values_go', () => {
  expect(header('cookie', 'sid=abc; theme=dark; flag')).toBe('sid=***; theme=***; ***');
  expect(header('cookie', '=nameless')).toBe('=***');
});

test('set_cookie_keeps_its_attributes', () => {
  expect(header('set-cookie', 'sid=abc; Path=/; Expires=Wed, 01 Jan 2031 00:00:00 GMT; HttpOnly', 'response')).toBe(
    'sid=***; Path=/; Expires=Wed, 01 Jan 2031 00:00:00 GMT; HttpOnly',
  );
});

test('several_set_cookies_in_one_value_are_told_apart', () => {
  expect(header('set-cookie', 'a=1; Path=/, b=2; Expires=Wed, 01 Jan 2031 00:00:00 GMT, c=3; Secure, d=4', 'response')).toBe(
    'a=***; Path=/, b=***; Expires=Wed, 01 Jan 2031 00:00:00 GMT, c=***; Secure, d=***',
  );
});

test('passwords_and_tokens_in_urls_go', () => {
  expect(url('/login?user=joe&password=s3cret&x=1')).toBe('/login?user=joe&password=***&x=1');
  expect(url('/cb#access_token=abc&state=1')).toBe('/cb#access_token=***&state=1');
  expect(url('/a;jsessionid=123?q=1')).toBe('/a;jsessionid=***?q=1');
  expect(url('/x?apiKey=1&API-KEY=2&user%5Bpassword%5D=3&pass%77ord=4')).toBe(
    '/x?apiKey=***&API-KEY=***&user%5Bpassword%5D=***&pass%77ord=***',
  );
  expect(url('a=1&token=abc', 'url.query')).toBe('a=1&token=***');
  expect(url('http://joe:s3cret@host/path')).toBe('http://joe:***@host/path');
  expect(url('https://ghp_token@host')).toBe('https://***@host');
  expect(url('ftp://joe:p@ss@host/@home')).toBe('ftp://joe:***@host/@home');
  expect(header('location', '/next?token=abc', 'response')).toBe('/next?token=***');
});

test('what_is_no_secret_stays_as_it_is', () => {
  for (const text of ['/a//b@c', '/search?q=password', 'host:443', '*', '/?token=', '/?tokens=1', 'http://host/x@y', '', '/%zz?%=%'])
    expect(url(text), text).toBe(text);
});

test('a_record_without_secrets_is_the_same_object', () => {
  const plain = record({ 'url.original': '/index.html', 'http.request.headers': { host: 'a', accept: '*/*' } });
  const redactor = new Redactor();
  expect(redactor.redact(plain)).toBe(plain);
  expect(redactor.counts).toEqual({ credential: 0, cookie: 0, url: 0, content: 0 });
});

test('a_record_with_secrets_is_copied_and_counted', () => {
  const before = record({ 'url.original': '/?token=a', 'http.request.headers': { authorization: 'Bearer x', cookie: 'a=1', host: 'h' } });
  const kept = structuredClone(before);
  const redactor = new Redactor();
  const after = redactor.redact(before);
  expect(before).toEqual(kept);
  expect(after['http.request.headers']).toEqual({ authorization: 'Bearer ***', cookie: 'a=***', host: 'h' });
  expect(redactor.counts).toEqual({ credential: 1, cookie: 1, url: 1, content: 0 });
});

test('the_lists_can_be_changed', () => {
  const redactor = new Redactor({ ...defaultRedaction, parameters: ['pin'], credentialHeaders: [] });
  const after = redactor.redact(record({ 'url.original': '/?pin=1&token=2', 'http.request.headers': { authorization: 'Bearer x' } }));
  expect(after['url.original']).toBe('/?pin=***&token=2');
  expect(after['http.request.headers']).toEqual({ authorization: 'Bearer x' });
});

const secret = fc.stringMatching(/^[A-Z0-9]{12,20}$/);
const anyText = fc.string({ maxLength: 40, unit: fc.constantFrom(...'abc/?&;#=@:,% []') });

test('no_secret_survives_whatever_surrounds_it', () => {
  fc.assert(
    fc.property(secret, anyText, anyText, (value, before, after) => {
      expect(url(`/${before}?token=${value}&${after}`)).not.toContain(value);
      expect(header('cookie', `${before}; sid=${value}; ${after}`)).not.toContain(value);
      expect(header('authorization', `${before} ${value}`) === `${before} ${value}`).toBe(false);
    }),
  );
});

test('redacting_twice_changes_nothing_more', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const once = url(text) as string;
      expect(url(once)).toBe(once);
      const cookie = header('set-cookie', text, 'response')!;
      expect(header('set-cookie', cookie, 'response')).toBe(cookie);
    }),
  );
});
