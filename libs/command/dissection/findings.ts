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

/** A conversation at rest. Where its streams stand the flow's row tells. */
export interface Resting {
  /** What it speaks. */
  readonly protocol: string;
  /** Where the ordinals of that protocol's records begin, and those of the next one's would. */
  readonly ordinalBase: number;
  readonly nextOrdinal: number;
  /** Of a stream: what its analyzer knew. */
  readonly memory: number | undefined;
  /** The analyzer's source is the flow's destination. */
  readonly isReversed: boolean;
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
    const key = [
      protocol,
      resting?.protocol,
      resting?.ordinalBase,
      resting?.nextOrdinal,
      resting?.memory,
      Number(resting?.isReversed),
      protocols.length,
      ...protocols,
      ...abandoned,
    ].join();
    let shared = this.#known.get(key);
    if (shared === undefined) {
      shared = { ...findings, texts: undefined };
      if (this.#known.size < alikeLimit) this.#known.set(key, shared);
    }
    return shared;
  }
}
