import type { ContentKind } from '@orbweaver/protocols/sdk/content.ts';

/** How much of one kind of content is kept. */
export type KeepRule =
  | { readonly keep: 'off' }
  /** The first `bytes`. */
  | { readonly keep: 'head'; readonly bytes: number }
  /** All of it, up to the hard cap of `bytes`. */
  | { readonly keep: 'whole'; readonly bytes: number };

export interface ContentPolicy {
  /** Requests' and responses' bodies. */
  readonly bodies: KeepRule;
  /** What each side of a flow sent. */
  readonly payload: KeepRule;
}

/** No rule keeps more of one body or payload than this: it is held in memory until it ends. */
export const contentCap = 64 << 20;

export const defaultPolicy: ContentPolicy = { bodies: { keep: 'whole', bytes: 4 << 20 }, payload: { keep: 'off' } };

/** Bytes of this kind that may be kept, 0 for none. */
export function boundOf(policy: ContentPolicy, kind: ContentKind): number {
  const rule = kind === 'source.payload' || kind === 'destination.payload' ? policy.payload : policy.bodies;
  return rule.keep === 'off' ? 0 : Math.min(rule.bytes, contentCap);
}
