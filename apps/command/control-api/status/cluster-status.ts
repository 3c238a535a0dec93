import type { CaptureTable } from '@orbweaver/command/imports/capture-table.ts';
import { formatInstant } from '@orbweaver/kernel/instant.ts';
import { version } from '@orbweaver/kernel/version.ts';
import type { WhispererStatuses } from '../adapters/whisperer-statuses.ts';
import type { StatusSource } from './status.controller.ts';

interface Stored {
  readonly records: number;
  readonly bytes: number;
  readonly segments: number;
  /** Nanoseconds since 1970. */
  readonly oldest?: bigint | undefined;
  readonly newest?: bigint | undefined;
}

interface StatusParts {
  readonly store: { status(): Promise<Stored> };
  readonly whisperers: WhispererStatuses;
  readonly table: CaptureTable;
  /** As `performance.now()` gives it. */
  readonly started: number;
}

/** Tells how the cluster is: what is stored, what its whisperers capture, what was lost on the way. */
export function clusterStatus({ store, whisperers, table, started }: StatusParts): StatusSource {
  return async () => {
    const { records, bytes, segments, oldest, newest } = await store.status();
    const { live, quality } = whisperers.summary(Date.now());
    for (const { summary } of table.list())
      for (const [reason, count] of Object.entries(summary?.refused ?? {})) {
        const name = `captures.refused.${reason}`;
        quality[name] = (quality[name] ?? 0) + count;
      }
    return {
      version,
      uptime_s: Math.round((performance.now() - started) / 1000),
      store: {
        records,
        bytes,
        segments,
        ...(oldest === undefined ? {} : { oldest: textOf(oldest) }),
        ...(newest === undefined ? {} : { newest: textOf(newest) }),
      },
      ...(live === undefined ? {} : { live }),
      quality,
    };
  };
}

const textOf = (nanos: bigint): string => formatInstant(Number(nanos / 1_000_000_000n), Number(nanos % 1_000_000_000n), 9);
