import type { SessionName } from './session-end.ts';

/** What DNS answers of one session said in one partition of the frames, and how far that is known. One message of `dissect.names.v1` has several. */
export interface ToldNames {
  readonly session: SessionName;
  /** The session can be read again from its beginning (a file): it knows no names but its own. Those of live sessions of one source go on. */
  readonly isReplayable: boolean;
  readonly partition: number;
  /**
   * Tick that the partition has reached: every answer of an earlier one was told. A tick is a second of the session's clock, which never goes back, counted from the session's
   * start; undefined while more answers follow, `null` once the session is over in this partition.
   */
  readonly tick?: number | null;
  readonly answers: readonly ToldAnswer[];
}

/** Who asked, the address that was given, the name, when (microseconds since 1970), until when, and the tick at which it was told. */
export type ToldAnswer = readonly [client: string, address: string, name: string, at: number, until: number, tick: number];

/** Headers of a message with records: the session that all of them came of, in the form of its end's (`formatSessionEnd`), and the tick at which the last of them was complete. */
export const sessionHeader = 'orbweaver-session';
export const tickHeader = 'orbweaver-tick';

export function encodeToldNames(told: readonly ToldNames[]): Uint8Array {
  return Buffer.from(JSON.stringify(told));
}

/** Undefined for a message that nobody of ours wrote. */
export function decodeToldNames(message: Uint8Array): readonly ToldNames[] | undefined {
  try {
    const told = JSON.parse(Buffer.from(message.buffer, message.byteOffset, message.length).toString()) as unknown;
    return Array.isArray(told) && told.every(isTold) ? told : undefined;
  } catch {
    return undefined;
  }
}

function isTold(value: unknown): value is ToldNames {
  const { session, partition, tick, answers } = (value ?? {}) as Partial<ToldNames>;
  return (
    typeof session?.source === 'string' &&
    Number.isSafeInteger(session.startedSeconds) &&
    Number.isSafeInteger(session.startedNanos) &&
    Number.isSafeInteger(partition) &&
    (tick === undefined || tick === null || Number.isSafeInteger(tick)) &&
    Array.isArray(answers) &&
    answers.every(isAnswer)
  );
}

function isAnswer(value: unknown): value is ToldAnswer {
  if (!Array.isArray(value) || value.length !== 6) return false;
  return value.every((part, index) => typeof part === (index < 3 ? 'string' : 'number'));
}
