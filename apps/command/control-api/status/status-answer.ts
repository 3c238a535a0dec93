import type { CaptureTable } from '@orbweaver/command/imports/capture-table.ts';
import type { StatusAnswer } from '@orbweaver/contracts/http/status.ts';
import { version } from '@orbweaver/kernel/version.ts';

interface Stored {
  readonly records: number;
  readonly bytes: number;
  readonly segments: number;
  /** Nanoseconds since 1970. */
  readonly oldest?: bigint | undefined;
  readonly newest?: bigint | undefined;
}

export interface StatusParts {
  readonly stored: Stored;
  readonly formatTime: (nanos: bigint) => string;
  readonly live?: StatusAnswer['live'];
  readonly quality: Readonly<Record<string, number>>;
  readonly table: CaptureTable;
  /** As `performance.now()` gives it. */
  readonly started: number;
}

/** What either size tells of itself: what is stored, what is captured, what was lost on the way, and what captures were refused. */
export function statusAnswer({ stored, formatTime, live, quality, table, started }: StatusParts): StatusAnswer {
  const { records, bytes, segments, oldest, newest } = stored;
  return {
    version,
    uptime_s: Math.round((performance.now() - started) / 1000),
    store: {
      records,
      bytes,
      segments,
      ...(oldest === undefined ? {} : { oldest: formatTime(oldest) }),
      ...(newest === undefined ? {} : { newest: formatTime(newest) }),
    },
    ...(live === undefined ? {} : { live }),
    quality: { ...quality, ...refusedOf(table) },
  };
}

function refusedOf(table: CaptureTable): Record<string, number> {
  const refused: Record<string, number> = {};
  for (const { summary } of table.list())
    for (const [reason, count] of Object.entries(summary?.refused ?? {})) {
      const name = `captures.refused.${reason}`;
      refused[name] = (refused[name] ?? 0) + count;
    }
  return refused;
}
