import { statusAnswer, type StatusParts } from '@orbweaver/control-api/status/status-answer.ts';
import type { StatusSource } from '@orbweaver/control-api/status/status.controller.ts';
import type { RecordStore } from '@orbweaver/platform/store/store.ts';
import { formatNanos } from '@orbweaver/query/search/instant-text.ts';
import type { LiveCapture } from '../live/live-capture.ts';

interface ProcessParts extends Pick<StatusParts, 'table' | 'started'> {
  readonly store: RecordStore;
  readonly live: LiveCapture | undefined;
}

/** Tells how the process is: what is stored, what is captured, what was lost on the way. */
export function statusOf({ store, live, ...parts }: ProcessParts): StatusSource {
  return async () => {
    const stored = await store.reader.status();
    const { rejected, waitingBytes } = store.writer.counters();
    const quality: Record<string, number> = { 'store.waiting_bytes': waitingBytes };
    for (const [reason, count] of Object.entries(rejected)) quality[`store.rejected.${reason}`] = count;
    const capture = live?.status();
    if (live !== undefined && capture !== undefined) {
      for (const [place, count] of Object.entries(live.dropped)) quality[`live.dropped.${place}`] = count;
      quality['live.lost_batches'] = live.lostBatches;
    }
    return statusAnswer({ ...parts, stored, formatTime: (nanos) => formatNanos(nanos), live: capture, quality });
  };
}
