import { formatInstant } from '@orbweaver/kernel/instant.ts';
import type { WhispererStatuses } from '../adapters/whisperer-statuses.ts';
import { statusAnswer, type StatusParts } from './status-answer.ts';
import type { StatusSource } from './status.controller.ts';

interface ClusterParts extends Pick<StatusParts, 'table' | 'started'> {
  readonly store: { status(): Promise<StatusParts['stored']> };
  readonly whisperers: WhispererStatuses;
}

/** Tells how the cluster is: what is stored, what its whisperers capture, what was lost on the way. */
export function clusterStatus({ store, whisperers, ...parts }: ClusterParts): StatusSource {
  return async () => {
    const stored = await store.status();
    return statusAnswer({ ...parts, ...whisperers.summary(Date.now()), stored, formatTime });
  };
}

const formatTime = (nanos: bigint): string => formatInstant(Number(nanos / 1_000_000_000n), Number(nanos % 1_000_000_000n), 9);
