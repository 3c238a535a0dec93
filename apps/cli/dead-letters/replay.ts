import type { Letter } from '@orbweaver/command/dead-letters/letter.ts';
import { Replay } from '@orbweaver/command/dead-letters/replay.ts';
import { topics } from '@orbweaver/contracts/topics/topics.ts';
import type { KafkaSettings } from '@orbweaver/platform/bus/kafka/settings.ts';
import { ensureTopics } from '@orbweaver/platform/bus/kafka/topics.ts';
import { ExitCode } from '../exit-code.ts';
import { withLetters, type LetterOptions } from './letters.ts';

export interface ReplayOptions extends LetterOptions {
  readonly dryRun?: boolean;
  readonly again?: boolean;
}

/** Copies of a topic, as its cluster makes them. */
const brokersDefault = -1;

/** Letters that stay and are told one by one; further ones are counted. */
const toldLetters = 10;

/** Sends letters again; what was done on standard output, what was not on standard error. */
export async function replayLetters(settings: KafkaSettings, { dryRun = false, again = false, ...options }: ReplayOptions): Promise<void> {
  await withLetters(settings, options, async (boxes, bus) => {
    const producer = await bus.producer();
    if (!dryRun) await ensureTopics(bus.kafka, [topics.replays], { replication: brokersDefault });
    for (const { group, topic, read } of boxes) {
      let left = 0;
      let before = 0;
      const stays = (letter: Letter, reason: string) => {
        if (++left <= toldLetters) process.stderr.write(`orbweaver dead-letters replay: ${topic}/${letter.offset} stays: ${reason}\n`);
        process.exitCode = ExitCode.failed;
      };
      const replay = new Replay(topic, `replay ${new Date().toISOString()}`, { producer, isDryRun: dryRun, left: stays });
      await read(async (letter, isReplayed) => {
        if (isReplayed && !again) before++;
        else await replay.take(letter);
      });
      await replay.finish();
      const parts = [
        `${replay.sent} ${dryRun ? 'would be replayed' : 'replayed'}`,
        ...(before > 0 ? [`${before} replayed before`] : []),
        ...(left > 0 ? [`${left} stay`] : []),
      ];
      process.stdout.write(`${group}: ${parts.join(', ')}\n`);
    }
    if (boxes.length === 0) process.stdout.write('no dead letters\n');
  });
}
