import type { KeptContent } from '@orbweaver/protocols/sdk/content.ts';
import type { FlowTexts } from './record-builder.ts';

/** What the content of a flow added to its record. */
export interface FlowFindings {
  readonly texts: FlowTexts | undefined;
  readonly protocol: string | undefined;
  readonly protocols: readonly string[];
  readonly abandoned: readonly string[];
  /** Kept payload, by side. */
  readonly payload: readonly [KeptContent | undefined, KeptContent | undefined];
  /** Where the conversation stopped, if another one may go on from there. */
  readonly resting?: Resting;
}

/** A conversation at rest: the protocol that it speaks, and the ordinal of the next record. */
export interface Resting {
  readonly protocol: string;
  readonly ordinal: number;
}

/** By side. */
export const nothingKept = [undefined, undefined] as const;

export const nothingFound: FlowFindings = {
  texts: undefined,
  protocol: undefined,
  protocols: [],
  abandoned: [],
  payload: nothingKept,
};

export function isEmpty({ texts, protocol, abandoned, payload }: FlowFindings): boolean {
  return texts === undefined && protocol === undefined && abandoned.length === 0 && payload === nothingKept;
}

/** Findings that are held once for all flows that have them. */
const alikeLimit = 1024;

/** Flows whose conversations were let go, or rest, may be many, and what was found in them is alike. */
export class AlikeFindings {
  readonly #known = new Map<string, FlowFindings>();

  /** The same without its texts. */
  of(findings: FlowFindings): FlowFindings {
    const { protocol, protocols, abandoned, payload, resting } = findings;
    if (payload !== nothingKept) return { ...findings, texts: undefined };
    const key = [protocol, resting?.protocol, resting?.ordinal, protocols.length, ...protocols, ...abandoned].join();
    let shared = this.#known.get(key);
    if (shared === undefined) {
      shared = { ...findings, texts: undefined };
      if (this.#known.size < alikeLimit) this.#known.set(key, shared);
    }
    return shared;
  }
}
