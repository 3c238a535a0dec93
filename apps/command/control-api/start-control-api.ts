import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Authentication } from '@orbweaver/platform/auth/authentication.ts';
import { EndedSessions } from '@orbweaver/platform/auth/ended-sessions.ts';
import { loadOrCreateKeys, publicKeyFile } from '@orbweaver/platform/auth/keys.ts';
import { RedisCache } from '@orbweaver/platform/cache/redis/redis-cache.ts';
import { openControlState } from '@orbweaver/platform/control/sqlite.ts';
import { lockFolder } from '@orbweaver/platform/service/data-lock.ts';
import { Health } from '@orbweaver/platform/service/health.ts';
import type { Logger } from '@orbweaver/platform/service/logger.ts';
import { createApplication } from '@orbweaver/platform/service/nest/application.ts';
import { measureRequests } from '@orbweaver/platform/service/nest/measure-requests.ts';
import { closeServer, serve } from '@orbweaver/platform/service/nest/serve.ts';
import { Operations } from '@orbweaver/platform/service/operations.ts';
import { Stopping, type StopReport } from '@orbweaver/platform/service/stopping.ts';
import { AuthModule } from './auth/auth.module.ts';
import type { Config } from './settings.ts';

export interface ControlApi {
  readonly url: string;
  /** Of health and metrics. */
  readonly operationsPort: number;
  /** File with the key that tokens are checked with. */
  readonly publicKey: string;
  /** One-time; absent once the administrator has a password, unless it was asked for. */
  readonly signInLink: string | undefined;
  stop(): Promise<readonly StopReport[]>;
}

/** Who signs people in, as a process of its own. Sessions that end are told to the others through Redis. */
export async function startControlApi(config: Config, log: Logger): Promise<ControlApi> {
  const folder = resolve(config.data);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const health = new Health();
  const operations = new Operations(health);
  const stopping = new Stopping();
  const deadline = config.stopDeadline;
  stopping.add({ phase: 'readiness', name: 'readiness', deadline, run: () => health.enter('stopping') });
  try {
    stopping.add({ phase: 'release', name: 'lock', deadline, run: lockFolder(folder) });
    stopping.add({ phase: 'release', name: 'operations', deadline, run: () => operations.close() });
    const state = openControlState(join(folder, 'control.sqlite'));
    stopping.add({ phase: 'close', name: 'control state', deadline, run: () => state.close() });
    const memory = new RedisCache(config, log);
    stopping.add({ phase: 'close', name: 'working memory', deadline, run: () => memory.close() });
    const ended = new EndedSessions(memory);
    stopping.add({ phase: 'flush', name: 'ended sessions', deadline, run: (signal) => ended.close(signal) });
    health.add('redis', () => memory.problem());
    health.add('sign-outs', () => ended.problem());

    const keys = join(folder, 'keys');
    const authentication = new Authentication(state, await loadOrCreateKeys(keys), { onEnded: (sessions) => ended.end(sessions) });
    const app = await createApplication({
      health,
      log,
      trustedProxies: config.trustedProxies,
      tokens: authentication,
      translations: [],
      modules: [AuthModule.with(authentication)],
    });
    measureRequests(app, operations.metrics);
    stopping.add({ phase: 'drain', name: 'requests', deadline, run: (signal) => closeServer(app, signal) });
    const operationsPort = await operations.listen(config.operationsHost, config.operationsPort);
    const url = await serve(app, config.host, config.port);
    const token = authentication.administratorLink(config.signInLink);
    health.enter('ok');
    log.info({ url, operationsPort }, 'people can sign in');
    return {
      url,
      operationsPort,
      publicKey: join(keys, publicKeyFile),
      signInLink: token === undefined ? undefined : `${config.webUrl.replace(/\/$/, '')}/sign-in/link#token=${token}`,
      stop: () => stopping.stop(),
    };
  } catch (error) {
    await stopping.stop();
    throw error;
  }
}
