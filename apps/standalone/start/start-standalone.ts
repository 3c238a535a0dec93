import { mkdirSync } from 'node:fs';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { CaptureFiles } from '@orbweaver/command/imports/capture-files.ts';
import { Imports } from '@orbweaver/command/imports/imports.ts';
import type { Writer } from '@orbweaver/command/indexing/writer.ts';
import type { ContentSettings } from '@orbweaver/control-api/adapters/analysis-messages.ts';
import { AuthModule } from '@orbweaver/control-api/auth/auth.module.ts';
import { bringIn } from '@orbweaver/control-api/captures/bring-in.ts';
import { CapturesModule } from '@orbweaver/control-api/captures/captures.module.ts';
import { commandProblem } from '@orbweaver/control-api/command-problem.ts';
import { SqliteCaptureTable } from '@orbweaver/control-api/adapters/sqlite-capture-table.ts';
import { WorkerAnalyst } from '@orbweaver/control-api/adapters/worker-analyst.ts';
import { StatusModule } from '@orbweaver/control-api/status/status.module.ts';
import { version } from '@orbweaver/kernel/version.ts';
import { Authentication } from '@orbweaver/platform/auth/authentication.ts';
import { loadOrCreateKeys } from '@orbweaver/platform/auth/keys.ts';
import { ContentFiles } from '@orbweaver/platform/content/content-files.ts';
import { openControlState } from '@orbweaver/platform/control/sqlite.ts';
import { lockFolder } from '@orbweaver/platform/service/data-lock.ts';
import { Health } from '@orbweaver/platform/service/health.ts';
import type { Logger } from '@orbweaver/platform/service/logger.ts';
import { createApplication } from '@orbweaver/platform/service/nest/application.ts';
import { closeServer, serve } from '@orbweaver/platform/service/nest/serve.ts';
import { Stopping, type StopReport } from '@orbweaver/platform/service/stopping.ts';
import { openDuckDbStore } from '@orbweaver/platform/store/duckdb/open.ts';
import { datasets } from '@orbweaver/protocols/registry/registry.ts';
import { Questions } from '@orbweaver/query/results/questions.ts';
import { Catalogue } from '@orbweaver/query/search/catalogue.ts';
import { Catalogues } from '@orbweaver/search-api/catalogue/catalogues.ts';
import { queryProblem } from '@orbweaver/search-api/query-problem.ts';
import { SearchApiModule } from '@orbweaver/search-api/search-api.module.ts';
import { LiveCapture } from '../live/live-capture.ts';
import { capturesIn, type Places } from '../places.ts';
import type { Config } from '../settings.ts';
import { serveWebFiles } from '../ui/serve-web-files.ts';
import { readWebFiles } from '../ui/web-files.ts';
import { contentSettingsOf } from './content-settings.ts';
import { redactionOf } from './redaction.ts';
import { keepRetention } from './retention.ts';
import { keepRunningFile } from './running-file.ts';
import { statusOf } from './status.ts';

export interface Standalone {
  /** `http://127.0.0.1:7280`, as it listens. */
  readonly url: string;
  /** One-time; absent once the administrator has a password, unless it was asked for. */
  readonly signInLink: string | undefined;
  readonly dataFolder: string;
  readonly live: LiveCapture | undefined;
  readonly imports: Imports;
  /** Ends everything in order; never rejects. */
  stop(): Promise<StopReport[]>;
}

/**
 * Everything in one process: store, sign-in, search, captures, live capture, pages. Resolves when it listens. `files` are imported afterwards. Rejects with
 * an error whose message says what to do; nothing is left running then.
 */
export async function startStandalone(config: Config, places: Places, log: Logger, files: readonly string[] = []): Promise<Standalone> {
  const dataFolder = resolve(config.data);
  mkdirSync(dataFolder, { recursive: true, mode: 0o700 });
  const stopping = new Stopping();
  try {
    return await compose(config, places, log, files, dataFolder, stopping);
  } catch (error) {
    await stopping.stop();
    throw error;
  }
}

async function compose(
  config: Config,
  places: Places,
  log: Logger,
  files: readonly string[],
  dataFolder: string,
  stopping: Stopping,
): Promise<Standalone> {
  const health = new Health();
  const deadline = config.stopDeadline;
  stopping.add({ phase: 'readiness', name: 'readiness', deadline, run: () => health.enter('stopping') });

  const unlock = lockFolder(dataFolder);
  stopping.add({ phase: 'release', name: 'lock', deadline, run: unlock });
  const control = openControlState(join(dataFolder, 'control.sqlite'));
  stopping.add({ phase: 'close', name: 'control state', deadline, run: () => control.close() });
  const authentication = new Authentication(control, await loadOrCreateKeys(join(dataFolder, 'keys')));

  const schemas = datasets.map(({ schema }) => schema);
  const store = await openDuckDbStore(schemas, {
    folder: join(dataFolder, 'records'),
    memoryBytes: config.storeMemory,
    onFault: (cause) => log.warn({ err: cause }, 'the record store gave up and is begun anew; nothing stored is lost'),
  });
  stopping.add({ phase: 'flush', name: 'records', deadline, run: () => store.writer.flush() });
  stopping.add({ phase: 'close', name: 'store', deadline, run: () => store.close() });

  const redaction = redactionOf(config);
  const content = contentSettingsOf(config, join(dataFolder, 'content'));
  const contentFiles = new ContentFiles(content.folder);
  const torn = await contentFiles.recover();
  if (torn > 0) log.info({ bytes: torn }, 'half-written content of the last run was cut off');
  const table = new SqliteCaptureTable(control);
  const imports = new Imports({
    table,
    files: new CaptureFiles(join(dataFolder, 'captures')),
    analyst: new WorkerAnalyst(places.analysisWorker, { redaction, content }),
    writer: store.writer,
    content: contentFiles,
    uploadLimit: config.uploadLimit,
    clock: Date.now,
    onEnd: ({ name, state, packets, records, message }) => {
      log[state === 'failed' ? 'error' : 'info']({ capture: name, packets, records, ...(message && { message }) }, `import ${state}`);
    },
  });
  stopping.add({ phase: 'intake', name: 'imports', deadline, run: () => imports.stop() });

  const live =
    config.interface === undefined
      ? undefined
      : startLive({ config, device: config.interface, content, places, writer: store.writer, log, stopping });
  const catalogue = new Catalogue(schemas);
  const app = await createApplication({
    health,
    log,
    trustedProxies: config.trustedProxies,
    tokens: authentication,
    translations: [queryProblem, commandProblem],
    modules: [
      AuthModule.with(authentication),
      CapturesModule.with(imports, health),
      StatusModule.with(statusOf({ store, live, table, started: performance.now() })),
      SearchApiModule.with({
        questions: new Questions(store.reader, catalogue),
        catalogues: new Catalogues(datasets, catalogue, store.reader, version),
        content: contentFiles,
        limits: { timeLimit: config.searchTimeLimit, maxRange: config.searchMaxRange },
      }),
    ],
  });
  serveWebFiles(app.getHttpAdapter().getInstance() as never, readWebFiles(places.web));
  stopping.add({ phase: 'drain', name: 'requests', deadline, run: (signal) => closeServer(app, signal) });
  const url = await serve(app, config.host, config.port);
  live?.begin(Number(new URL(url).port));

  const linkToken = authentication.administratorLink(config.signInLink);
  const local = authentication.openLocal();
  const removeRunningFile = await keepRunningFile(dataFolder, url, () => local.token());
  stopping.add({
    phase: 'readiness',
    name: 'local access',
    deadline,
    run: () => {
      removeRunningFile();
      local.end();
    },
  });
  keepRetention(config, store.writer, log, stopping);

  const isNew = table.list().length === 0 && (await store.reader.status()).records === 0;
  await imports.start();
  void bringIn(
    imports,
    [...(config.sample && isNew && files.length === 0 && live === undefined ? capturesIn(places.samples) : []), ...files],
    'orbweaver',
    log,
  );
  health.enter('ok');
  return {
    url,
    signInLink: linkToken === undefined ? undefined : `${url}/sign-in/link#token=${linkToken}`,
    dataFolder,
    live,
    imports,
    stop: () => stopping.stop(),
  };
}

interface LiveParts {
  readonly config: Config;
  readonly device: string;
  readonly content: ContentSettings;
  readonly places: Places;
  readonly writer: Writer;
  readonly log: Logger;
  readonly stopping: Stopping;
}

function startLive({ config, device, content, places, writer, log, stopping }: LiveParts): LiveCapture {
  const job = {
    interface: device,
    filter: config.captureFilter ?? '',
    bufferBytes: config.captureBuffer,
    activeTimeout: config.captureActiveTimeout / 1000,
    hostname: hostname(),
    redaction: redactionOf(config),
    content,
  };
  const live = new LiveCapture(places.liveProcess, job, writer, { failed: (message) => log.error({ interface: device }, message) });
  const run = async (signal: AbortSignal) => {
    signal.addEventListener('abort', () => {
      live.kill();
    });
    await live.stop();
  };
  stopping.add({ phase: 'intake', name: 'live capture', deadline: config.stopDeadline, run });
  return live;
}
