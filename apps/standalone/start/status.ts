import type { CaptureTable } from '@orbweaver/command/imports/capture-table.ts';
import type { StatusSource } from '@orbweaver/control-api/status/status.controller.ts';
import { version } from '@orbweaver/kernel/version.ts';
import type { RecordStore } from '@orbweaver/platform/store/store.ts';
import { formatNanos } from '@orbweaver/query/search/instant-text.ts';
import type { LiveCapture } from '../live/live-capture.ts';

interface StatusParts {
  readonly store: RecordStore;
  readonly live: LiveCapture | undefined;
  readonly table: CaptureTable;
  /** As `performance.now()` gives it. */
  readonly started: number;
}

/** Tells how the process is: what is stored, what is captured, what was lost on the way. */
export function statusOf({ store, live, table, started }: StatusParts): StatusSource {
  return async () => {
    const { records, bytes, segments, oldest, newest } = await store.reader.status();
    const { rejected, waitingBytes } = store.writer.counters();
    const quality: Record<string, number> = { 'store.waiting_bytes': waitingBytes };
    for (const [reason, count] of Object.entries(rejected)) quality[`store.rejected.${reason}`] = count;
    for (const { summary } of table.list())
      for (const [reason, count] of Object.entries(summary?.refused ?? {})) add(quality, `captures.refused.${reason}`, count);
    const capture = live?.status();
    if (live !== undefined && capture !== undefined) {
      quality['live.dropped'] = capture.dropped;
      quality['live.lost_batches'] = live.lostBatches;
    }
    return {
      version,
      uptime_s: Math.round((performance.now() - started) / 1000),
      store: {
        records,
        bytes,
        segments,
        ...(oldest === undefined ? {} : { oldest: formatNanos(oldest) }),
        ...(newest === undefined ? {} : { newest: formatNanos(newest) }),
      },
      ...(capture === undefined ? {} : { live: capture }),
      quality,
    };
  };
}

function add(counts: Record<string, number>, name: string, count: number): void {
  counts[name] = (counts[name] ?? 0) + count;
}
