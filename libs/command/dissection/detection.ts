import { Side } from '@orbweaver/protocols/sdk/analyzer.ts';
import { Verdict, type PortHint, type Protocol } from '@orbweaver/protocols/sdk/module.ts';

/** The protocols of one kind (streams or datagrams), as detection asks them. */
export class Detector {
  readonly modules: readonly Protocol[];
  readonly #kind: 'stream' | 'datagram';
  /** Filled for each question. */
  readonly #ports = { senderPort: 0, receiverPort: 0 };

  constructor(modules: readonly Protocol[], kind: 'stream' | 'datagram') {
    this.modules = modules.filter((module) => module[kind] !== undefined);
    this.#kind = kind;
    if (this.modules.length > candidateLimit)
      throw new Error(`${this.modules.length} ${kind} protocols; detection tells ${candidateLimit} apart`);
  }

  get all(): number {
    return (1 << this.modules.length) - 1;
  }

  /**
   * Asks those of `state.candidates[side]` about what a side sent first. A sure answer is left in `state` and returns true; a protocol that says no is not
   * asked again for this side. Where the opening was seen (`isOpened`), it alone says who is the client.
   */
  ask(state: DetectionState, side: Side, bytes: Uint8Array, start: number, end: number, isOpened: boolean): boolean {
    const ports: PortHint = this.#ports;
    this.#ports.senderPort = state.ports[side];
    this.#ports.receiverPort = state.ports[1 - side]!;
    let candidates = state.candidates[side];
    for (let i = 0; candidates >>> i !== 0; i++) {
      if ((candidates & (1 << i)) === 0) continue;
      const module = this.modules[i]!;
      const verdict = module[this.#kind]!.detect(bytes, start, end, ports);
      if (verdict === Verdict.needMore) continue;
      if (verdict !== Verdict.no && !(isOpened && clientSide(verdict, side) === Side.destination)) {
        state.found = module;
        state.verdict = verdict;
        return true;
      }
      candidates &= ~(1 << i);
    }
    state.candidates[side] = candidates;
    return false;
  }
}

/** Bits of a small integer. */
const candidateLimit = 30;

/** Where the detection of one flow stands. */
export interface DetectionState {
  /** A bit for each protocol that is still possible, by side. */
  readonly candidates: [number, number];
  readonly ports: [number, number];
  found: Protocol | undefined;
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
