import { createLogger } from '@orbweaver/platform/service/logger.ts';
import { Health } from '@orbweaver/platform/service/health.ts';
import { createApplication } from '@orbweaver/platform/service/nest/application.ts';
import { Authentication } from '@orbweaver/platform/auth/authentication.ts';
import { createKeys } from '@orbweaver/platform/auth/keys.ts';
import { Passwords } from '@orbweaver/platform/auth/password.ts';
import { openControlState } from '@orbweaver/platform/control/sqlite.ts';
import { AuthModule } from '../auth/auth.module.ts';

/** Milliseconds. */
const bodyDeadline = 200;

/** A started server with nothing but sign-in, a clock that the test moves, and passwords that cost little. */
export async function startAuthServer() {
  const clock = { now: Date.now() };
  const database = openControlState(':memory:');
  const keys = await createKeys();
  const authentication = new Authentication(database, keys, { clock: () => clock.now, passwords: new Passwords({ logN: 10, r: 8, p: 1 }) });
  const health = new Health();
  health.enter('ok');
  const app = await createApplication({
    modules: [AuthModule.with(authentication)],
    health,
    tokens: authentication,
    log: createLogger({ level: 'silent', pretty: false, service: 'test' }),
    translations: [],
    bodyDeadline,
  });
  await app.listen(0, '127.0.0.1');
  const url = await app.getUrl();

  const call = (path: string, init: RequestInit = {}) => fetch(`${url}/api/v1/${path}`, init);
  const post = (path: string, body?: unknown, headers: Record<string, string> = {}) =>
    call(path, {
      method: 'POST',
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  return {
    url,
    clock,
    keys,
    health,
    authentication,
    call,
    post,
    async stop() {
      await app.close();
      database.close();
    },
  };
}

/** The cookie of an answer as a browser would send it back. */
export const cookieOf = (response: Response): string => response.headers.getSetCookie()[0]!.split(';')[0]!;
