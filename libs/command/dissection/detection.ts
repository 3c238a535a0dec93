import type { Detect, Signature } from '@orbweaver/protocols/recognition/signature.ts';
import { Side } from '@orbweaver/protocols/sdk/analyzer.ts';
import { Verdict, type PortHint, type ProtocolModule } from '@orbweaver/protocols/sdk/module.ts';

/** A protocol that detection may find. */
export interface Candidate {
  readonly name: string;
  readonly detect: Detect;
  /** Absent for one that is only recognised. */
  readonly module?: ProtocolModule;
  /** Only recognised, and what it carries may be any other. */
  readonly carriesOthers: boolean;
}

/** Candidates that fit into the bits of a small integer. */
const candidateLimit = 31;

/** The protocols of one kind (streams or datagrams), as detection asks them: those that are parsed first. */
export class Detector {
  readonly candidates: readonly Candidate[];
  /** A bit for each candidate, and for each that is parsed. */
  readonly all: number;
  readonly parsed: number;
  /** Filled for each question. */
  readonly #ports = { senderPort: 0, receiverPort: 0 };

  constructor(modules: readonly ProtocolModule[], signatures: readonly Signature[], kind: 'stream' | 'datagram') {
    const parsed = modules.flatMap((module): Candidate[] => {
      const protocol = module[kind];
      if (protocol === undefined) return [];
      return [
        {
          name: module.name,
          detect: (bytes, start, end, ports) => protocol.detect(bytes, start, end, ports),
          module,
          carriesOthers: false,
        },
      ];
    });
    const recognised = signatures.flatMap((signature): Candidate[] => {
      const detect = signature[kind];
      if (detect === undefined || parsed.some((candidate) => candidate.name === signature.name)) return [];
      return [{ name: signature.name, detect, carriesOthers: signature.carriesOthers ?? false }];
    });
    this.candidates = [...parsed, ...recognised];
    if (this.candidates.length > candidateLimit)
      throw new Error(`${this.candidates.length} ${kind} protocols; detection tells ${candidateLimit} apart`);
    this.all = maskOf(this.candidates.length);
    this.parsed = maskOf(parsed.length);
  }

  /**
   * Asks those of `state.candidates[side]` about what a side sent first. A sure answer is left in `state` and returns true; a protocol that says no is not
   * asked again for this side. Where the opening was seen (`isOpened`), it alone says who is the client.
   */
  ask(state: DetectionState, side: Side, bytes: Uint8Array, start: number, end: number, isOpened: boolean): boolean {
    const ports: PortHint = this.#ports;
    this.#ports.senderPort = state.ports[side];
    this.#ports.receiverPort = state.ports[1 - side]!;
    let possible = state.candidates[side];
    for (let i = 0; possible >>> i !== 0; i++) {
      if ((possible & (1 << i)) === 0) continue;
      const candidate = this.candidates[i]!;
      const verdict = candidate.detect(bytes, start, end, ports);
      if (verdict === Verdict.needMore) continue;
      if (verdict !== Verdict.no && !(isOpened && clientSide(verdict, side) === Side.destination)) {
        state.found = candidate;
        state.verdict = verdict;
        return true;
      }
      possible &= ~(1 << i);
    }
    state.candidates[side] = possible;
    return false;
  }
}

/** Where the detection of one flow stands. */
export interface DetectionState {
  /** A bit for each protocol that is still possible, by side. */
  readonly candidates: [number, number];
  readonly ports: [number, number];
  found: Candidate | undefined;
  verdict: Verdict;
}

/** The side that a verdict about bytes of `side` says to be the client; undefined if it does not tell. */
export function clientSide(verdict: Verdict, side: Side): Side | undefined {
  switch (verdict) {
    case Verdict.client:
      return side;
    case Verdict.server:
      return side === Side.source ? Side.destination : Side.source;
    default:
      return undefined;
  }
}

function maskOf(count: number): number {
  return count === 31 ? 0x7fffffff : (1 << count) - 1;
}
