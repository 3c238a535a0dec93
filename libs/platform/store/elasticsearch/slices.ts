import type { Order } from '@orbweaver/contracts/query/requests.ts';
import { nanosPerMilli } from '@orbweaver/query/search/instant-text.ts';
import type { SearchPlan, TimeRange } from '@orbweaver/query/search/reader.ts';

const day = 86_400_000n * nanosPerMilli;
/** The first slice; each further one is so many times as long. */
const firstSlice = day;
const growth = 4n;
/** Whatever time a record can have. */
const ever: TimeRange = { from: 0n, to: 2n ** 63n };

/** A page in the order of time, which can be asked for slice by slice. */
export interface SlicedPlan {
  readonly order: Order;
  /** In the order of the page, each longer than the one before; together the time that the page can lie in. */
  readonly slices: readonly TimeRange[];
}

/**
 * The slices of a page, undefined where it has to be asked for at once: its order is another, or its time is short. Without a time the newest slice ends now
 * (milliseconds since 1970) and records of the future are part of it. Behind a cursor they begin at its record.
 */
export function slicesOf({ selection, sort, after }: SearchPlan, now: number): SlicedPlan | undefined {
  const [{ field, order }, ...further] = sort as [SearchPlan['sort'][0], ...SearchPlan['sort']];
  if (field.name !== '@timestamp' || further.length > 0) return undefined;
  const { from, to } = selection.time ?? ever;
  const at = after?.values[0];
  if (order === 'desc') {
    const end = typeof at === 'bigint' && at < to ? at + 1n : to;
    // Where nothing bounds it, years of nothing are not sliced.
    const present = BigInt(now) * nanosPerMilli;
    const anchor = end === ever.to && from < present ? present : end;
    return sliced(order, { from, to: end }, anchor);
  }
  const begin = typeof at === 'bigint' && at > from ? at : from;
  return begin <= 0n ? undefined : sliced(order, { from: begin, to }, begin);
}

function sliced(order: Order, { from, to }: TimeRange, anchor: bigint): SlicedPlan | undefined {
  if (to - from <= 2n * firstSlice) return undefined;
  const slices: TimeRange[] = [];
  let length = firstSlice;
  if (order === 'desc') {
    for (let end = to, begin = anchor; end > from; end = begin, length *= growth) {
      begin = begin - length > from ? begin - length : from;
      slices.push({ from: begin, to: end });
    }
  } else {
    for (let begin = from; begin < to; length *= growth) {
      const end = begin + length < to ? begin + length : to;
      slices.push({ from: begin, to: end });
      begin = end;
    }
  }
  return { order, slices };
}

/** The position behind everything in a slice and before all that follows it. */
export function behind({ from, to }: TimeRange, order: Order): NonNullable<SearchPlan['after']> {
  return { values: [order === 'desc' ? from - 1n : to], id: '' };
}
