import type { HistogramAnswer, TimeRange } from '@orbweaver/ui/api-client/types.ts';

/** What the URL says of the time: chosen for the data, everything, the last so much, or from and to. */
export type TimeChoice =
  | { readonly kind: 'auto' }
  | { readonly kind: 'all' }
  | { readonly kind: 'last'; readonly span: string }
  | { readonly kind: 'between'; readonly from: number; readonly to: number };

/** A range in milliseconds since the epoch, `to` no longer part of it. */
export interface Bounds {
  readonly from: number;
  readonly to: number;
}

export interface ResolvedTime {
  /** What the API is asked for; absent: everything. */
  readonly time?: TimeRange;
  readonly bounds?: Bounds;
  readonly choice: Exclude<TimeChoice, { kind: 'auto' }>;
}

const lengths: Record<string, number> = { s: 1e3, m: 60e3, h: 3600e3, d: 86_400e3, w: 604_800e3 };
const defaultSpan = '15m';
/** What lies further ahead than clocks differ, in milliseconds, tells nothing of what happens now. */
const clockSkew = 60e3;
/** What is stored of a shorter time than this, in milliseconds, is shown as a whole at first. */
const longExtent = 6 * 3600e3;

export function parseTime(from: string | undefined, to: string | undefined): TimeChoice {
  if (from === undefined) return { kind: 'auto' };
  if (from === 'all') return { kind: 'all' };
  const span = /^now-(\d{1,6}[smhdw])$/.exec(from)?.[1];
  if (span !== undefined) return { kind: 'last', span };
  const bounds = { from: Date.parse(from), to: Date.parse(to ?? '') };
  return bounds.from < bounds.to ? { kind: 'between', ...bounds } : { kind: 'auto' };
}

export function timeParameters(choice: TimeChoice): { from: string | undefined; to: string | undefined } {
  switch (choice.kind) {
    case 'auto':
      return { from: undefined, to: undefined };
    case 'all':
      return { from: 'all', to: undefined };
    case 'last':
      return { from: `now-${choice.span}`, to: undefined };
    case 'between':
      return { from: instant(choice.from), to: instant(choice.to) };
  }
}

export function spanLength(span: string): number {
  return Number.parseInt(span, 10) * (lengths[span.at(-1)!] ?? 0);
}

/**
 * Makes a choice definite, once for all panels, so that they speak of the same moment. `extent` is the time of what is stored; the
 * default is the last quarter of an hour if something happened in it and much more is stored, else everything; so too where a capture of a clock that is ahead hides whether
 * something did.
 */
export function resolveTime(choice: TimeChoice, now: number, extent: Bounds | undefined): ResolvedTime {
  switch (choice.kind) {
    case 'auto': {
      const recent = extent !== undefined && extent.to >= now - spanLength(defaultSpan) && extent.to <= now + clockSkew;
      const long = extent !== undefined && extent.to - extent.from > longExtent;
      return resolveTime(recent && long ? { kind: 'last', span: defaultSpan } : { kind: 'all' }, now, extent);
    }
    case 'all':
      return extent ? { choice, bounds: extent } : { choice };
    case 'last':
      return definite(choice, { from: now - spanLength(choice.span), to: now });
    case 'between':
      return definite(choice, { from: choice.from, to: choice.to });
  }
}

/**
 * What the timeline spans: the time that was asked for or, where that is everything, the time of what was found. In that of all that is stored its bars may be too
 * narrow to be seen.
 */
export function axisOf(
  time: ResolvedTime | undefined,
  found: Pick<HistogramAnswer, 'from' | 'to' | 'buckets'> | undefined,
): Bounds | undefined {
  if (time?.time !== undefined || found === undefined || found.buckets.length === 0) return time?.bounds;
  return { from: Date.parse(found.from), to: Date.parse(found.to) };
}

function definite(choice: ResolvedTime['choice'], bounds: Bounds): ResolvedTime {
  return { choice, bounds, time: { from: instant(bounds.from), to: instant(bounds.to) } };
}

function instant(milliseconds: number): string {
  return new Date(Math.round(milliseconds)).toISOString();
}
