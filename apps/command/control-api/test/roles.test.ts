import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CaptureFiles } from '@orbweaver/command/imports/capture-files.ts';
import { Imports } from '@orbweaver/command/imports/imports.ts';
import { defaultRedaction } from '@orbweaver/command/policies/redaction-policy.ts';
import type { Role } from '@orbweaver/contracts/http/auth.ts';
import type { Capture } from '@orbweaver/contracts/http/captures.ts';
import { signAccessToken } from '@orbweaver/platform/auth/access-token.ts';
import { Authentication } from '@orbweaver/platform/auth/authentication.ts';
import { createKeys, type SigningKeys } from '@orbweaver/platform/auth/keys.ts';
import { Sessions } from '@orbweaver/platform/auth/sessions.ts';
import { ContentFiles } from '@orbweaver/platform/content/content-files.ts';
import { openControlState, type DatabaseSync } from '@orbweaver/platform/control/sqlite.ts';
import { Health } from '@orbweaver/platform/service/health.ts';
import { createLogger } from '@orbweaver/platform/service/logger.ts';
import { createApplication } from '@orbweaver/platform/service/nest/application.ts';
import { MemoryStore } from '@orbweaver/platform/store/memory/memory-store.ts';
import { datasets } from '@orbweaver/protocols/registry/registry.ts';
import { SqliteCaptureTable } from '../adapters/sqlite-capture-table.ts';
import { WorkerAnalyst } from '../adapters/worker-analyst.ts';
import { CapturesModule } from '../captures/captures.module.ts';
import { commandProblem } from '../command-problem.ts';

let folder: string;
let app: NestFastifyApplication;
let url: string;
let control: DatabaseSync;
let keys: SigningKeys;
let authentication: Authentication;
let imports: Imports;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'orbweaver-test-'));
  control = openControlState(':memory:');
  keys = await createKeys();
  authentication = new Authentication(control, keys);
  const content = { folder: join(folder, 'content'), policy: { bodies: { keep: 'off' }, payload: { keep: 'off' } }, limit: 1e6 } as const;
  imports = new Imports({
    table: new SqliteCaptureTable(control),
    files: new CaptureFiles(join(folder, 'captures')),
    analyst: new WorkerAnalyst(new URL('../adapters/analysis-worker.ts', import.meta.url), { redaction: defaultRedaction, content }),
    writer: new MemoryStore(datasets.map(({ schema }) => schema)),
    content: new ContentFiles(content.folder),
    uploadLimit: 1e6,
    clock: Date.now,
  });
  const health = new Health();
  const log = createLogger({ level: 'silent', pretty: false, service: 'test' });
  app = await createApplication({
    modules: [CapturesModule.with(imports, health)],
    health,
    log,
    tokens: authentication,
    translations: [commandProblem],
  });
  await app.listen(0, '127.0.0.1');
  url = await app.getUrl();
});
afterAll(async () => {
  await imports.stop();
  await app.close();
  control.close();
  await rm(folder, { recursive: true, force: true });
});

async function tokenFor(role: Role): Promise<string> {
  const user = authentication.users.create({ username: role, name: role, roles: [role] }, Date.now());
  const { session } = new Sessions(control).open(user.id, false, Date.now());
  return signAccessToken(keys, { userId: user.id, sessionId: session.id, username: role, roles: [role] }, Date.now());
}

test('a_viewer_looks_an_analyst_also_brings_in_and_deletes', async () => {
  const header = Buffer.from('d4c3b2a1020004000000000000000000ffff000001000000', 'hex');
  const statuses = async (role: Role) => {
    const authorization = `Bearer ${await tokenFor(role)}`;
    const list = await fetch(`${url}/api/v1/captures`, { headers: { authorization } });
    const headers = { authorization, 'content-type': 'application/octet-stream' };
    const upload = await fetch(`${url}/api/v1/captures`, { method: 'POST', headers, body: header });
    const { id = '00000000-0000-0000-0000-000000000000' } = (await upload.json()) as Partial<Capture>;
    const removed = await fetch(`${url}/api/v1/captures/${id}`, { method: 'DELETE', headers: { authorization } });
    return [list.status, upload.status, removed.status];
  };
  expect(await statuses('viewer')).toEqual([200, 403, 403]);
  expect(await statuses('analyst')).toEqual([200, 201, 204]);
  expect(await statuses('admin')).toEqual([200, 201, 204]);
});
