import { Side, type Repeat, type Script, type Segment, type Step } from './script.ts';

/**
 * One packet as it was captured. Places in a stream are counted from its SYN, which has place 0; the first byte has place 1. They do not wrap.
 */
export interface StagedPacket {
  readonly side: Side;
  /** `S`, `A`, `F`, `R`, `P`. */
  readonly flags: string;
  readonly place: number;
  readonly payload: Uint8Array;
  /** Place in the peer's stream of the next byte that is expected; undefined without ACK. */
  readonly acknowledged: number | undefined;
  readonly window: number;
  readonly isFragmented: boolean;
  /** Microseconds since the beginning. */
  readonly time: number;
}

export type Opened = 'both' | 'answer' | 'syn' | 'nothing';

/** Microseconds between two packets. */
const tick = 700;

const none: Uint8Array = new Uint8Array(0);

/** Plays a script: the packets that the capture has, in its order. */
export function stage(script: Script): StagedPacket[] {
  const play = new Play(script);
  play.open();
  if (script.opening !== 'unanswered' && script.opening !== 'refused') {
    for (const step of script.steps) play.step(step);
    play.close();
  }
  return play.packets;
}

/** The byte of a side's stream at a place: any rule will do by which no two parts are alike. */
export function byteAt(script: Script, side: Side, place: number): number {
  let mixed = Math.imul(place + 1 + side * 0x9e37, 0x9e3779b1) ^ Math.imul(script.salt + 1, 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d);
  return (mixed >>> 13) & 0xff;
}

class Play {
  readonly packets: StagedPacket[] = [];
  readonly #script: Script;
  /** Next place that each side will send, and the next one that it expects of its peer. */
  readonly #next: [number, number] = [0, 0];
  readonly #expected: [number, number] = [0, 0];
  /** False until a side knows where its peer's stream begins. */
  readonly #knows: [boolean, boolean] = [false, false];
  #time = 0;

  constructor(script: Script) {
    this.#script = script;
  }

  open(): void {
    const { client, server } = Side;
    switch (this.#script.opening) {
      case 'unanswered':
        this.#syn(client);
        this.#syn(client);
        return;
      case 'refused':
        this.#syn(client);
        this.#learn(server);
        this.#put(server, 'RA', 0);
        return;
      case 'middle':
      case 'middle-quiet':
        this.#next.fill(1);
        this.#expected.fill(1);
        this.#knows.fill(true);
        // Where a side's stream begins to be known is plain: nothing of it is lost or late before that.
        for (const side of [client, server]) {
          if (this.#script.opening === 'middle') this.#burst(side, [{ length: 12, fate: 'seen', delay: 0, grow: 0 }], []);
          else this.#put(side, 'A');
        }
        return;
      case 'simultaneous':
        this.#syn(client);
        this.#syn(server);
        this.#learn(client);
        this.#learn(server);
        this.#put(client, 'SA', 0);
        this.#put(server, 'SA', 0);
        this.#put(client, 'A', 1);
        return;
      case 'syn-late':
        this.#next[client] = 1;
        this.#learn(server);
        this.#syn(server, 'SA');
        this.#put(client, 'S', 0);
        break;
      case 'syn-missing':
        this.#next[client] = 1;
        this.#learn(server);
        this.#syn(server, 'SA');
        break;
      case 'syn-with-data':
        this.#next[client] = 1 + earlyLength;
        this.#put(client, 'S', 0, this.#bytes(client, 1, 1 + earlyLength));
        this.#learn(server);
        this.#syn(server, 'SA');
        break;
      default:
        this.#syn(client);
        if (this.#script.opening === 'syn-repeated') this.#syn(client);
        this.#learn(server);
        this.#syn(server, 'SA');
        if (this.#script.opening === 'syn-ack-repeated') this.#syn(server, 'SA');
    }
    this.#learn(client);
    this.#put(client, 'A');
  }

  step(step: Step): void {
    switch (step.kind) {
      case 'burst':
        this.#burst(step.side, step.segments, step.repeats);
        if (step.isAcknowledged) this.#acknowledge(step.side);
        return;
      case 'keep-alive':
        // Without anything before it, nobody could tell what it is.
        if (this.#script.opening === 'middle-quiet' && this.#next[step.side] === 1) return;
        this.#put(step.side, 'A', this.#next[step.side] - 1, step.hasByte && this.#hasLast(step.side) ? Uint8Array.of(0) : none);
        this.#put((1 - step.side) as Side, 'A');
        return;
      case 'zero-window':
        for (let i = 0; i < step.count; i++) this.#put(step.side, 'A', undefined, none, 0);
    }
  }

  close(): void {
    const { client, server } = Side;
    switch (this.#script.closing) {
      case 'open':
        return;
      case 'client-first':
        this.#fin(client);
        this.#fin(server);
        this.#put(client, 'A');
        return;
      case 'server-first':
        this.#fin(server);
        this.#fin(client);
        this.#put(server, 'A');
        return;
      case 'both-at-once':
        this.#fin(client, false);
        this.#fin(server, false);
        this.#acknowledge(client);
        this.#acknowledge(server);
        return;
      case 'half':
        this.#fin(client);
        this.#burst(server, [{ length: 40, fate: 'seen', delay: 0, grow: 0 }], []);
        this.#acknowledge(server);
        this.#fin(server);
        return;
      case 'only-client':
        this.#fin(client);
        return;
      case 'only-server':
        this.#fin(server);
        return;
      case 'client-resets':
        this.#put(client, 'R');
        return;
      case 'server-resets':
        this.#put(server, 'RA');
        return;
      case 'fin-before-data':
        for (const side of [client, server]) {
          const place = this.#next[side];
          this.#put(side, 'FA', place + 30);
          this.#put(side, 'PA', place, this.#bytes(side, place, place + 30));
          this.#next[side] += 31;
          this.#acknowledge(side);
        }
        return;
      case 'fin-with-data-twice':
        for (const side of [client, server]) {
          const place = this.#next[side];
          const payload = this.#bytes(side, place, place + 9);
          this.#next[side] += 10;
          this.#put(side, 'FPA', place, payload);
          this.#put(side, 'FPA', place, payload);
          this.#acknowledge(side);
        }
    }
  }

  #syn(side: Side, flags = 'S'): void {
    this.#put(side, flags, 0);
    this.#next[side] = Math.max(this.#next[side], 1);
  }

  #fin(side: Side, isAcknowledged = true): void {
    this.#put(side, 'FA');
    this.#next[side]++;
    if (isAcknowledged) this.#acknowledge(side);
  }

  /** The capture has the last byte that `side` sent: else the keep-alive's own would be taken for it. */
  #hasLast(side: Side): boolean {
    const last = this.#next[side] - 1;
    return (
      last === 0 ||
      this.packets.some((packet) => packet.side === side && packet.payload.length > 0 && packet.place + packet.payload.length === last + 1)
    );
  }

  /** `side` has received all that its peer has sent, and will say so with its next packet. */
  #learn(side: Side): void {
    this.#knows[side] = true;
    this.#expected[side] = this.#next[1 - side]!;
  }

  /** The peer of `side` has everything. */
  #acknowledge(side: Side): void {
    const peer = (1 - side) as Side;
    this.#learn(peer);
    this.#put(peer, 'A');
  }

  #burst(side: Side, segments: readonly Segment[], repeats: readonly Repeat[]): void {
    const first = this.#next[side];
    let place = first;
    const placed = segments.map((segment) => {
      const start = place;
      place += segment.length;
      return { ...segment, start, end: place };
    });
    this.#next[side] = place;
    const inOrder = placed.map((segment, i) => ({ segment, at: i + segment.delay + 0.5 * Math.sign(segment.delay) }));
    for (const { segment } of inOrder.sort((a, b) => a.at - b.at)) {
      if (segment.fate === 'missed' || segment.fate === 'resent') continue;
      const payload = this.#bytes(side, segment.start, segment.end);
      this.#put(side, 'PA', segment.start, payload, undefined, segment.fate === 'fragments');
      if (segment.fate === 'twice') this.#put(side, 'PA', segment.start, payload);
    }
    for (const repeat of repeats) if (repeat.early) this.#repeat(side, repeat, first, place);
    for (const { fate, start, end, grow } of placed) {
      if (fate !== 'resent') continue;
      const from = Math.max(first, start - grow);
      this.#put(side, 'PA', from, this.#bytes(side, from, Math.min(place, end + grow)));
    }
    for (const repeat of repeats) if (!repeat.early) this.#repeat(side, repeat, first, place);
  }

  #repeat(side: Side, repeat: Repeat, first: number, end: number): void {
    const from = first + repeat.from;
    const to = Math.min(end, from + repeat.length);
    if (from >= to) return;
    const payload = this.#bytes(side, from, to);
    this.#put(side, 'PA', from, repeat.differs ? payload.map((byte) => byte ^ 0xff) : payload);
  }

  #bytes(side: Side, from: number, to: number): Uint8Array {
    return Uint8Array.from({ length: to - from }, (_, i) => byteAt(this.#script, side, from + i));
  }

  #put(side: Side, flags: string, place = this.#next[side], payload = none, window = 4096, isFragmented = false): void {
    this.#time += tick;
    const { captured } = this.#script;
    if (captured !== 'both' && Side[captured] !== side) return;
    const acknowledged = flags.includes('A') && this.#knows[side] ? this.#expected[side] : undefined;
    const sent = acknowledged === undefined ? flags.replace('A', '') : flags;
    this.packets.push({ side, flags: sent, place, payload, acknowledged, window, isFragmented, time: this.#time });
  }
}

/** Bytes that travel in a SYN. */
const earlyLength = 23;
