import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Capture } from '@orbweaver/contracts/http/captures.ts';
import { Problem } from '@orbweaver/contracts/http/problem.ts';
import { readSettings } from '@orbweaver/platform/service/config/settings.ts';
import { createLogger } from '@orbweaver/platform/service/logger.ts';
import { placesFrom } from '../places.ts';
import { settings, type Config } from '../settings.ts';
import { startStandalone } from '../start/start-standalone.ts';

export const testConfig = (flags: Record<string, unknown>): Config =>
  readSettings(settings, { flags: { port: '0', sample: 'false', storeMemory: '256MiB', ...flags }, environment: {}, file: {} });

export const entry = new URL('../main.ts', import.meta.url).href;

/** A whole server over a data folder of its own, and the administrator signed in. */
export async function startTestServer(flags: Record<string, unknown> = {}, folder?: string) {
  const data = folder ?? (await mkdtemp(join(tmpdir(), 'orbweaver-test-')));
  const log = createLogger({ level: 'silent', pretty: false, service: 'test' });
  const server = await startStandalone(testConfig({ data, signInLink: true, ...flags }), placesFrom(entry), log);
  const signedIn = await fetch(`${server.url}/api/v1/auth/link`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token: server.signInLink!.split('#token=')[1] }),
  });
  const { access_token } = (await signedIn.json()) as { access_token: string };
  const authorization = `Bearer ${access_token}`;

  const call = (path: string, init: RequestInit = {}) =>
    fetch(`${server.url}/api/v1/${path}`, { ...init, headers: { authorization, ...(init.headers as Record<string, string>) } });
  const get = async (path: string) => (await call(path)).json() as Promise<unknown>;
  const post = (path: string, body: unknown) =>
    call(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  const upload = (name: string, body: Buffer | ReadableStream) =>
    call(`captures?name=${encodeURIComponent(name)}`, {
      method: 'POST',
      headers: { 'content-type': 'application/octet-stream' },
      body: body as Buffer,
      ...(body instanceof ReadableStream ? { duplex: 'half' } : {}),
    } as RequestInit);

  return {
    server,
    data,
    authorization,
    call,
    get,
    post,
    upload,
    /** Uploads a capture and waits until its records can be found. */
    async bringIn(name: string, body: Buffer): Promise<Capture> {
      const response = await upload(name, body);
      const capture = (await response.json()) as Capture;
      if (response.status !== 201) throw new Error(JSON.stringify(capture));
      await server.imports.idle();
      return (await get(`captures/${capture.id}`)) as Capture;
    },
    async stop(keep = false) {
      const reports = await server.stop();
      if (!keep) await rm(data, { recursive: true, force: true });
      return reports;
    },
  };
}

export type TestServer = Awaited<ReturnType<typeof startTestServer>>;

export async function problemOf(response: Response): Promise<Problem> {
  if (!(response.headers.get('content-type') ?? '').startsWith('application/problem+json'))
    throw new Error(`expected a problem, got ${String(response.status)} ${await response.text()}`);
  return Problem.parse(await response.json());
}
