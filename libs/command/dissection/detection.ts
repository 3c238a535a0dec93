import { Side } from '@orbweaver/protocols/sdk/analyzer.ts';
import { Verdict, type Protocol, type StreamProtocol, type DatagramProtocol } from '@orbweaver/protocols/sdk/module.ts';

/** A protocol that detection may find. */
export interface Candidate {
  readonly module: Protocol;
  readonly protocol: StreamProtocol | DatagramProtocol;
}

type Beginners = (readonly Candidate[] | undefined)[];

/** The protocols of one kind (streams or datagrams), as detection asks them. */
export class Detector {
  readonly all: readonly Candidate[];
  /** Those that have records of their own: worth looking for behind the beginning of an unknown stream, too. */
  readonly recorded: readonly Candidate[];
  /** Those of both lists that may begin with an octet, by that octet; made when one first begins so. */
  readonly #beginners: readonly [Beginners, Beginners] = [new Array(256).fill(undefined), new Array(256).fill(undefined)];
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
   * again for this side. `roles` says what to make of an answer by which the destination is the client.
   */
  ask(state: DetectionState, side: Side, bytes: Uint8Array, start: number, end: number, roles: Roles): boolean {
    const ports = this.#ports;
    ports.senderPort = state.ports[side];
    ports.receiverPort = state.ports[1 - side]!;
    let left: Candidate[] | undefined;
    let reversed: Candidate | undefined;
    let reversedVerdict: Verdict = Verdict.no;
    for (const candidate of this.#worthAsking(state.possible[side], bytes, start, end)) {
      const verdict = candidate.protocol.detect(bytes, start, end, ports);
      if (verdict === Verdict.no) continue;
      if (verdict === Verdict.needMore) (left ??= []).push(candidate);
      else if (roles === Roles.any || clientSide(verdict, side) !== Side.destination) {
        state.found = candidate.module;
        state.verdict = verdict;
        return true;
      } else if (roles === Roles.preferOpener && reversed === undefined) {
        reversed = candidate;
        reversedVerdict = verdict;
      }
    }
    state.possible[side] = left ?? none;
    state.hasSpoken[side] = true;
    if (reversed === undefined) return false;
    // Those that may yet agree with the opening have time, unless the other side has spoken and no protocol was sure of its words.
    if (left !== undefined && !state.hasSpoken[1 - side]) {
      left.push(reversed);
      return false;
    }
    state.found = reversed.module;
    state.verdict = reversedVerdict;
    return true;
  }

  /** Where nobody has been asked yet: only those that may begin with the first octet. */
  #worthAsking(possible: readonly Candidate[], bytes: Uint8Array, start: number, end: number): readonly Candidate[] {
    const beginners = possible === this.all ? this.#beginners[0] : possible === this.recorded ? this.#beginners[1] : undefined;
    if (beginners === undefined || start === end) return possible;
    const first = bytes[start]!;
    return (beginners[first] ??= possible.filter(({ protocol }) => protocol.mayBegin?.(first) ?? true));
  }
}

const none: readonly Candidate[] = [];

/**
 * Who may be the client of what is spoken. The side that opened a connection nearly always is, yet not by any law: a server may call home (RFC 8071), an FTP server
 * opens a connection over which the client begins TLS (RFC 4217, section 7), and proxies are reached over connections that they opened.
 */
export const Roles = {
  /** The opening was not seen. */
  any: 0,
  /** The other side only if no protocol agrees with the opening. */
  preferOpener: 1,
  /** In the middle of a conversation, where a likeness means less. */
  openerOnly: 2,
} as const;

export type Roles = (typeof Roles)[keyof typeof Roles];

/** Where the detection of one flow stands. */
export interface DetectionState {
  /** Protocols that are still possible, by side. */
  readonly possible: [readonly Candidate[], readonly Candidate[]];
  readonly ports: readonly [number, number];
  readonly hasSpoken: [boolean, boolean];
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
