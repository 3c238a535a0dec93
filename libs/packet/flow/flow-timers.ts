import { IpProtocol, type Packet } from '../layers/packet.ts';
import { FlowFlag, Word, wordsPerFlow, type FlowSlab } from './flow-slab.ts';
import type { TcpTracker } from './tcp-tracker.ts';
import { TimerWheel } from './timer-wheel.ts';
import { idleTimeout, type FlowTimeouts } from './timeouts.ts';

/** Why a flow's record was closed. */
export type EndReason = 'fin' | 'rst' | 'idle' | 'active-timeout' | 'end-of-capture' | 'evicted';

/** Is told of a flow whose time is over, which is off the wheel by then. `late`: seconds since it should have been recorded, where that is why. */
export type FlowExpired = (flow: number, reason: EndReason, late: number) => void;

/** A packet whose time lies farther back than this (seconds) is the start of another clock, not an older packet. */
const clockSlack = 60;

/** Seconds for which the packets of a flow that is quiet wait for others (`FlowFlag.waiting`). */
const waitInQuiet = 1;

/**
 * Seconds for which bytes that come behind a hole wait for it to be filled where the other side is never heard (`FlowFlag.holed`). Who was not acknowledged sends anew after
 * a second at first, and three if that was lost, too (RFC 6298, sections 2.1, 2.4 and 5.5); a loss that others follow, sooner.
 */
export const holePatience = 4;

/** Candidates that eviction looks at for one that has been quiet. */
const evictionTries = 8;

/** When the flows of a table end, or are recorded, on the time of their packets. */
export class FlowTimers {
  readonly #slab: FlowSlab;
  readonly #tracker: TcpTracker;
  readonly #wheel: TimerWheel;
  readonly #timeouts: FlowTimeouts;
  readonly #areTold: boolean;
  readonly #expired: FlowExpired;
  readonly #waited: (flow: number) => void;
  readonly #visit = (flow: number): void => this.#look(flow);
  /** Flows whose time has come. */
  #due: number[] = [];
  /** The clock is packet time plus this, so that it never goes back. */
  #clockOffset = 0;
  #clockStarted = false;

  /** `areTold`: a flow that lasts for long goes on once it was told. `waited` is told of one whose packets have waited long enough. */
  constructor(
    slab: FlowSlab,
    tracker: TcpTracker,
    timeouts: FlowTimeouts,
    areTold: boolean,
    expired: FlowExpired,
    waited: (flow: number) => void,
  ) {
    this.#slab = slab;
    this.#tracker = tracker;
    this.#wheel = new TimerWheel(slab);
    this.#timeouts = timeouts;
    this.#areTold = areTold;
    this.#expired = expired;
    this.#waited = waited;
  }

  /** Whole seconds since the first packet. */
  get now(): number {
    return this.#wheel.now;
  }

  /** Moves on to the time of a packet. */
  advance(seconds: number): void {
    let now = seconds + this.#clockOffset;
    const clock = this.#wheel.now;
    if (!this.#clockStarted || now < clock - clockSlack) {
      this.#clockStarted = true;
      this.#clockOffset += clock - now;
      now = clock;
    }
    this.advanceTo(now);
  }

  /** Moves on to this clock. Of the flows whose time is over, those that began first come first. */
  advanceTo(clock: number): void {
    if (clock <= this.#wheel.now) return;
    this.#wheel.advance(clock, this.#visit);
    if (this.#due.length === 0) return;
    const { words } = this.#slab;
    const due = this.#due.sort((a, b) => beganLater(words, a, b));
    this.#due = [];
    for (const flow of due) {
      if (clock > this.#waitUntil(flow)) this.#waited(flow);
      if (clock <= this.#overAt(flow)) this.schedule(flow);
      else this.#expired(flow, this.naturalReason(flow) ?? this.#timeoutReason(flow), clock - this.#activeUntil(flow) - 1);
    }
  }

  /** A flow begins with this packet. */
  open(flow: number, packet: Packet, isSyn: boolean): void {
    const { tcpAttempt, tcpClosed, udp, icmp, active } = this.#timeouts;
    const idle = packet.protocol === IpProtocol.tcp ? (isSyn ? tcpAttempt : tcpClosed) : packet.protocol === IpProtocol.udp ? udp : icmp;
    this.#wheel.schedule(flow, this.#wheel.now + (active > 0 ? Math.min(idle, active) : idle) + 1);
  }

  /** The time of a flow that is off the wheel comes as its row says. */
  schedule(flow: number): void {
    this.#wheel.schedule(flow, this.#until(flow) + 1);
  }

  /** That of a flow that is off the wheel comes again in a second. */
  putOff(flow: number): void {
    this.#wheel.schedule(flow, this.#wheel.now + 1);
  }

  /** Packets of a flow begin to wait for others. */
  wait(flow: number): void {
    this.#wheel.cancel(flow);
    this.schedule(flow);
  }

  cancel(flow: number): void {
    this.#wheel.cancel(flow);
  }

  /** After a change of state the flow's turn may come sooner. */
  hasten(flow: number): void {
    if (idleTimeout(this.#slab, flow, this.#timeouts) >= this.#timeouts.tcpEstablished) return;
    this.#wheel.cancel(flow);
    this.schedule(flow);
  }

  /** One of the flows whose time would come first, taken off the wheel, rather one that has been quiet. There must be one. */
  takeQuietest(): number {
    for (let left = evictionTries; ; left--) {
      const flow = this.#wheel.takeSoonest();
      const wait = this.#idleUntil(flow) - this.#wheel.now;
      // One that was busy since it was scheduled goes back, unless all are.
      if (left <= 1 || wait <= this.#timeouts.tcpAttempt) return flow;
      this.#wheel.schedule(flow, this.#wheel.now + wait + 1);
    }
  }

  /** How the flow ended by itself, as far as its packets tell. */
  naturalReason(flow: number): 'fin' | 'rst' | undefined {
    const at = flow * wordsPerFlow;
    const { words } = this.#slab;
    if ((words[at + Word.protocol]! & 0xff) !== IpProtocol.tcp) return undefined;
    const flags = words[at + Word.flags]!;
    if ((flags & (FlowFlag.closed | (FlowFlag.closed << 1))) === 0) return undefined;
    if (this.#tracker.isReset(flow)) return 'rst';
    return (flags & (FlowFlag.fin | (FlowFlag.fin << 1))) === (FlowFlag.fin | (FlowFlag.fin << 1)) ? 'fin' : undefined;
  }

  /** A flow's turn on the wheel has come. */
  #look(flow: number): void {
    const until = this.#until(flow);
    if (this.#wheel.now <= until) this.#wheel.schedule(flow, until + 1);
    else this.#due.push(flow);
  }

  /** Which time-out came first, however far the clock has jumped. */
  #timeoutReason(flow: number): 'idle' | 'active-timeout' {
    return this.#idleUntil(flow) <= this.#activeUntil(flow) ? 'idle' : 'active-timeout';
  }

  #until(flow: number): number {
    return Math.min(this.#waitUntil(flow), this.#overAt(flow));
  }

  #waitUntil(flow: number): number {
    const at = flow * wordsPerFlow;
    const flags = this.#slab.words[at + Word.flags]!;
    if ((flags & (FlowFlag.waiting | FlowFlag.holed)) === 0) return Infinity;
    return this.#slab.words[at + Word.lastTick]! + ((flags & FlowFlag.waiting) !== 0 ? waitInQuiet : holePatience);
  }

  #overAt(flow: number): number {
    return Math.min(this.#idleUntil(flow), this.#activeUntil(flow));
  }

  #idleUntil(flow: number): number {
    return this.#slab.words[flow * wordsPerFlow + Word.lastTick]! + idleTimeout(this.#slab, flow, this.#timeouts);
  }

  #activeUntil(flow: number): number {
    if (this.#timeouts.active === 0 || this.#slab.hasFlag(flow, FlowFlag.told)) return Infinity;
    // What has ended waits only for late packets, and is one piece with them.
    if (this.#areTold && this.naturalReason(flow) !== undefined) return Infinity;
    return this.#slab.words[flow * wordsPerFlow + Word.firstTick]! + this.#timeouts.active;
  }
}

/** Above 0 if flow `a` began behind flow `b`, by the words of their rows. */
export function beganLater(words: Uint32Array, a: number, b: number): number {
  const first = a * wordsPerFlow;
  const second = b * wordsPerFlow;
  return (
    words[first + Word.firstSeconds]! - words[second + Word.firstSeconds]! ||
    words[first + Word.firstNanos]! - words[second + Word.firstNanos]! ||
    words[first + Word.opening]! - words[second + Word.opening]!
  );
}
