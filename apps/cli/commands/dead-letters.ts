import { Command, InvalidArgumentError, Option } from 'commander';
import { parseTime } from '@orbweaver/query/search/date-math.ts';
import { kafkaOptions, readKafkaSettings } from '../client/kafka.ts';
import { reportFailure } from '../client/report-failure.ts';
import type { LetterOptions } from '../dead-letters/letters.ts';

const examples = `
Examples:
  orbweaver dead-letters list                                  what could not be taken: how much, since when, why
  orbweaver dead-letters list --stage index --each             each letter with its content, one JSON object a line
  orbweaver dead-letters replay --dry-run                      what would be sent again
  orbweaver dead-letters replay --stage index --reason dns.id  once the reason is gone, send those again

What a service cannot take does not hold it up: it lies in the topic dlq.<service>.v1 for 30 days, with the stage that failed (decode, dissect, enrich, index) and the reason.
A letter is replayed once; if it fails again it comes back as a new one. Records have ids, so sending one twice leaves one.`;

const replayHelp = `
Records go to the topic and partition that they came from. Frame batches go there as a capture of their own, since the one that they belonged to has gone on without them: their
packets give the records that they would have given, as far as these packets tell.`;

/** `orbweaver dead-letters`: what the services of a cluster could not take, and sending it again. Talks to Kafka, not to a server. */
export function deadLettersCommand(): Command {
  const list = letterOptions(new Command('list').description('what could not be taken: how much, since when, why'))
    .option('--each', 'every letter with its content, one JSON object a line')
    .addOption(new Option('--format <format>', 'how to print').choices(['table', 'ndjson']).default('table'))
    .action(
      reportFailure('dead-letters list', async (options: LetterOptions & { each?: boolean; format: 'table' | 'ndjson' }) => {
        const { listLetters } = await import('../dead-letters/list.ts');
        await listLetters(readKafkaSettings({ ...options }), options);
      }),
    );
  const replay = letterOptions(new Command('replay').description('send letters again to where they came from'))
    .option('--dry-run', 'say what would be sent, and send nothing')
    .option('--again', 'also letters that were replayed before')
    .addHelpText('after', replayHelp)
    .action(
      reportFailure('dead-letters replay', async (options: LetterOptions & { dryRun?: boolean; again?: boolean }) => {
        const { replayLetters } = await import('../dead-letters/replay.ts');
        await replayLetters(readKafkaSettings({ ...options }), options);
      }),
    );
  return new Command('dead-letters')
    .description('what the services of a cluster could not take, and sending it again')
    .addHelpText('after', examples)
    .addCommand(list)
    .addCommand(replay);
}

function letterOptions(command: Command): Command {
  return kafkaOptions(
    command
      .option('--group <list>', 'services, comma-separated (default: all that have dead letters)', (text: string) => text.split(','))
      .addOption(new Option('--stage <stage>', 'that failed here').choices(['decode', 'dissect', 'enrich', 'index']))
      .option('--reason <text>', 'whose reason has this text in it')
      .option('--from <time>', 'that came from this time on: RFC 3339, or relative as in now-1h', time)
      .option('--to <time>', 'that came before this time', time),
  );
}

/** Milliseconds since 1970. */
function time(text: string): number {
  const moments = parseTime(text, Date.now());
  if (moments === undefined) throw new InvalidArgumentError('a time is expected, such as 2026-01-02T03:04:05Z or now-15m');
  return Number(moments.start / 1_000_000n);
}
