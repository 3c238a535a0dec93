import type { Session } from '@orbweaver/contracts/frames/batch-header.ts';
import { defaultTimeouts } from '@orbweaver/packet/flow/timeouts.ts';

/** The session of a capture file that is sent from its beginning. `capture` is what it is called in records. */
export function fileSession(
  source: string,
  capture: string | undefined,
  started: { seconds: number; nanos: number },
  flowKeyVlan = false,
): Session {
  return {
    source,
    startedSeconds: started.seconds,
    startedNanos: started.nanos,
    isReplayable: true,
    filePath: capture,
    observer: undefined,
    timeouts: defaultTimeouts,
    flowKeyVlan,
  };
}
