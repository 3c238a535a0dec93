import { setFlagsFromString } from 'node:v8';
import { Command, InvalidArgumentError, Option } from 'commander';
import { defaultConversationLimit } from '@orbweaver/command/dissection/open-conversations.ts';
import { defaultFlowLimit } from '@orbweaver/packet/flow/flow-table.ts';
import { waitingTotalLimit } from '@orbweaver/packet/reassembly/stream-reassembler.ts';
import { datasets } from '@orbweaver/protocols/registry/registry.ts';
import { analyze } from '../analyze/analyze.ts';
import { DescriptorOutput, OutputError } from '../analyze/descriptor-output.ts';
import type { AnalyzeOptions } from '../analyze/options.ts';
import { defaultThreads, threadLimit } from '../analyze/threads/thread-count.ts';
import { ThreadError } from '../analyze/threads/threaded-analysis.ts';
import { ExitCode } from '../exit-code.ts';

const details = `
Records go to standard output, one JSON object a line; the summary, progress and messages to standard error. Each file is analysed by itself; a
flow still open at its end is closed with flow.end_reason "end-of-capture".

Exit status: 0; 1 if a file could not be read to its end (what was read is printed, and the message names file, offset and reason); 2 for bad usage.

Examples:
  orbweaver analyze trace.pcapng | jq 'select(."event.dataset" == "http")'
  orbweaver analyze --records flow,dns --summary json *.pcap > records.ndjson
  tcpdump -w - -i eth0 -c 1000 | orbweaver analyze -`;

/**
 * Percent by which the heap may outgrow what was alive at the last collection. By itself the engine waits for several times as much where the machine has the memory, and
 * conversations live long enough to fill it.
 */
const heapGrowth = 50;

interface Flags {
  readonly records?: readonly string[];
  readonly checksums: 'ignore' | 'verify';
  readonly flowKey?: 'vlan';
  readonly hashes: boolean;
  readonly maxFlows?: number;
  readonly maxConversations?: number;
  readonly maxWaiting?: number;
  readonly threads?: number;
  readonly summary: 'text' | 'json' | 'none';
}

/** `orbweaver analyze`: captures in, records out; no server, nothing stored. */
export function analyzeCommand(): Command {
  return new Command('analyze')
    .description('print the records of captures as NDJSON')
    .argument('<files...>', 'pcap or pcapng, plain or compressed with gzip or zstd; - reads standard input')
    .option('--records <list>', `only these datasets, comma-separated: ${known().join(', ')}`, datasetList)
    .addOption(
      new Option(
        '--checksums <mode>',
        'verify: drop packets with wrong checksums, as a receiver would; ignore: captures on a sending host carry unfinished ones',
      )
        .choices(['ignore', 'verify'])
        .default('ignore'),
    )
    .addOption(new Option('--flow-key <kind>', 'vlan: VLAN ids tell flows apart').choices(['vlan']))
    .option('--no-hashes', 'leave out MD5 and SHA-256 of bodies')
    .option('--max-flows <number>', `flows held at a time; past it the quietest end early (default: ${defaultFlowLimit})`, wholeNumber)
    .option(
      '--max-conversations <number>',
      `flows whose content is followed at a time; past it the quietest rest or, in the middle of something, are only counted (default: ${defaultConversationLimit})`,
      wholeNumber,
    )
    .option(
      '--max-waiting <megabytes>',
      `payload that may wait for missing TCP segments; past it these are given up (default: ${waitingTotalLimit >>> 20})`,
      wholeNumber,
    )
    .option(
      '--threads <number>',
      `threads that share the conversations of a file, and the limits on them; the output is that of one (default: ${defaultThreads()}; of large files on more cores more)`,
      threadCount,
    )
    .addOption(new Option('--summary <format>', 'what to print at the end').choices(['text', 'json', 'none']).default('text'))
    .addHelpText('after', details)
    .action(run);
}

async function run(files: string[], { maxWaiting, ...flags }: Flags): Promise<void> {
  setFlagsFromString(`--heap-growing-percent=${heapGrowth}`);
  const options: AnalyzeOptions = { ...flags, ...(maxWaiting === undefined ? {} : { maxWaiting: maxWaiting * 2 ** 20 }) };
  try {
    process.exitCode = await analyze(files, options, { out: new DescriptorOutput(1), error: process.stderr });
  } catch (error) {
    if (!(error instanceof OutputError || error instanceof ThreadError)) throw error;
    process.stderr.write(`orbweaver analyze: ${error.message}\n`);
    process.exitCode = ExitCode.failed;
  }
}

function known(): string[] {
  return datasets.map(({ schema }) => schema.dataset);
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < 1 || value > 10_000_000) throw new InvalidArgumentError(`expected a whole number from 1 to 10000000.`);
  return value;
}

function threadCount(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < 1 || value > threadLimit)
    throw new InvalidArgumentError(`expected a whole number from 1 to ${threadLimit}.`);
  return value;
}

function datasetList(text: string): string[] {
  const names = text.split(',').map((name) => name.trim());
  const wrong = names.find((name) => !known().includes(name));
  if (wrong !== undefined) throw new InvalidArgumentError(`there is no dataset "${wrong}"; expected some of ${known().join(', ')}.`);
  return names;
}
