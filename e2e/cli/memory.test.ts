import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { describe, expect, it } from 'vitest';
import { manyConnections } from './many-connections.ts';

const orbweaver = join(import.meta.dirname, '../../apps/cli/bin/orbweaver');

interface Outcome {
  readonly summary: Record<string, unknown>;
  /** The most memory that it had while its input came, in MiB. */
  readonly peak: number;
}

/** Analyses a capture that comes on standard input; the records go nowhere. */
async function analyze(capture: Iterable<Buffer>, ...options: string[]): Promise<Outcome> {
  const child = spawn(orbweaver, ['analyze', '--summary', 'json', ...options, '-'], { stdio: ['pipe', 'ignore', 'pipe'] });
  let told = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (told += text));
  let peak = 0;
  const timer = setInterval(() => (peak = Math.max(peak, peakOf(child.pid!))), 20);
  const closed = once(child, 'close') as Promise<[number]>;
  await pipeline(Readable.from(capture), child.stdin);
  const [code] = await closed;
  clearInterval(timer);
  expect(code).toBe(0);
  const { summary } = JSON.parse(told.trim().split('\n').at(-1)!) as { summary: Record<string, unknown> };
  return { summary, peak };
}

/** The high-water mark of a process, in MiB (proc_pid_status(5)); 0 once it has ended. */
function peakOf(process: number): number {
  try {
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${process}/status`, 'utf8'))?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

describe('memory of an analysis', { timeout: 300_000 }, () => {
  it('a_hundred_thousand_open_connections_take_less_than_650_MiB', async () => {
    const { summary, peak } = await analyze(manyConnections(100_000), '--max-conversations', '100000');
    expect(summary).toMatchObject({ flows_evicted: 0, conversations_let_go: 0, records: { flow: 100_000, http: 100_000 } });
    // Seen: 555, of which each connection has three and a half kB. With two more it would not do.
    expect(peak).toBeGreaterThan(100);
    expect(peak).toBeLessThan(650);
  });

  it('what_is_beyond_the_limits_takes_no_memory_and_is_counted', async () => {
    const { summary, peak } = await analyze(manyConnections(160_000), '--max-flows', '20000', '--max-conversations', '5000');
    // No packet finds the flow of the one before: each opens another, which sends one away.
    expect(summary).toMatchObject({ flows_evicted: 620_000, records: { flow: 640_000 } });
    // Seen: 200 to 400; all of them would take more than 700.
    expect(peak).toBeGreaterThan(100);
    expect(peak).toBeLessThan(550);
  });
});
