/** Names one session: see `Session` in `contracts/frames`. */
export interface SessionName {
  readonly source: string;
  readonly startedSeconds: number;
  readonly startedNanos: number;
}

/**
 * Header of a message without a value that stands behind everything which came of a session in a partition. Whoever passes messages on passes it on in its place. It may
 * come twice.
 */
export const sessionEndHeader = 'orbweaver-session-end';

/** What the header holds. */
export function formatSessionEnd({ source, startedSeconds, startedNanos }: SessionName): string {
  return JSON.stringify({ source, startedSeconds, startedNanos });
}

/** Undefined for a text that nobody of ours wrote. */
export function parseSessionEnd(text: string): SessionName | undefined {
  try {
    const { source, startedSeconds, startedNanos } = JSON.parse(text) as Partial<SessionName>;
    if (typeof source !== 'string' || !Number.isSafeInteger(startedSeconds) || !Number.isSafeInteger(startedNanos)) return undefined;
    return { source, startedSeconds: startedSeconds!, startedNanos: startedNanos! };
  } catch {
    return undefined;
  }
}

/** On `index.ends.v1`: everything of this kind that came of a session in this partition is stored. */
export interface StoredEnd extends SessionName {
  readonly of: 'records' | 'contents';
  readonly partition: number;
}

export const isSession = (one: SessionName, other: SessionName): boolean =>
  one.source === other.source && one.startedSeconds === other.startedSeconds && one.startedNanos === other.startedNanos;
