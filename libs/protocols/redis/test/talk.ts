import { TestFlow } from '../../sdk/test-flow.ts';
import { protocol } from '../module.ts';

/** A connection to test with. */
export const connection = (): TestFlow => new TestFlow(protocol, { destinationPort: 6379 });

/** A command as an array of bulk strings. */
export const resp = (...words: string[]): string => `*${words.length}\r\n${words.map(bulk).join('')}`;

export const bulk = (text: string): string => `$${text.length}\r\n${text}\r\n`;

/** What a test looks at, a line a record: `GET key → reply`. */
export function told(flow: TestFlow): string[] {
  return flow.finish().map((record) => {
    const parts = ['db.operation.name', 'redis.key', 'redis.value'].map((name) => record[name]).filter((part) => part !== undefined);
    return `${parts.join(' ')} → ${String(record['redis.reply'] ?? record['error.message'] ?? record['event.outcome'])}`;
  });
}
