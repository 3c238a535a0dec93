/**
 * With the caps of its own configuration Suricata loses half of the HTTP transactions and of the TLS handshakes of a capture of 1 GB, and only its
 * statistics tell; with these it gives all that we find, but for what is in Teredo.
 */
const caps = ['stream.memcap', 'stream.reassembly.memcap', 'flow.memcap', 'defrag.memcap'];

/** It takes packets with wrong checksums and matches no rules; logs go to the working folder. */
const mode = '-k none -S /dev/null -l .'.split(' ');

/** One thread, or one that reads and one for each core, among which it shares the flows. */
export type SuricataRunmode = 'single' | 'autofp';

/**
 * Arguments that make Suricata do our work, its records thrown away as ours are. `configuration` is what `suricata --dump-config` prints: a setting a line,
 * an output's with its place in the list, `outputs.1 = eve-log`.
 */
export function suricataArgs(capture: string, configuration: string, runmode: SuricataRunmode = 'single'): string[] {
  const records = [...configuration.matchAll(/^(outputs\.\d+) = eve-log$/gm)].map(([, output]) => `${output!}.eve-log.filename=/dev/null`);
  const settings = [...caps.map((cap) => `${cap}=4gb`), ...records];
  return ['--runmode', runmode, ...mode, ...settings.flatMap((setting) => ['--set', setting]), '-r', capture];
}
