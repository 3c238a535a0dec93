import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLogger } from '@orbweaver/platform/service/logger.ts';
import { placesFrom } from '../places.ts';
import { startStandalone, type Standalone } from '../start/start-standalone.ts';
import { entry, testConfig } from './test-server.ts';

let folder: string;
let server: Standalone;
const script = `console.log(${JSON.stringify('x'.repeat(5000))});`;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'orbweaver-test-'));
  await mkdir(join(folder, 'web', 'assets'), { recursive: true });
  await writeFile(join(folder, 'web', 'index.html'), '<meta property="csp-nonce" nonce="__CSP_NONCE__"><div id="root"></div>');
  await writeFile(join(folder, 'web', 'assets', 'main-abc123.js'), script);
  await writeFile(join(folder, 'web', 'favicon.svg'), '<svg/>');
  await writeFile(join(folder, 'secret.json'), '{}');
  const log = createLogger({ level: 'silent', pretty: false, service: 'test' });
  server = await startStandalone(testConfig({ data: join(folder, 'data') }), { ...placesFrom(entry), web: join(folder, 'web') }, log);
});
afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

const get = (path: string, headers: Record<string, string> = {}) => fetch(`${server.url}${path}`, { headers });

test('every_path_of_the_ui_is_the_page_with_a_nonce_of_its_own', async () => {
  const seen = new Set<string>();
  for (const path of ['/', '/index.html', '/explore?q=1', '/sign-in/link', '/captures/1.2.3/x']) {
    const response = await get(path);
    expect(response.status, path).toBe(200);
    expect(response.headers.get('cache-control')).toBe('no-cache');
    const nonce = /nonce="([^"]+)"/.exec(await response.text())![1]!;
    expect(response.headers.get('content-security-policy')).toContain(`style-src 'self' 'nonce-${nonce}'`);
    seen.add(nonce);
  }
  expect(seen.size).toBe(5);
});

test('a_file_whose_name_changes_with_its_content_is_kept_for_ever_and_compressed', async () => {
  const response = await get('/assets/main-abc123.js', { 'accept-encoding': 'gzip, br' });
  expect(response.headers.get('content-encoding')).toBe('br');
  expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
  expect(response.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
  expect(await response.text()).toBe(script);
  const plain = await get('/assets/main-abc123.js', { 'accept-encoding': 'br;q=0, identity' });
  expect(plain.headers.get('content-encoding')).toBeNull();
});

test('a_file_that_did_not_change_is_not_sent_again', async () => {
  const etag = (await get('/favicon.svg')).headers.get('etag')!;
  expect((await get('/favicon.svg', { 'if-none-match': etag })).status).toBe(304);
});

test('nothing_outside_of_the_ui_is_served', async () => {
  const raw = (path: string) =>
    new Promise<number>((resolve) => {
      const { hostname, port } = new URL(server.url);
      request({ hostname, port, path }, (response) => {
        response.resume();
        resolve(response.statusCode!);
      }).end();
    });
  for (const path of [
    '/../secret.json',
    '/%2e%2e/secret.json',
    '/assets/../../secret.json',
    '//secret.json',
    '/assets/none.js',
    '/api/v1/none',
  ])
    expect(await raw(path), path).toBe(404);
});

test('security_headers_stand_on_pages_and_files_too', async () => {
  for (const path of ['/', '/assets/main-abc123.js']) {
    const { headers } = await get(path);
    expect(headers.get('content-security-policy'), path).toContain("script-src 'self';");
    expect(headers.get('content-security-policy'), path).not.toContain('unsafe');
    expect(headers.get('x-content-type-options'), path).toBe('nosniff');
  }
});
