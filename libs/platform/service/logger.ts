import { Writable } from 'node:stream';
import { pino, type DestinationStream, type Logger } from 'pino';

export type { Logger };

/** Names whose values never reach a log, at the top and one or two levels down. */
const secretNames = [
  'password',
  'current',
  'new',
  'token',
  'access_token',
  'refresh_token',
  'authorization',
  'cookie',
  'set-cookie',
  'secret',
  'key',
];
const redacted = secretNames.flatMap((name) => [`["${name}"]`, `*["${name}"]`, `*.*["${name}"]`]);

export interface LoggerOptions {
  readonly level: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';
  /** Lines for people rather than JSON. */
  readonly pretty: boolean;
  /** `service.name` on every line. */
  readonly service: string;
}

/** A structured log on standard error (or `to`). Times are RFC 3339, secrets are masked by name. */
export function createLogger({ level, pretty, service }: LoggerOptions, to: NodeJS.WritableStream = process.stderr): Logger {
  const destination: DestinationStream = pretty ? prettyLines(to) : to;
  return pino(
    {
      level,
      base: { 'service.name': service },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: redacted, censor: '***' },
    },
    destination,
  );
}

/** `12:34:56 warn  message  key=value …` */
function prettyLines(to: NodeJS.WritableStream): Writable {
  return new Writable({
    write(chunk: Buffer, _encoding, done) {
      const { time, level, msg, err, ...rest } = JSON.parse(chunk.toString()) as Record<string, unknown>;
      delete rest['service.name'];
      const extra = Object.entries(rest).map(([name, value]) => `${name}=${plain(value)}`);
      const stack = (err as { stack?: string } | undefined)?.stack;
      to.write(
        `${[String(time).slice(11, 19), String(level).padEnd(5), plain(msg), ...extra].join(' ')}\n${stack === undefined ? '' : `${stack}\n`}`,
      );
      done();
    },
  });
}

/** Texts may come from a file's name or from the wire: what could move the cursor or begin a line is escaped. */
function plain(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return /\p{Cc}/u.test(text) ? JSON.stringify(text).replace(/[\u007f-\u009f]/g, '?') : text;
}
