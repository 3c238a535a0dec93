import { spawnSync } from 'node:child_process';
import { suricataArgs, type SuricataRunmode } from './suricata.ts';

/** A program that reads captures, to be measured beside ours. */
export interface Peer {
  readonly name: string;
  readonly command: string;
  args(capture: string): string[];
  readonly versionArgs: readonly string[];
  /** Reads so slowly that it gets a cut of the capture: at most this many bytes. */
  readonly cut?: number;
  /** Makes sense on several cores only. */
  readonly needsCores?: boolean;
}

const tsharkCut = 20_000_000;

export const peers: readonly Peer[] = [
  { name: 'tcpdump, text', command: 'tcpdump', args: (file) => ['-nn', '-r', file], versionArgs: ['--version'], cut: 200_000_000 },
  { name: 'tshark -T ek', command: 'tshark', args: (file) => ['-n', '-T', 'ek', '-r', file], versionArgs: ['--version'], cut: tsharkCut },
  {
    name: 'tshark -z conv',
    command: 'tshark',
    args: (file) => ['-n', '-q', '-z', 'conv,tcp', '-r', file],
    versionArgs: ['--version'],
    cut: 200_000_000,
  },
  { name: 'zeek', command: 'zeek', args: (file) => ['-C', '-r', file], versionArgs: ['--version'] },
  { name: 'suricata, no rules', ...suricata('single') },
  { name: 'suricata, no rules, autofp', ...suricata('autofp'), needsCores: true },
];

function suricata(runmode: SuricataRunmode): Omit<Peer, 'name'> {
  return {
    command: 'suricata',
    args: (file) => suricataArgs(file, spawnSync('suricata', ['--dump-config'], { encoding: 'utf8' }).stdout, runmode),
    versionArgs: ['-V'],
  };
}

/** First line of what the program says of itself, or undefined if it is not installed. */
export function versionOf({ command, versionArgs }: Peer): string | undefined {
  const { error, stdout, stderr } = spawnSync(command, versionArgs, { encoding: 'utf8' });
  if (error) return undefined;
  return /\d+\.\d+(\.\d+)?/.exec(stdout || stderr)?.[0] ?? 'unknown version';
}
