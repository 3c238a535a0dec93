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

test('headers_that_end_as_those_of_credentials_do_go_too', () => {
  const secrets = [
    ...[
      'x-goog-api-key',
      'apikey',
      'x-csrf-token',
      'x-gitlab-token',
      'cf-access-client-secret',
      'x-amz-server-side-encryption-customer-key',
    ],
    ...['ocp-apim-subscription-key', 'x-ms-encryption-key', 'x-registry-auth', 'cf-access-jwt-assertion', 'mcp-session-id', 'x-token-bin'],
  ];
  for (const name of secrets) expect(header(name, 'abc 1234'), name).toBe('***');
  expect(header('x-forwarded-authorization', 'Bearer abc')).toBe('Bearer ***');
  const plain = [
    'sec-websocket-key',
    'idempotency-key',
    'x-request-id',
    'authority',
    'x-amz-server-side-encryption-customer-key-md5',
    'etag',
  ];
  for (const name of plain) expect(header(name, 'abc 1234'), name).toBe('abc 1234');
});

test('trailers_are_as_headers', () => {
  const trailers = { 'http.response.trailers': { 'set-cookie': 'sid=abc; Path=/', 'grpc-status': '0', 'x-auth-token': 'abc' } };
  expect(new Redactor().redact(record(trailers))['http.response.trailers']).toEqual({
    'set-cookie': 'sid=***; Path=/',
    'grpc-status': '0',
    'x-auth-token': '***',
  });
});

test('a_token_among_subprotocols_goes_and_the_names_stay', () => {
  const long = 'f'.repeat(65);
  const lists: readonly (readonly [string, string])[] = [
    ['v4.channel.k8s.io, base64url.bearer.authorization.k8s.io.c2VjcmV0', 'v4.channel.k8s.io, base64url.bearer.authorization.k8s.io.***'],
    ['Authorization.Bearer.a.b.c,chat', 'Authorization.Bearer.***,chat'],
    ['realtime, openai-insecure-api-key.sk-1, openai-beta.realtime-v1', 'realtime, openai-insecure-api-key.***, openai-beta.realtime-v1'],
    ['graphql-ws, header-eyJob3N0IjoiYSJ9', 'graphql-ws, header-***'],
    ['access_token, abc, mqtt', 'access_token, ***, mqtt'],
    ['Bearer,abc', 'Bearer,***'],
    ['eyJhbGciOiJub25lIn0.e30.', '***'],
    [`json, ${long}`, 'json, ***'],
    ['graphql-transport-ws, v12.stomp, mqtt', 'graphql-transport-ws, v12.stomp, mqtt'],
  ];
  for (const [list, left] of lists) {
    expect(header('sec-websocket-protocol', list)).toBe(left);
    const members = list.split(',').map((member) => member.trim());
    const connection = record({ 'websocket.client.protocols': members, 'websocket.subprotocol': members.at(-1)! });
    const clean = new Redactor().redact(connection);
    expect(clean['websocket.client.protocols']).toEqual(left.split(',').map((member) => member.trim()));
    if (list === left) expect(clean).toBe(connection);
  }
  const answer = new Redactor().redact(record({ 'websocket.subprotocol': 'authorization.bearer.abc' }));
  expect(answer['websocket.subprotocol']).toBe('authorization.bearer.***');
});

test('a_token_that_the_server_chose_is_known_by_its_place_in_the_offer', () => {
  const handshake = record({
    'http.request.headers': { 'sec-websocket-protocol': 'access_token,abc' },
    'http.response.headers': { upgrade: 'websocket', 'sec-websocket-protocol': 'abc' },
  });
  const clean = new Redactor().redact(handshake);
  expect(clean['http.response.headers']).toEqual({ upgrade: 'websocket', 'sec-websocket-protocol': '***' });
  expect(handshake['http.response.headers']).toHaveProperty(['sec-websocket-protocol'], 'abc');
  const choice = (chosen: string) =>
    new Redactor().redact(record({ 'websocket.client.protocols': ['mqtt', 'token', 'abc'], 'websocket.subprotocol': chosen }))[
      'websocket.subprotocol'
    ];
  expect(['abc', 'token', 'mqtt', 'other'].map(choice)).toEqual(['***', 'token', 'mqtt', 'other']);
});

test('a_user_who_is_a_token_goes', () => {
  const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;
  const user = (fields: Record<string, FieldValue>) => new Redactor().redact(record({ 'user.name': 'who', ...fields }))['user.name'];
  expect(user({ 'http.request.headers': { authorization: basic('sk_live_1:') } })).toBe('***');
  expect(user({ 'http.request.headers': { authorization: basic('ghp_1:x-oauth-basic') } })).toBe('***');
  expect(user({ 'url.original': 'https://ghp_1@host/' })).toBe('***');
  expect(user({ 'http.request.headers': { authorization: basic('joe:s3cret') } })).toBe('who');
  expect(user({ 'url.original': 'https://joe:s3cret@host/' })).toBe('who');
  expect(user({ 'http.request.headers': { authorization: 'Digest username="joe"' }, 'url.original': '/' })).toBe('who');
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
  expect(header('refresh', '5; url=/next?token=abc', 'response')).toBe('5; url=/next?token=***');
  expect(header('x-original-uri', '/next?token=abc')).toBe('/next?token=***');
  // The four that OpenTelemetry's conventions name, and some of sign-in.
  expect(url('/?AWSAccessKeyId=a&Signature=b&sig=c&X-Goog-Signature=d&X-Amz-Date=e')).toBe(
    '/?AWSAccessKeyId=***&Signature=***&sig=***&X-Goog-Signature=***&X-Amz-Date=e',
  );
  expect(url('/socket.io/?EIO=4&sid=abc&new_password=a&oauth_token=b&SAMLResponse=c&code_verifier=d&code=e')).toBe(
    '/socket.io/?EIO=4&sid=***&new_password=***&oauth_token=***&SAMLResponse=***&code_verifier=***&code=e',
  );
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

test('a_name_in_a_list_is_whole_unless_a_star_stands_before_it', () => {
  const redactor = new Redactor({ ...defaultRedaction, parameters: ['*pin', 'code'], credentialHeaders: ['x-one', '*-Two'] });
  const headers = { 'x-one': 'a', 'my-x-one': 'a', 'x-two': 'a', two: 'a' };
  const after = redactor.redact(record({ 'url.original': '/?pin=1&card_pin=2&code=3&zip_code=4', 'http.request.headers': headers }));
  expect(after['url.original']).toBe('/?pin=***&card_pin=***&code=***&zip_code=4');
  expect(after['http.request.headers']).toEqual({ 'x-one': '***', 'my-x-one': 'a', 'x-two': '***', two: 'a' });
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
