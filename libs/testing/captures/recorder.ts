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

/** Bytes of a packet that are recorded: all of any frame. A larger number makes each slot of the kernel's ring larger, and the ring shorter. */
const snapLength = 65_535;

/** The kernel's ring, in KiB: room for bursts while the machine is busy. */
const ringSize = 65_536;

/** Resolves once tcpdump listens. Its `stop` rejects if a packet was lost: a recording with a hole is no fixture. */
export async function startRecording(options: RecordingOptions): Promise<Recording> {
  const { file, filter, networkInterface = 'lo', namespace, nanoseconds = true } = options;
  const words = `-n -U -s ${snapLength} -B ${ringSize} -Z root --immediate-mode${nanoseconds ? ' --time-stamp-precision=nano' : ''}`;
  const tcpdump = ['tcpdump', '-i', networkInterface, ...words.split(' '), '-w', file, filter];
  const [program, ...rest] = namespace === undefined ? tcpdump : ['ip', 'netns', 'exec', namespace, ...tcpdump];
  const child = spawn(program!, rest, { stdio: ['ignore', 'ignore', 'pipe'] });
  const said = saidBy(child);
  await listening(child, said);
  return {
    async stop(): Promise<void> {
      await delay(drainMilliseconds);
      const exit = once(child, 'close');
      child.kill('SIGINT');
      await exit;
      const lost = /(\d+) packets? dropped by kernel/.exec(said.text)?.[1];
      if (lost !== '0') throw new Error(`${file}: ${lost ?? 'an unknown number of'} packets were lost; record again`);
      if (statSync(file).size <= 24) throw new Error(`${file}: nothing matched "${filter}" on ${networkInterface}`);
    },
  };
}

function saidBy(child: ChildProcess): { text: string } {
  const said = { text: '' };
  child.stderr!.setEncoding('utf8').on('data', (text: string) => (said.text += text));
  return said;
}

async function listening(child: ChildProcess, said: { readonly text: string }): Promise<void> {
  while (!said.text.includes('listening on')) {
    if (child.exitCode !== null) throw new Error(`tcpdump did not start: ${said.text.trim()}`);
    await delay(10);
  }
}
