import type { Side } from './script.ts';
import type { StagedPacket } from './stage.ts';

/** A part of a stream as the capture has it. */
export type Piece = { readonly bytes: Uint8Array } | { readonly missing: number };

export interface SideTruth {
  readonly side: Side;
  readonly packets: number;
  readonly payloadBytes: number;
  readonly streamBytes: number;
  readonly retransmissions: number;
  readonly outOfOrder: number;
  readonly zeroWindows: number;
  /** What can be known of the stream: the bytes that came first, and how many are missing between and behind them. */
  readonly pieces: readonly Piece[];
}

/** What an analysis of the captured packets must say. Source first. */
export interface Truth {
  readonly sides: readonly [SideTruth, SideTruth];
  readonly missedBytes: number;
  /**
   * Segments that bring other bytes than came first: those that come while the first wait behind a hole that nobody has acknowledged yet, and all of
   * them. An analysis knows of the ones whose bytes it still has.
   */
  readonly conflicts: { readonly least: number; readonly most: number };
  readonly state: string;
  readonly history: string;
  readonly endReason: string;
  /** Microseconds. */
  readonly handshake: number | undefined;
  readonly first: number;
  readonly last: number;
}

/** Computes the truth from the places of the packets alone: no sequence numbers, no queues. */
export function truthOf(packets: readonly StagedPacket[]): Truth {
  const first = packets[0]!;
  const isAnswer = first.flags.includes('S') && first.flags.includes('A');
  const source = (isAnswer ? 1 - first.side : first.side) as Side;
  const witness = new Witness(source, packets);
  if (isAnswer) witness.history += '^';
  for (const packet of packets) witness.see(packet);
  return witness.testify();
}

/** One direction, byte by byte. */
class Stream {
  readonly side: Side;
  packets = 0;
  payloadBytes = 0;
  retransmissions = 0;
  outOfOrder = 0;
  zeroWindows = 0;
  behind = 0;
  holes = 0;
  /** Place before the first one that is known of; undefined until anything is. */
  base: number | undefined;
  /** One past the last place that was captured, and that was acknowledged. */
  end = 0;
  acknowledged = 0;
  /** Something of this side was captured. */
  isSeen = false;
  finPlace: number | undefined;
  /** By place: the byte that came first; -1 for one that was given up. */
  readonly bytes = new Map<number, number>();
  /** Everything before was delivered or given up. */
  settled = 0;
  readonly letters = new Set<string>();

  constructor(side: Side) {
    this.side = side;
  }

  begin(base: number): void {
    this.base = base;
    this.end = this.acknowledged = this.settled = base + 1;
  }

  settle(): void {
    while (this.bytes.has(this.settled)) this.settled++;
  }

  get streamBytes(): number {
    if (this.base === undefined) return 0;
    return Math.max(this.end, this.acknowledged) - this.base - 1 - (this.finPlace === undefined ? 0 : 1);
  }

  pieces(): Piece[] {
    const pieces: Piece[] = [];
    let part: number[] = [];
    let missing = 0;
    const endData = (): void => void (part.length > 0 && pieces.push({ bytes: Uint8Array.from(part) }), (part = []));
    const endGap = (): void => void (missing > 0 && pieces.push({ missing }), (missing = 0));
    const last = Math.max(this.settled, ...[...this.bytes.keys()].map((place) => place + 1));
    for (let place = (this.base ?? 0) + 1; place < last; place++) {
      const byte = this.bytes.get(place) ?? -1;
      if (byte < 0) {
        endData();
        missing++;
      } else {
        endGap();
        part.push(byte);
      }
    }
    endData();
    endGap();
    return pieces;
  }
}

class Witness {
  history = '';
  readonly #source: Side;
  readonly #streams: readonly [Stream, Stream];
  readonly #packets: readonly StagedPacket[];
  #missed = 0;
  #conflicts = 0;
  #contradictions = 0;
  #synTime: number | undefined;
  #handshake: number | undefined;
  #isHandshakeOver = false;

  constructor(source: Side, packets: readonly StagedPacket[]) {
    this.#source = source;
    this.#packets = packets;
    this.#streams = [new Stream(source), new Stream((1 - source) as Side)];
  }

  see(packet: StagedPacket): void {
    const index = packet.side === this.#source ? 0 : 1;
    const mine = this.#streams[index];
    const peer = this.#streams[1 - index]!;
    const isReset = packet.flags.includes('R');
    mine.packets++;
    mine.payloadBytes += packet.payload.length;
    const isSyn = packet.flags.includes('S');
    const furthest = mine.isSeen ? mine.end : 0;
    // What the peer acknowledged before says less than the first packet of its own.
    if (!mine.isSeen) mine.begin(isSyn ? packet.place : packet.place - 1);
    // Zeek starts a side behind its whole SYN, so that data in it counts as a repeat in the history.
    if (!mine.isSeen && isSyn) mine.end = packet.place + 1 + packet.payload.length;
    mine.isSeen = true;
    this.#writeFlags(packet, index, mine);
    if (packet.window === 0 && !isReset && peer.finPlace === undefined) this.#scaled(++mine.zeroWindows, 'W', index);
    this.#timeHandshake(packet, index);
    const start = packet.place + (isSyn ? 1 : 0);
    const after = start + packet.payload.length + (packet.flags.includes('F') ? 1 : 0);
    if (packet.flags.includes('F')) mine.finPlace = after - 1;
    // A RST that was sent at the right place neither repeats nor adds anything.
    if (after > mine.end) mine.end = after;
    else if (packet.payload.length > 0) this.#scaled(++mine.behind, 'T', index);
    if (packet.acknowledged !== undefined) this.#acknowledge(packet.acknowledged, peer, 1 - index, isReset);
    if (packet.payload.length > 0) this.#takeBytes(start, packet, mine, after, furthest);
  }

  testify(): Truth {
    const [source, destination] = this.#streams;
    if (!destination.isSeen) this.#giveUp(source, 0);
    else if (!source.isSeen) this.#giveUp(destination, 1);
    return {
      sides: [report(source), report(destination)],
      missedBytes: this.#missed,
      conflicts: { least: this.#conflicts, most: this.#contradictions },
      state: stateOf(this.#packets, this.#source, this.history),
      history: this.history,
      endReason: endReasonOf(this.#packets),
      handshake: this.#handshake,
      first: this.#packets[0]!.time,
      last: this.#packets.at(-1)!.time,
    };
  }

  #takeBytes(start: number, { payload }: StagedPacket, mine: Stream, after: number, furthest: number): void {
    let isOld = false;
    let isLate = false;
    let isConflict = false;
    let isContradiction = false;
    const base = mine.base!;
    payload.forEach((byte, i) => {
      const place = start + i;
      if (place <= base) return;
      const known = mine.bytes.get(place);
      if (known === undefined) {
        isLate ||= place < furthest;
        mine.bytes.set(place, byte);
        return;
      }
      isOld ||= place < furthest;
      if (known !== byte && known >= 0) {
        isContradiction = true;
        isConflict ||= place >= mine.settled;
      }
    });
    if (isConflict) this.#conflicts++;
    if (isContradiction) this.#contradictions++;
    const isKeepAlive = payload.length === 1 && after === mine.end;
    if (isLate) mine.outOfOrder++;
    else if (isOld && !isKeepAlive) mine.retransmissions++;
    mine.settle();
  }

  /** The peer has everything before `place`: what the capture lacks of it is missing for good. */
  #acknowledge(place: number, of: Stream, index: number, isReset: boolean): void {
    // Of a side that the capture lacks wholly nothing is counted, as Zeek does.
    if (isReset || !of.isSeen || place <= of.acknowledged) return;
    of.acknowledged = place;
    this.#miss(of, index, Math.min(place, of.finPlace ?? Infinity), this.#isOpened());
  }

  #miss(of: Stream, index: number, until: number, isProven: boolean): void {
    while (of.settled < until) {
      let length = 0;
      for (; of.settled < until && !of.bytes.has(of.settled); length++) of.bytes.set(of.settled++, -1);
      of.settle();
      if (!isProven) continue;
      this.#missed += length;
      this.#scaled(++of.holes, 'G', index);
    }
  }

  /** Nobody acknowledges: what the capture lacks before bytes and the end that it has is missing for good. */
  #giveUp(of: Stream, index: number): void {
    if (of.bytes.size > 0) this.#miss(of, index, Math.max(of.finPlace ?? 0, ...[...of.bytes.keys()].map((place) => place + 1)), true);
  }

  /** Both SYNs are proven (the answer proves the source's as soon as that goes on), and nobody has reset. */
  #isOpened(): boolean {
    const [source, destination] = this.#streams;
    return source.isSeen && destination.letters.has('S') && !this.#streams.some(({ letters }) => letters.has('R'));
  }

  #writeFlags({ flags, payload }: StagedPacket, index: number, mine: Stream): void {
    const kinds = [...'SFR'].filter((flag) => flags.includes(flag));
    const kind = kinds[0] ?? (payload.length > 0 ? 'D' : flags.includes('A') ? 'A' : undefined);
    if (kind === undefined || mine.letters.has(kind)) return;
    mine.letters.add(kind);
    this.#write(kind === 'S' && flags.includes('A') ? 'H' : kind, index);
  }

  #write(letter: string, index: number): void {
    this.history += index === 0 ? letter : letter.toLowerCase();
  }

  /** The first, the tenth, the hundredth. */
  #scaled(count: number, letter: string, index: number): void {
    if (/^10*$/.test(String(count))) this.#write(letter, index);
  }

  /** From the source's first SYN to its first packet behind the answer. */
  #timeHandshake(packet: StagedPacket, index: number): void {
    if (index !== 0 || this.#isHandshakeOver) return;
    if (packet.flags.includes('S')) {
      this.#synTime ??= packet.time;
      return;
    }
    const isAnswered = this.#streams[1].letters.has('S');
    if (!isAnswered && !packet.flags.includes('R')) return;
    this.#isHandshakeOver = true;
    if (!packet.flags.includes('R') && packet.acknowledged !== undefined && this.#synTime !== undefined)
      this.#handshake = packet.time - this.#synTime;
  }
}

function report(stream: Stream): SideTruth {
  const { side, packets, payloadBytes, streamBytes, retransmissions, outOfOrder, zeroWindows } = stream;
  return {
    side,
    packets,
    payloadBytes,
    streamBytes,
    retransmissions,
    outOfOrder,
    zeroWindows,
    pieces: stream.pieces(),
  };
}

function endReasonOf(packets: readonly StagedPacket[]): string {
  if (packets.some(({ flags }) => flags.includes('R'))) return 'rst';
  const ended = new Set(packets.filter(({ flags }) => flags.includes('F')).map(({ side }) => side));
  return ended.size === 2 ? 'fin' : 'end-of-capture';
}

/** The table of Zeek's documentation (`conn_state`), from what was captured of the opening and of the end. */
function stateOf(packets: readonly StagedPacket[], source: Side, history: string): string {
  const has = (flag: string, isSource: boolean): boolean =>
    packets.some(({ flags, side }) => flags.includes(flag) && (side === source) === isSource);
  const destinationOpened = has('S', false);
  // An answer that is taken up proves the SYN.
  const sourceOpened = has('S', true) || (destinationOpened && packets.some(({ side }) => side === source));
  const [sourceEnded, destinationEnded] = [has('F', true), has('F', false)];
  if (has('R', false)) {
    if (sourceOpened && !destinationOpened) return 'REJ';
    return sourceOpened || has('F', true) ? 'RSTR' : 'RSTRH';
  }
  if (has('R', true)) {
    if (destinationOpened) return 'RSTO';
    return /^\^?S[^HAFGIQ]*R/.test(history) ? 'RSTOS0' : 'OTH';
  }
  if (sourceEnded && destinationEnded) return 'SF';
  if (sourceEnded) return destinationOpened ? 'S2' : 'SH';
  if (destinationEnded) return sourceOpened ? 'S3' : 'SHR';
  if (sourceOpened && destinationOpened) return 'S1';
  return sourceOpened && !packets.some(({ side }) => side !== source) ? 'S0' : 'OTH';
}
