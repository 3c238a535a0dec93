import { readFileSync } from 'node:fs';
import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { version } from '@orbweaver/kernel/version.ts';
import { readArguments } from './config/arguments.ts';
import { settingsHelp } from './config/reference.ts';
import {
  ConfigError,
  describeConfig,
  optionalSetting,
  readSettings,
  setting,
  variableOf,
  type ConfigOf,
  type Settings,
  type Sources,
} from './config/settings.ts';
import { duration, oneOf, text } from './config/values.ts';
import { createLogger, type Logger } from './logger.ts';
import type { StopReport } from './stopping.ts';
import { StoppedWaiting } from './until-done.ts';

/**
 * V8 by itself collects the whole heap after each 64 MB of buffers, however short they live; ours are messages and payload, of which a gigabyte passes in seconds. With this
 * they weigh as much as objects do, and most go with the young ones.
 */
const buffersAmongObjects = '--external-memory-accounted-in-global-limit';
/** Bytes that the heap may grow to, from which on that is done: what lives of buffers must not fill it, or it is collected over and over. Containers of 1 GiB have it. */
const heapForBuffers = 512 * 2 ** 20;

/** What every process of ours can be told. */
export const processSettings = {
  config: optionalSetting(text, 'JSON file with settings by their names here.'),
  stopDeadline: setting(duration('1s', '10m'), 15e3, 'How long a phase of stopping may take.'),
  logLevel: setting(oneOf('silent', 'error', 'warn', 'info', 'debug', 'trace'), 'info', 'How much is logged, on standard error.'),
  logFormat: setting(oneOf('auto', 'text', 'json'), 'auto', 'How: text for people, JSON for machines; auto is text on a terminal.'),
} as const;

/** What the servers' addresses are called for all services of a cluster, as `npm run stack` prints them: not each service needs every one. */
export const serverAddresses: readonly string[] = ['ORBWEAVER_KAFKA_BROKERS', 'ORBWEAVER_REDIS_URL', 'ORBWEAVER_ELASTICSEARCH_NODES'];

export interface Started {
  /** For standard output, once it is up. */
  readonly greeting?: string;
  /** Resolves with a sentence if it cannot go on as it was started: it is stopped in order then, and the process ends with code 1, to be started anew. */
  readonly outdated?: Promise<string>;
  stop(): Promise<readonly StopReport[]>;
}

export interface Program<Table extends Settings & typeof processSettings> {
  /** As it is typed: `orbweaver start`. */
  readonly command: string;
  /** `service.name` in logs. */
  readonly service: string;
  /** What help says behind `Usage: `: the command line, a blank line, what it does. */
  readonly usage: string;
  readonly settings: Table;
  /** Variables of our prefix that other commands read. */
  readonly otherVariables?: readonly string[];
  /** `ended` fires when the process is told to stop: a start that waits for something gives up then. */
  start(config: ConfigOf<Table>, log: Logger, operands: readonly string[], ended: AbortSignal): Promise<Started>;
}

/**
 * The life of a process from its arguments to its exit code: help, version, settings from flags, environment and file, log, start, and an orderly stop at the
 * first signal, also of a start that waits for others. A setting that is wrong ends it with code 2 and every problem at once, a start that fails with 1 and its reason.
 */
export async function runProcess<Table extends Settings & typeof processSettings>(
  program: Program<Table>,
  args: readonly string[] = process.argv.slice(2),
): Promise<void> {
  const { command, service, usage, settings } = program;
  // Records, keys, passwords: nothing that this process writes is for other users of the machine.
  process.umask(0o077);
  if (getHeapStatistics().heap_size_limit >= heapForBuffers) setFlagsFromString(buffersAmongObjects);
  if (args.includes('--help') || args.includes('-h')) return print(helpOf(usage, settings));
  if (args.includes('--version') || args.includes('-V')) return print(`${version}\n`);
  let config: ConfigOf<Table>;
  let operands: readonly string[];
  try {
    ({ config, operands } = configure(program, args));
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${command}: ${error.message}\nSee: ${command} --help\n`);
    process.exitCode = 2;
    return;
  }
  const { logFormat, logLevel } = config as ConfigOf<typeof processSettings>;
  const pretty = logFormat === 'text' || (logFormat === 'auto' && process.stderr.isTTY);
  const log = createLogger({ level: logLevel, pretty, service });
  log.debug(describeConfig(settings, config), 'settings');
  logWarnings(log);
  process.on('uncaughtException', (error) => {
    log.fatal({ err: error }, 'the process ends: something went wrong that should not');
    process.exit(1);
  });
  const ended = new AbortController();
  const starting = program.start(config, log, operands, ended.signal);
  stopOnSignal(async () => {
    ended.abort();
    const reports = await (await starting).stop();
    for (const { name, outcome, message } of reports) if (outcome !== 'done') log.warn({ step: name, outcome }, message ?? '');
    log.info('stopped');
    return reports.some(({ outcome }) => outcome === 'failed') ? 1 : 0;
  });
  try {
    const started = await starting;
    if (started.greeting !== undefined) print(started.greeting);
    void started.outdated?.then(async (reason) => {
      log.fatal(reason);
      await started.stop();
      process.exit(1);
    });
  } catch (error) {
    if (error instanceof StoppedWaiting) {
      log.warn(error.message);
      process.exit(0);
    }
    log.debug({ err: error }, 'the start failed');
    process.stderr.write(`${command}: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  }
}

/** Warnings that harm nobody: timers in the past are a habit of kafkajs, and what is experimental is tried with the Node that we bring along. */
const harmless = new Set(['TimeoutNegativeWarning', 'ExperimentalWarning']);

/** What Node warns of is a line of the log, not text between them. */
function logWarnings(log: Logger): void {
  process.removeAllListeners('warning');
  process.on('warning', (warning) => {
    if (harmless.has(warning.name)) log.debug({ err: warning }, 'Node warns');
    else log.warn({ err: warning }, 'Node warns');
  });
}

function helpOf(usage: string, settings: Settings): string {
  return `Usage: ${usage}

Options (each is also an environment variable, --log-level as ORBWEAVER_LOG_LEVEL, and a line of the file that --config names):
${settingsHelp(settings)}
`;
}

function print(text: string): void {
  process.stdout.write(text);
}

function configure<Table extends Settings & typeof processSettings>(
  { settings, otherVariables = [] }: Program<Table>,
  args: readonly string[],
): { config: ConfigOf<Table>; operands: readonly string[] } {
  const { flags, operands, problems } = readArguments(settings, args);
  const fileName = settings.config.kind.read(flags['config'] ?? process.env[variableOf('config')]);
  const { file, problem } = fileName === undefined ? { file: {} } : readConfigFile(fileName);
  const wrong = problem === undefined ? problems : [...problems, problem];
  return { config: readAll(settings, { flags, environment: process.env, file, fileName, otherVariables }, wrong), operands };
}

/** Every problem at once: those that are known already, and those of the values. */
function readAll<Table extends Settings>(settings: Table, sources: Sources, wrong: readonly string[]): ConfigOf<Table> {
  let config: ConfigOf<Table> | undefined;
  let problems = wrong;
  try {
    config = readSettings(settings, sources);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    problems = [...wrong, ...error.problems];
  }
  if (config === undefined || problems.length > 0) throw new ConfigError(problems);
  return config;
}

function readConfigFile(fileName: string): { file: Record<string, unknown>; problem?: string } {
  try {
    const file: unknown = JSON.parse(readFileSync(fileName, 'utf8'));
    if (typeof file === 'object' && file !== null && !Array.isArray(file)) return { file: file as Record<string, unknown> };
    return { file: {}, problem: `${fileName}: expected a JSON object with settings by their names` };
  } catch (error) {
    return { file: {}, problem: `${fileName}: cannot be read as JSON: ${error instanceof Error ? error.message : String(error)}` };
  }
}

/** A terminal's Ctrl+C reaches this process and its parent, which hands it on: signals so close together, in milliseconds, are one. */
const sameSignal = 1000;

/** The first signal stops in order, a second one at once. */
function stopOnSignal(stop: () => Promise<number>): void {
  let first: number | undefined;
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const)
    process.on(signal, () => {
      const now = performance.now();
      if (first !== undefined && now - first > sameSignal) process.exit(130);
      if (first !== undefined) return;
      first = now;
      void stop().then(
        (code) => process.exit(code),
        // The start failed: who waits for it says why.
        () => undefined,
      );
    });
}
