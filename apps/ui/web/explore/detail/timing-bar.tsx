import type { FlatRecord } from '@orbweaver/ui/api-client/types.ts';
import { formatDuration } from '@orbweaver/ui/format/duration.ts';
import { useFlow } from '../state/questions.ts';
import { ValueText } from '../values/value-text.tsx';
import classes from './detail.module.css';

/** When it was, how long it took, and where in the life of its flow that stands. */
export function TimingBar({ record }: { record: FlatRecord }) {
  const isFlow = record['event.dataset'] === 'flow';
  const flowId = record['flow.id'];
  const { data } = useFlow(isFlow || typeof flowId !== 'string' ? undefined : flowId);
  const duration = Number(record['event.duration'] ?? 0);
  const firstByte = record['http.response.time_to_first_byte'];
  const handshake = record['flow.tcp.handshake_rtt'];
  const span = data && spanOf(record, data.flow as FlatRecord);
  const marked = isFlow ? handshake : firstByte;
  return (
    <div className={classes.timing}>
      <div className={classes.timingText}>
        <ValueText field="@timestamp" value={record['@timestamp']} />
        <span className={classes.timingLong} title={`${duration} ns`}>
          {formatDuration(duration)}
        </span>
        {typeof firstByte === 'number' && <Part color="var(--amber)" label="first byte" nanoseconds={firstByte} />}
        {typeof handshake === 'number' && <Part color="var(--amber)" label="handshake" nanoseconds={handshake} />}
      </div>
      <div className={classes.track} role="img" aria-label={span ? trackLabel(span) : `Took ${formatDuration(duration)}`}>
        <span className={classes.span} style={{ left: spanLeft(span?.start ?? 0), width: `${Math.max((span?.length ?? 1) * 100, 0.5)}%` }}>
          {typeof marked === 'number' && duration > 0 && (
            <span className={classes.wait} style={{ width: `${Math.min(100, (marked / duration) * 100)}%` }} />
          )}
        </span>
      </div>
      {span && (
        <div className={classes.timingNote}>
          {formatDuration(span.after * 1e6)} after the start of its flow, which took {formatDuration(span.whole * 1e6)}
        </div>
      )}
    </div>
  );
}

function Part({ color, label, nanoseconds }: { color: string; label: string; nanoseconds: number }) {
  return (
    <span className={classes.part} title={`${nanoseconds} ns`}>
      <span className={classes.dot} style={{ background: color }} /> {label} {formatDuration(nanoseconds)}
    </span>
  );
}

interface Span {
  /** Fractions of the flow's life. */
  readonly start: number;
  readonly length: number;
  /** Milliseconds. */
  readonly after: number;
  readonly whole: number;
}

/** CSS of where a span begins, so that the shortest one at the very end still shows. */
export const spanLeft = (start: number): string => `min(${start * 100}%, 100% - 3px)`;

export function spanOf(record: FlatRecord, flow: FlatRecord): Span | undefined {
  const from = Date.parse(String(flow['event.start']));
  // Durations are exact to the nanosecond, the clock of JavaScript only to the millisecond.
  const whole = Number(flow['event.duration'] ?? 0) / 1e6;
  const after = Date.parse(String(record['event.start'])) - from;
  const length = Number(record['event.duration'] ?? 0) / 1e6;
  if (!Number.isFinite(after) || whole <= 0) return undefined;
  const start = Math.min(Math.max(after / whole, 0), 1);
  return { start, length: Math.min(length / whole, 1 - start), after, whole };
}

function trackLabel(span: Span): string {
  return `From ${Math.round(span.start * 100)} to ${Math.round((span.start + span.length) * 100)} percent of its flow`;
}
