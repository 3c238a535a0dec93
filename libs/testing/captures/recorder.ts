import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { statSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

export interface RecordingOptions {
  /** Where the pcap goes. */
  readonly file: string;
  /** A capture filter (pcap-filter(7)): `tcp port 8080`. Name ports, so that nothing of the machine itself gets in. */
  readonly filter: string;
  /** Default `lo`. */
  readonly networkInterface?: string;
  /** A network namespace to record in. */
  readonly namespace?: string;
  /** Default true: nanoseconds in the file. */
  readonly nanoseconds?: boolean;
}

/** A recording under way. */
export interface Recording {
  stop(): Promise<void>;
}

/** How long written packets take to come out of the kernel's ring: tcpdump's read time-out is shorter. */
const drainMilliseconds = 300;

/** Records with tcpdump (which must be installed, and allowed to) what happens on an interface while `traffic` runs. */
export async function record(options: RecordingOptions, traffic: () => Promise<void>): Promise<void> {
  const recording = await startRecording(options);
  try {
    await traffic();
  } finally {
    await recording.stop();
  }
}

/** Resolves once tcpdump listens. */
export async function startRecording(options: RecordingOptions): Promise<Recording> {
  const { file, filter, networkInterface = 'lo', namespace, nanoseconds = true } = options;
  const precision = nanoseconds ? ['--time-stamp-precision=nano'] : [];
  const tcpdump = [
    'tcpdump',
    '-i',
    networkInterface,
    '-n',
    '-U',
    '-s',
    '0',
    '-Z',
    'root',
    ...precision,
    '--immediate-mode',
    '-w',
    file,
    filter,
  ];
  const [program, ...rest] = namespace === undefined ? tcpdump : ['ip', 'netns', 'exec', namespace, ...tcpdump];
  const child = spawn(program!, rest, { stdio: ['ignore', 'ignore', 'pipe'] });
  await listening(child);
  return {
    async stop(): Promise<void> {
      await delay(drainMilliseconds);
      const exit = once(child, 'exit');
      child.kill('SIGINT');
      await exit;
      if (statSync(file).size <= 24) throw new Error(`${file}: nothing matched "${filter}" on ${networkInterface}`);
    },
  };
}

async function listening(child: ChildProcess): Promise<void> {
  let said = '';
  child.stderr!.setEncoding('utf8');
  for await (const text of child.stderr!.iterator({ destroyOnReturn: false })) {
    said += String(text);
    if (said.includes('listening on')) {
      child.stderr!.resume();
      return;
    }
  }
  throw new Error(`tcpdump did not start: ${said.trim()}`);
}
