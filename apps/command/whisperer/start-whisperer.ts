import { hostname } from 'node:os';
import { topics } from '@orbweaver/contracts/topics/topics.ts';
import { KafkaBus } from '@orbweaver/platform/bus/kafka/kafka-bus.ts';
import { ensureTopics } from '@orbweaver/platform/bus/kafka/topics.ts';
import { explain } from '@orbweaver/platform/bus/kafka/client.ts';
import { watchPartitions } from '@orbweaver/platform/bus/kafka/watch-partitions.ts';
import { Health } from '@orbweaver/platform/service/health.ts';
import type { Logger } from '@orbweaver/platform/service/logger.ts';
import { Operations } from '@orbweaver/platform/service/operations.ts';
import type { Started } from '@orbweaver/platform/service/run-process.ts';
import { inSpan, startTracing, traceHeaders } from '@orbweaver/platform/telemetry/tracing.ts';
import { untilDone } from '@orbweaver/platform/service/until-done.ts';
import { Stopping } from '@orbweaver/platform/service/stopping.ts';
import { FileSource } from '@orbweaver/command/capture/file-source.ts';
import { FrameSender } from '@orbweaver/command/capture/frame-sender.ts';
import { LiveSource } from './live-source.ts';
import { registerMetrics } from './metrics.ts';
import { withoutOwnTraffic } from './own-traffic.ts';
import type { Config } from './settings.ts';
import type { Source } from '@orbweaver/command/capture/source.ts';
import { sendStatus } from './status.ts';

/** `finished` is called once all files are sent: with the problems of those that were not read to their end. */
export async function startWhisperer(
  config: Config,
  log: Logger,
  files: readonly string[],
  ended: AbortSignal,
  finished: (problems: readonly string[]) => void,
): Promise<Started> {
  if (files.length === 0 && config.interface === undefined)
    throw new Error('there is nothing to capture: name an interface (--interface eth0) or capture files');
  if (files.length > 0 && config.interface !== undefined)
    throw new Error('either an interface or files, not both: start one whisperer for each');
  const health = new Health();
  const operations = new Operations(health);
  const stopping = new Stopping();
  const port = await operations.listen(config.operationsHost, config.operationsPort);
  log.info({ host: config.operationsHost, port }, 'health and metrics are served');
  const stopTracing = await startTracing(config.tracesEndpoint, 'whisperer');
  const bus = new KafkaBus(config, 'whisperer', log);
  health.add('kafka', () => bus.problem());
  const producer = await bus.producer();
  const sender = new FrameSender(
    producer,
    config.queueBytes,
    (reason) => log.error({ reason }, 'a batch was refused and is lost'),
    (send) => inSpan('send frames', 'producer', {}, () => send(traceHeaders())),
  );
  const sources: Source[] = [];
  registerMetrics(operations.metrics, sender, sources);
  const deadline = config.stopDeadline;
  stopping.add({ phase: 'readiness', name: 'readiness', deadline, run: () => health.enter('stopping') });
  stopping.add({
    phase: 'intake',
    name: 'sources',
    deadline,
    run: async () => void (await Promise.all(sources.map((source) => source.stop()))),
  });
  stopping.add({ phase: 'drain', name: 'batches', deadline, run: () => sender.empty() });
  stopping.add({ phase: 'close', name: 'bus', deadline, run: () => bus.close() });
  stopping.add({ phase: 'release', name: 'traces', deadline, run: stopTracing });
  stopping.add({ phase: 'release', name: 'health and metrics', deadline, run: () => operations.close() });

  const partitions = await untilDone(
    'Kafka',
    async () => {
      const options = { replication: config.kafkaReplication, partitions: config.framesPartitions };
      await ensureTopics(bus.kafka, [topics.frames, topics.status], options);
      return await producer.partitionsOf(topics.frames.name);
    },
    { health, log, ended, explain },
  );
  const started = now();
  const common = { partitions, flowKeyVlan: config.flowKeyVlan, verifyChecksums: config.verifyChecksums };
  if (config.interface !== undefined) {
    const filter = await withoutOwnTraffic(config.captureFilter ?? '', bus.kafka, config, port);
    const live = new LiveSource(
      started,
      {
        ...common,
        interface: config.interface,
        filter,
        bufferBytes: config.captureBuffer,
        observerName: config.observerName,
        hostname: hostname(),
        activeTimeout: config.captureActiveTimeout / 1000,
        batchDelay: config.batchDelay,
      },
      sender,
    );
    sources.push(live);
    log.info({ interface: config.interface, filter, partitions }, 'capturing');
  } else
    void sendFiles(files, (path) => new FileSource(path, started, common, sender), sources, log).then(finished, (error: unknown) => {
      log.error({ err: error }, 'reading failed');
      finished([explain(error)]);
    });
  const status = sendStatus(producer, config, sources, sender, log);
  stopping.add({ phase: 'flush', name: 'status', deadline, run: () => status.stop() });
  health.enter('ok');
  const outdated = new Promise<string>((resolve) => {
    // Files come to their end.
    if (config.interface === undefined) return;
    const outdate = (now: number) =>
      resolve(
        `${topics.frames.name} has ${now} partitions and had ${partitions} when this session began: it has to be started again, for a session of its own`,
      );
    const watch = watchPartitions(producer, topics.frames.name, partitions, outdate, { log });
    stopping.add({ phase: 'intake', name: 'partitions', deadline, run: () => watch.stop() });
  });
  return { outdated, stop: () => stopping.stop() };
}

async function sendFiles(paths: readonly string[], open: (path: string) => FileSource, sources: Source[], log: Logger): Promise<string[]> {
  const problems: string[] = [];
  for (const path of paths) {
    const source = open(path);
    sources.push(source);
    const problem = await source.done;
    if (problem === undefined) log.info({ file: path, ...source.counters() }, 'the file was sent');
    else {
      problems.push(`${path}: ${problem}`);
      log.error({ file: path, reason: problem, ...source.counters() }, 'the file was not sent to its end');
    }
  }
  return problems;
}

/** When this session began: later sessions of the same source have a later time. */
function now(): { seconds: number; nanos: number } {
  const milliseconds = Date.now();
  return { seconds: Math.floor(milliseconds / 1000), nanos: (milliseconds % 1000) * 1e6 + Number(process.hrtime.bigint() % 1_000_000n) };
}
