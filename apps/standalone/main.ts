import { readFileSync } from 'node:fs';
import { version } from '@orbweaver/kernel/version.ts';
import { readArguments } from '@orbweaver/platform/service/config/arguments.ts';
import { settingsHelp } from '@orbweaver/platform/service/config/reference.ts';
import { ConfigError, describeConfig, readSettings, variableOf, type Sources } from '@orbweaver/platform/service/config/settings.ts';
import { createLogger } from '@orbweaver/platform/service/logger.ts';
import { banner } from './banner.ts';
import { placesFrom } from './places.ts';
import { settings, type Config } from './settings.ts';
import { startStandalone } from './start/start-standalone.ts';

const usage = `Usage: orbweaver start [options] [FILE...]

Starts the server: capture, store, search and pages in one process. FILEs (pcap or pcapng, gzipped or not) are imported.

Options (each is also an environment variable, --data as ORBWEAVER_DATA, and a line of the file that --config names):
${settingsHelp(settings)}
`;

/** Variables of the same prefix that other commands read. */
const otherVariables = ['ORBWEAVER_SERVER', 'ORBWEAVER_TOKEN', 'ORBWEAVER_URL'];

const args = process.argv.slice(2);
// Records, keys, passwords: nothing that this process writes is for other users of the machine.
process.umask(0o077);
if (args.includes('--help') || args.includes('-h')) process.stdout.write(usage);
else if (args.includes('--version') || args.includes('-V')) process.stdout.write(`${version}\n`);
else await main();

async function main(): Promise<void> {
  let config: Config;
  let files: readonly string[];
  try {
    ({ config, files } = configure());
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`orbweaver start: ${error.message}\nSee: orbweaver start --help\n`);
    process.exitCode = 2;
    return;
  }
  const pretty = config.logFormat === 'text' || (config.logFormat === 'auto' && process.stderr.isTTY);
  const log = createLogger({ level: config.logLevel, pretty, service: 'orbweaver-standalone' });
  log.debug(describeConfig(settings, config), 'settings');
  process.on('uncaughtException', (error) => {
    log.fatal({ err: error }, 'the server ends: something went wrong that should not');
    process.exit(1);
  });
  try {
    const server = await startStandalone(config, placesFrom(import.meta.url), log, files);
    process.stdout.write(banner(server, process.stdout.isTTY));
    stopOnSignal(async () => {
      const reports = await server.stop();
      for (const { name, outcome, message } of reports) if (outcome !== 'done') log.warn({ step: name, outcome }, message ?? '');
      log.info('stopped');
      return reports.some(({ outcome }) => outcome === 'failed') ? 1 : 0;
    });
  } catch (error) {
    log.debug({ err: error }, 'the start failed');
    process.stderr.write(`orbweaver start: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  }
}

function configure(): { config: Config; files: readonly string[] } {
  const { flags, operands, problems } = readArguments(settings, args);
  const fileName = settings.config.kind.read(flags['config'] ?? process.env[variableOf('config')]);
  const { file, problem } = fileName === undefined ? { file: {} } : readConfigFile(fileName);
  const wrong = problem === undefined ? problems : [...problems, problem];
  const config = readAll({ flags, environment: process.env, file, fileName, otherVariables }, wrong);
  return { config, files: operands };
}

/** Every problem at once: those that are known already, and those of the values. */
function readAll(sources: Sources, wrong: readonly string[]): Config {
  let config: Config | undefined;
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
      void stop().then((code) => process.exit(code));
    });
}
