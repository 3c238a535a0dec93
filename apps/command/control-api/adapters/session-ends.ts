import { isSession, type SessionName, type StoredEnd } from '@orbweaver/contracts/topics/session-end.ts';

/** What has to end of a session. */
export interface EndsAwaited {
  readonly session: SessionName;
  readonly partitions: number;
  readonly of: readonly StoredEnd['of'][];
  /** Told how much of it has ended, from 0 to 1. */
  readonly progress?: (share: number) => void;
}

/** Hears from the index-writers which sessions are stored, partition by partition, and tells who waits for one. */
export class SessionEnds {
  readonly #waiting = new Set<{ readonly session: SessionName; readonly heard: (end: StoredEnd) => void }>();

  /** Ask before the session's end is sent. Resolves when all of it is stored; rejects with the signal's reason. */
  all({ session, partitions, of, progress }: EndsAwaited, signal: AbortSignal): Promise<void> {
    const missing = new Set(of.flatMap((kind) => Array.from({ length: partitions }, (_, partition) => `${kind}/${partition}`)));
    const total = missing.size;
    return new Promise((resolve, reject) => {
      const stop = () => {
        this.#waiting.delete(waiter);
        signal.removeEventListener('abort', aborted);
      };
      const aborted = () => {
        stop();
        reject(signal.reason as Error);
      };
      const waiter = {
        session,
        heard: (end: StoredEnd) => {
          missing.delete(`${end.of}/${end.partition}`);
          progress?.(1 - missing.size / total);
          if (missing.size > 0) return;
          stop();
          resolve();
        },
      };
      if (signal.aborted) return reject(signal.reason as Error);
      signal.addEventListener('abort', aborted);
      this.#waiting.add(waiter);
    });
  }

  /** A message of `index.ends.v1`. */
  hear(message: Uint8Array): void {
    const end = parse(message);
    if (end !== undefined) for (const waiter of this.#waiting) if (isSession(waiter.session, end)) waiter.heard(end);
  }
}

/** Undefined for what an index-writer never wrote. */
function parse(value: Uint8Array): StoredEnd | undefined {
  try {
    const end = JSON.parse(new TextDecoder().decode(value)) as Partial<StoredEnd>;
    return typeof end.source === 'string' && (end.of === 'records' || end.of === 'contents') ? (end as StoredEnd) : undefined;
  } catch {
    return undefined;
  }
}
