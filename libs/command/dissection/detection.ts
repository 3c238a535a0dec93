import { Side } from '@orbweaver/protocols/sdk/analyzer.ts';
import { Verdict, type Protocol, type StreamProtocol, type DatagramProtocol } from '@orbweaver/protocols/sdk/module.ts';

/** A protocol that detection may find. */
export interface Candidate {
  readonly module: Protocol;
  readonly protocol: StreamProtocol | DatagramProtocol;
}

/** The protocols of one kind (streams or datagrams), as detection asks them. */
export class Detector {
  readonly all: readonly Candidate[];
  /** Those that have records of their own: worth looking for behind the beginning of an unknown stream, too. */
  readonly recorded: readonly Candidate[];
  /** Filled for each question. */
  readonly #ports = { senderPort: 0, receiverPort: 0 };

  constructor(protocols: readonly Protocol[], kind: 'stream' | 'datagram') {
    this.all = protocols.flatMap((module) => {
      const protocol = module[kind];
      return protocol === undefined ? [] : [{ module, protocol }];
    });
    this.recorded = this.all.filter(({ module }) => 'schema' in module);
  }

  /**
   * Asks those of `state.possible[side]` about what a side sent first. A sure answer is left in `state` and returns true; a protocol that says no is not asked
   * again for this side. Where the opening was seen (`isOpened`), it alone says who is the client.
   */
  ask(state: DetectionState, side: Side, bytes: Uint8Array, start: number, end: number, isOpened: boolean): boolean {
    const ports = this.#ports;
    ports.senderPort = state.ports[side];
    ports.receiverPort = state.ports[1 - side]!;
    let left: Candidate[] | undefined;
    for (const candidate of state.possible[side]) {
      const verdict = candidate.protocol.detect(bytes, start, end, ports);
      if (verdict === Verdict.no) continue;
      if (verdict === Verdict.needMore) (left ??= []).push(candidate);
      else if (!(isOpened && clientSide(verdict, side) === Side.destination)) {
        state.found = candidate.module;
        state.verdict = verdict;
        return true;
      }
    }
    state.possible[side] = left ?? none;
    return false;
  }
}

const none: readonly Candidate[] = [];

/** Where the detection of one flow stands. */
export interface DetectionState {
  /** Protocols that are still possible, by side. */
  readonly possible: [readonly Candidate[], readonly Candidate[]];
  readonly ports: readonly [number, number];
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
