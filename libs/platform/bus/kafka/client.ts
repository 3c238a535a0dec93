import { Kafka, logLevel, type LogEntry } from 'kafkajs';
import type { Logger } from '../../service/logger.ts';
import { connectionOf, type KafkaSettings } from './settings.ts';

/** Milliseconds: a broker that does not answer is asked elsewhere, or again. */
const connectionTimeout = 3000;
const requestTimeout = 30_000;

/** Attempts within the client; whoever uses it tries on for ever, and says so. */
export const clientRetry = { initialRetryTime: 100, maxRetryTime: 1000, retries: 4 } as const;

export function createKafka(settings: KafkaSettings, clientId: string, log: Logger): Kafka {
  return new Kafka({
    ...connectionOf(settings),
    clientId,
    connectionTimeout,
    requestTimeout,
    retry: clientRetry,
    logLevel: logLevel.INFO,
    logCreator: () => (entry) => note(log, entry),
  });
}

/** The client tells as a warning or an error what it then mends itself; what stays wrong shows in readiness and in our own words. */
function note(log: Logger, { level, namespace, log: { message, error, broker, groupId } }: LogEntry): void {
  const about = {
    kafka: namespace,
    ...(error === undefined ? {} : { reason: String(error) }),
    ...(broker === undefined ? {} : { broker: String(broker) }),
    ...(groupId === undefined ? {} : { groupId: String(groupId) }),
  };
  if (level <= logLevel.WARN) log.debug(about, message);
  else log.trace(about, message);
}

/** A module of CommonJS: its errors are no names that could be imported. */
function isRefusedSignIn(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause) if (at.name === 'KafkaJSSASLAuthenticationError') return true;
  return false;
}

/** What went wrong, in one sentence for people. */
export function explain(error: unknown): string {
  const { message, cause } = error as { message?: string; cause?: unknown };
  const text = message ?? String(error);
  if (isRefusedSignIn(error)) return `${text}: check kafkaUsername and kafkaPassword`;
  return cause instanceof Error && !text.includes(cause.message) ? `${text} (${cause.message})` : text;
}
