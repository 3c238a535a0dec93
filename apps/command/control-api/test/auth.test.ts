import { createHmac } from 'node:crypto';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { SignJWT, UnsecuredJWT } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SignedIn } from '@orbweaver/contracts/http/auth.ts';
import { Problem } from '@orbweaver/contracts/http/problem.ts';
import { accessTokenLife, audience, issuer } from '@orbweaver/platform/auth/access-token.ts';
import { createKeys } from '@orbweaver/platform/auth/keys.ts';
import { maxSessions } from '@orbweaver/platform/auth/sessions.ts';
import { linkLife } from '@orbweaver/platform/auth/sign-in-links.ts';
import { cookieOf, startAuthServer } from './auth-server.ts';

let server: Awaited<ReturnType<typeof startAuthServer>>;
beforeAll(async () => {
  server = await startAuthServer();
});
afterAll(() => server.stop());

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const problemOf = async (response: Response) => {
  expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  return Problem.parse(await response.json());
};

async function signInByLink() {
  const response = await server.post('auth/link', { token: server.authentication.administratorLink(true) });
  expect(response.status).toBe(200);
  return { ...SignedIn.parse(await response.json()), cookie: cookieOf(response), response };
}

test('a_one_time_link_signs_the_administrator_in_once', async () => {
  const token = server.authentication.administratorLink(true)!;
  const first = await server.post('auth/link', { token });
  expect(SignedIn.parse(await first.json())).toMatchObject({ token_type: 'Bearer', user: { username: 'admin', roles: ['admin'] } });
  const second = await server.post('auth/link', { token });
  expect(second.status).toBe(401);
  expect((await problemOf(second)).type).toBe('urn:orbweaver:problem:sign-in-failed');
});

test('a_newer_link_replaces_the_older_and_an_old_one_expires', async () => {
  const older = server.authentication.administratorLink(true)!;
  const newer = server.authentication.administratorLink(true)!;
  expect((await server.post('auth/link', { token: older })).status).toBe(401);
  server.clock.now += linkLife;
  expect((await server.post('auth/link', { token: newer })).status).toBe(401);
});

test('the_refresh_cookie_is_out_of_reach_of_scripts_and_other_sites', async () => {
  const { response } = await signInByLink();
  const [cookie] = response.headers.getSetCookie();
  expect(cookie).toMatch(/^orbweaver_refresh=[\w-]{43}; Max-Age=\d+; Path=\/api\/v1\/auth; HttpOnly; SameSite=Strict$/);
  expect(response.headers.get('cache-control')).toBe('no-store');
});

test('a_password_set_after_the_link_signs_in_and_a_wrong_one_does_not', async () => {
  const { access_token } = await signInByLink();
  expect((await server.post('me/password', { new: 'correct horse battery' }, bearer(access_token))).status).toBe(204);
  const right = await server.post('auth/sign-in', { username: 'ADMIN', password: 'correct horse battery' });
  expect(right.status).toBe(200);
  const wrong = await server.post('auth/sign-in', { username: 'admin', password: 'correct horse' });
  const unknown = await server.post('auth/sign-in', { username: 'nobody', password: 'correct horse' });
  expect([wrong.status, unknown.status]).toEqual([401, 401]);
  expect(await wrong.json()).toEqual(await unknown.json());
  expect(server.authentication.administratorLink(false)).toBeUndefined();
});

test('a_session_opened_by_password_must_know_the_current_one_to_change_it', async () => {
  const { access_token } = await signInByLink();
  await server.post('me/password', { new: 'first password' }, bearer(access_token));
  const again = await server.post('me/password', { new: 'second password', current: 'guess' }, bearer(access_token));
  expect(again.status).toBe(403);
  expect((await problemOf(again)).errors).toEqual([{ path: 'current', message: 'is not the current password' }]);
  expect((await server.post('me/password', { new: 'second password', current: 'first password' }, bearer(access_token))).status).toBe(204);
  const short = await server.post('me/password', { new: 'short', current: 'second password' }, bearer(access_token));
  expect((await problemOf(short)).detail).toContain('at least 10 characters');
});

test('a_new_password_ends_the_other_sessions_at_once', async () => {
  const other = await signInByLink();
  const { access_token } = await signInByLink();
  expect((await server.call('me', { headers: bearer(other.access_token) })).status).toBe(200);
  await server.post('me/password', { new: 'another password' }, bearer(access_token));
  expect((await server.call('me', { headers: bearer(other.access_token) })).status).toBe(401);
  expect((await server.post('auth/refresh', undefined, { cookie: other.cookie })).status).toBe(401);
  expect((await server.call('me', { headers: bearer(access_token) })).status).toBe(200);
});

test('a_refresh_replaces_the_cookie_and_the_old_one_used_late_ends_the_session', async () => {
  const { cookie: first } = await signInByLink();
  const refreshed = await server.post('auth/refresh', undefined, { cookie: first });
  const second = cookieOf(refreshed);
  const { access_token } = SignedIn.parse(await refreshed.json());
  expect(second).not.toBe(first);
  server.clock.now += 60_000;
  expect((await server.post('auth/refresh', undefined, { cookie: first })).status).toBe(401);
  expect((await server.post('auth/refresh', undefined, { cookie: second })).status).toBe(401);
  expect((await server.call('me', { headers: bearer(access_token) })).status).toBe(401);
});

test('two_tabs_that_refresh_at_once_both_go_on', async () => {
  const { cookie } = await signInByLink();
  const answers = await Promise.all([1, 2].map(() => server.post('auth/refresh', undefined, { cookie })));
  expect(answers.map(({ status }) => status)).toEqual([200, 200]);
  server.clock.now += 60_000;
  for (const answer of answers) expect((await server.post('auth/refresh', undefined, { cookie: cookieOf(answer) })).status).toBe(200);
});

test('a_refresh_that_another_site_began_is_refused', async () => {
  const { cookie } = await signInByLink();
  for (const headers of [
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
  ])
    expect((await server.post('auth/refresh', undefined, { cookie, ...headers })).status, JSON.stringify(headers)).toBe(403);
  expect((await server.post('auth/refresh', undefined, { cookie, origin: server.url })).status).toBe(200);
});

test('signing_out_ends_the_session_and_its_tokens', async () => {
  const { cookie, access_token } = await signInByLink();
  expect((await server.post('auth/sign-out', undefined, { cookie })).status).toBe(204);
  expect((await server.call('me', { headers: bearer(access_token) })).status).toBe(401);
  expect((await server.post('auth/refresh', undefined, { cookie })).status).toBe(401);
  expect((await server.post('auth/sign-out')).status).toBe(204);
});

test('without_a_token_the_answer_says_that_one_is_needed', async () => {
  const response = await server.call('me');
  expect(response.status).toBe(401);
  expect(response.headers.get('www-authenticate')).toBe('Bearer realm="orbweaver"');
  expect((await problemOf(response)).type).toBe('urn:orbweaver:problem:token-missing');
});

test('a_token_that_is_not_ours_is_refused_whatever_it_claims', async () => {
  const { access_token } = await signInByLink();
  const [header, payload, signature] = access_token.split('.') as [string, string, string];
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>;
  const { privateKey } = await createKeys();
  const sign = (extra: Record<string, unknown>, key: CryptoKey) =>
    new SignJWT({ ...claims, ...extra }).setProtectedHeader({ alg: 'ES256', kid: server.keys.kid }).sign(key);
  const hs256 = `${Buffer.from('{"alg":"HS256","typ":"JWT"}').toString('base64url')}.${payload}`;
  const forged: Record<string, string> = {
    'alg none': new UnsecuredJWT(claims).setIssuer(issuer).setAudience(audience).encode(),
    'another key': await sign({}, privateKey),
    'public key as HMAC secret': `${hs256}.${createHmac('sha256', server.keys.publicKey).update(hs256).digest('base64url')}`,
    'changed payload': `${header}.${Buffer.from(JSON.stringify({ ...claims, roles: ['admin'], name: 'root' })).toString('base64url')}.${signature}`,
    'another audience': await sign({ aud: 'somebody-else' }, server.keys.privateKey),
    'another issuer': await sign({ iss: 'somebody-else' }, server.keys.privateKey),
    'no session': await sign({ sid: 'none' }, server.keys.privateKey),
    'session of another': await sign({ sub: 'somebody-else' }, server.keys.privateKey),
    'no claims': await new SignJWT({})
      .setProtectedHeader({ alg: 'ES256' })
      .setIssuer(issuer)
      .setAudience(audience)
      .sign(server.keys.privateKey),
    nonsense: 'a.b.c',
    empty: '',
  };
  for (const [what, token] of Object.entries(forged)) expect((await server.call('me', { headers: bearer(token) })).status, what).toBe(401);
  expect((await server.call('me', { headers: bearer(access_token) })).status).toBe(200);
  expect((await server.call(`me?access_token=${access_token}`)).status).toBe(401);
});

test('an_expired_token_says_so', async () => {
  const real = server.clock.now;
  server.clock.now = Date.now() - (accessTokenLife + 1) * 1000;
  const { access_token } = await signInByLink();
  server.clock.now = real;
  const response = await server.call('me', { headers: bearer(access_token) });
  expect(response.status).toBe(401);
  expect((await problemOf(response)).type).toBe('urn:orbweaver:problem:token-expired');
});

test('sign_in_is_limited_by_user_and_then_recovers', async () => {
  const attempt = () => server.post('auth/sign-in', { username: 'mallory', password: 'guess' });
  server.clock.now += 3600e3;
  const statuses = [];
  for (let i = 0; i < 11; i++) statuses.push((await attempt()).status);
  expect(statuses).toEqual([...new Array<number>(10).fill(401), 429]);
  const limited = await attempt();
  expect(Number(limited.headers.get('retry-after'))).toBeGreaterThan(0);
  expect((await problemOf(limited)).detail).toMatch(/try again in \d+ s/);
  server.clock.now += 60_000;
  expect((await attempt()).status).toBe(401);
});

test('a_request_that_is_not_as_described_says_where', async () => {
  const response = await server.post('auth/sign-in', { username: 'admin', pass: 'x' });
  expect(response.status).toBe(400);
  expect((await problemOf(response)).errors?.map(({ path }) => path).sort()).toEqual(['pass', 'password']);
  const broken = await server.call('auth/sign-in', { method: 'POST', body: '{"user', headers: { 'content-type': 'application/json' } });
  expect((await problemOf(broken)).status).toBe(400);
  const large = await server.post('auth/sign-in', { username: 'x'.repeat(300_000), password: 'x' });
  expect((await problemOf(large)).status).toBe(413);
  const form = await server.call('auth/sign-in', { method: 'POST', body: new URLSearchParams({ username: 'admin' }) });
  expect((await problemOf(form)).status).toBe(415);
});

test('security_headers_stand_on_every_answer', async () => {
  for (const response of [await server.call('me'), await server.call('nowhere'), await fetch(`${server.url}/health/live`)]) {
    const policy = response.headers.get('content-security-policy')!;
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self'");
    expect(policy).not.toContain('unsafe');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(response.headers.get('x-frame-options')).toBe('SAMEORIGIN');
    expect(response.headers.get('referrer-policy')).toBe('no-referrer');
  }
});

test('health_answers_without_a_token_and_readiness_follows_the_process', async () => {
  const ready = () => fetch(`${server.url}/health/ready`);
  expect((await ready()).status).toBe(200);
  server.health.enter('stopping');
  expect((await problemOf(await ready())).status).toBe(503);
  expect((await fetch(`${server.url}/health/live`)).status).toBe(200);
  server.health.enter('ok');
});

test('what_does_not_exist_is_a_problem_too', async () => {
  const response = await server.call('nowhere');
  expect(response.status).toBe(404);
  expect((await problemOf(response)).title).toBe('Not found');
});

test('a_page_of_another_site_cannot_sign_anybody_in', async () => {
  const token = server.authentication.administratorLink(true)!;
  for (const [path, body] of [
    ['auth/link', { token }],
    ['auth/sign-in', { username: 'admin', password: 'correct horse battery' }],
  ] as const) {
    const response = await server.post(path, body, { origin: 'https://elsewhere.example' });
    expect(response.status, path).toBe(403);
    expect(response.headers.getSetCookie()).toEqual([]);
  }
  expect((await server.post('auth/link', { token }, { origin: server.url })).status).toBe(200);
});

test('local_programs_stay_signed_in_when_the_password_changes', async () => {
  const local = server.authentication.openLocal();
  const before = await local.token();
  const { access_token } = await signInByLink();
  expect((await server.post('me/password', { new: 'another horse battery' }, bearer(access_token))).status).toBe(204);
  expect((await server.call('me', { headers: bearer(before) })).status).toBe(200);
  local.end();
  expect((await server.call('me', { headers: bearer(before) })).status).toBe(401);
});

test('a_local_session_that_was_crowded_out_is_opened_anew', async () => {
  const local = server.authentication.openLocal();
  const before = await local.token();
  server.clock.now += 1000;
  for (let count = 0; count < maxSessions; count++) await signInByLink();
  expect((await server.call('me', { headers: bearer(before) })).status).toBe(401);
  expect((await server.call('me', { headers: bearer(await local.token()) })).status).toBe(200);
  local.end();
});

test.each(['records/%ff%fe', 'records/%zz'])('an_address_that_cannot_be_is_a_problem_too: %j', async (path) => {
  const response = await server.call(path);
  expect(response.status).toBe(400);
  expect((await problemOf(response)).type).toBe('urn:orbweaver:problem:invalid-request');
  expect(response.headers.get('x-content-type-options')).toBe('nosniff');
});

test('a_body_that_drips_in_is_cut_off_with_an_answer', async () => {
  const { hostname, port } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  socket.write('POST /api/v1/auth/sign-in HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{');
  const answer = await text(socket);
  expect(answer).toMatch(/^HTTP\/1\.1 400 /);
  expect(answer).toContain('The body was not whole within 0.2 s.');
  const after = await server.post('auth/sign-in', { username: 'admin', password: 'x' });
  expect(after.status).toBe(401);
});
