export interface LifecycleOptions {
  /** Milliseconds behind the end of an index's span until it is merged into one segment. */
  readonly mergeAfterMs: number;
  /** Milliseconds behind the end of an index's span until it is deleted. Absent: kept. */
  readonly deleteAfterMs?: number;
}

export interface LifecyclePolicy {
  readonly policy: {
    readonly phases: Readonly<Record<string, { readonly min_age: string; readonly actions: Readonly<Record<string, object>> }>>;
  };
}

export function lifecycleName(prefix: string): string {
  return `${prefix}-records`;
}

/**
 * The lifecycle policy of all indices. Ages count from the end of an index's span, not from when it was made: the writer says so with each index
 * (`originationSettings`), so that captures of old traffic age by their records.
 */
export function lifecyclePolicy({ mergeAfterMs, deleteAfterMs }: LifecycleOptions): LifecyclePolicy {
  const merged = { min_age: seconds(mergeAfterMs), actions: { forcemerge: { max_num_segments: 1 }, set_priority: { priority: 50 } } };
  return {
    policy: {
      phases: {
        hot: { min_age: '0ms', actions: { set_priority: { priority: 100 } } },
        warm: merged,
        ...(deleteAfterMs === undefined ? {} : { delete: { min_age: seconds(deleteAfterMs), actions: { delete: {} } } }),
      },
    },
  };
}

/** Settings of a new index on a cluster that knows lifecycles. `to` is the end of its span in nanoseconds since 1970. */
export function originationSettings(to: bigint): Readonly<Record<string, number>> {
  return { 'index.lifecycle.origination_date': Number(to / 1_000_000n) };
}

function seconds(millis: number): string {
  return `${Math.floor(millis / 1000)}s`;
}
