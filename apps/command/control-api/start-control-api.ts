import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { CaptureFiles } from '@orbweaver/command/imports/capture-files.ts';
import { Imports } from '@orbweaver/command/imports/imports.ts';
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
import { SqliteCaptureTable } from './adapters/sqlite-capture-table.ts';
import { AuthModule } from './auth/auth.module.ts';
import { bringIn } from './captures/bring-in.ts';
import { CapturesModule } from './captures/captures.module.ts';
import { commandProblem } from './command-problem.ts';
import { openPipeline } from './pipeline.ts';
import type { Config } from './settings.ts';
import { clusterStatus } from './status/cluster-status.ts';
import { StatusModule } from './status/status.module.ts';

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

/**
 * Who signs people in and takes captures from them, as a process of its own. Sessions that end are told to the others through Redis, captures go through the pipeline as those
 * of a whisperer do. `files` are brought in.
 */
export async function startControlApi(config: Config, log: Logger, files: readonly string[] = []): Promise<ControlApi> {
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
    const emptied = () => log.warn('the working memory was emptied; the sessions that ended are told again');
    const ended = new EndedSessions(memory, { emptied });
    stopping.add({ phase: 'flush', name: 'ended sessions', deadline, run: (signal) => ended.close(signal) });
    health.add('redis', () => memory.problem());
    health.add('sign-outs', () => ended.problem());

    const keys = join(folder, 'keys');
    const authentication = new Authentication(state, await loadOrCreateKeys(keys), { onEnded: (sessions) => ended.end(sessions) });
    const { analyst, records, contents, store, whisperers } = await openPipeline(config, health, log, stopping);
    const table = new SqliteCaptureTable(state);
    const imports = new Imports({
      table,
      files: new CaptureFiles(join(folder, 'captures')),
      analyst,
      writer: {
        append: () => Promise.reject(new Error('records come from the pipeline')),
        // The analyst is not done before everything is found.
        flush: () => Promise.resolve(),
        deleteCapture: (capture) => records.deleteCapture(capture),
      },
      content: contents,
      uploadLimit: config.uploadLimit,
      clock: Date.now,
      onEnd: ({ name, state, packets, records, message }) => {
        log[state === 'failed' ? 'error' : 'info']({ capture: name, packets, records, ...(message && { message }) }, `import ${state}`);
      },
    });
    stopping.add({ phase: 'intake', name: 'imports', deadline, run: () => imports.stop() });
    const app = await createApplication({
      health,
      log,
      trustedProxies: config.trustedProxies,
      tokens: authentication,
      translations: [commandProblem],
      modules: [
        AuthModule.with(authentication),
        CapturesModule.with(imports, health),
        StatusModule.with(clusterStatus({ store, whisperers, table, started: performance.now() })),
      ],
    });
    measureRequests(app, operations.metrics);
    stopping.add({ phase: 'drain', name: 'requests', deadline, run: (signal) => closeServer(app, signal) });
    const operationsPort = await operations.listen(config.operationsHost, config.operationsPort);
    const url = await serve(app, config.host, config.port);
    const token = authentication.administratorLink(config.signInLink);
    await imports.start();
    void bringIn(imports, files, 'orbweaver', log);
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
