import { randomBytes } from 'node:crypto';
import type { Instant } from '@orbweaver/kernel/instant.ts';
import { Word, wordsPerFlow, digitsShift } from '@orbweaver/packet/flow/flow-slab.ts';
import { FlowTable } from '@orbweaver/packet/flow/flow-table.ts';
import { Claim } from '@orbweaver/packet/flow/rival-openings.ts';
import { Decoder } from '@orbweaver/packet/layers/decoder.ts';
import { IpProtocol, TcpFlag, tunnelLimit, type Packet } from '@orbweaver/packet/layers/packet.ts';
import type { Frame } from '@orbweaver/packet/pcap/frame.ts';
import type { ReassemblyBudget } from '@orbweaver/packet/reassembly/stream-reassembler.ts';
import { protocols as allProtocols } from '@orbweaver/protocols/registry/registry.ts';
import type { Protocol } from '@orbweaver/protocols/sdk/module.ts';
import type { DissectionCounters } from './counters.ts';
import { FlowContents } from './flow-contents.ts';
import { FlowHints } from './flow-hints.ts';
import type { DissectionOptions, RecordSink } from './options.ts';
import { buildSummary, type DissectionSummary } from './summary.ts';
import { Tunnels, type TunnelPath } from './tunnels.ts';

/**
 * Packets to records: decodes, defragments, follows flows, reassembles, recognises and parses. One for each capture (or partition); feed it every
 * `frame` in order, then `finish` until it says that it is done.
 *
 * Everything is synchronous and runs on the time of the packets; records come out as soon as they are complete, a flow's own one last.
 */
export class Dissector {
  /** Digits of a second's fraction that the packets at hand have; a flow keeps those of its first one. */
  fractionDigits = 6;
  readonly counters: DissectionCounters;
  readonly decoder: Decoder;
  readonly table: FlowTable;
  readonly budget: ReassemblyBudget;
  readonly #settings: DissectionOptions;
  readonly #tunnels = new Tunnels();
  readonly #contents: FlowContents;
  readonly #hints = new FlowHints();
  readonly #now: Instant;
  readonly #idOf = (flow: number): string => this.#contents.idOf(flow);
  /** Of the packets of one frame: their flows and the tunnels around them. */
  readonly #levels = Array.from({ length: tunnelLimit + 1 }, () => ({ flow: -1, kinds: 0, identity: 0 }));
  /** Around the packet at hand, where it was decoded elsewhere. */
  #pathGiven: TunnelPath | undefined;
  #isFlushed = false;
  /** That of the packet before. */
  #lastFlow = -1;

  constructor(sink: RecordSink, options: DissectionOptions = {}, protocols: readonly Protocol[] = allProtocols) {
    this.#settings = options;
    this.decoder = new Decoder({ verifyChecksums: options.verifyChecksums ?? false });
    this.table = new FlowTable((flow, reason) => this.#contents.ended(flow, reason), {
      ...(options.flowLimit === undefined ? {} : { limit: options.flowLimit }),
      ...(options.timeouts === undefined ? {} : { timeouts: options.timeouts }),
      seed: randomBytes(4).readInt32LE(),
      waited: (flow) => this.#contents.waited(flow),
      pieces: { told: (flow, late) => this.#contents.told(flow, late), begun: (flow) => this.#contents.begun(flow) },
    });
    this.#contents = new FlowContents(this.table, this.#tunnels, sink, options, protocols);
    this.#now = this.#contents.now;
    this.counters = this.#contents.counters;
    this.budget = this.#contents.budget;
  }

  /** Returns the packets that the frame is, apart from fragments that it sets free; 0 if it belongs to no flow, or not yet. */
  frame(frame: Frame): number {
    this.fractionDigits = frame.fractionDigits;
    const { decoder } = this;
    const count = decoder.decode(frame);
    if (count > 0) {
      this.table.advance(frame.seconds);
      this.#now.set(frame.seconds, frame.nanos);
      if (count === 1) this.#takePlain(frame);
      else this.#takeNested(count);
    }
    for (let late = decoder.nextReleased(); late !== undefined; late = decoder.nextReleased()) this.#takeReleased(late);
    return count;
  }

  /** The frame taken last was of the conversation with this number. */
  noteConversation(key: number): void {
    this.#hints.note(key, this.#lastFlow);
  }

  /** A frame of the conversation with this number comes soon. */
  expect(key: number): void {
    this.table.touch(this.#hints.of(key));
  }

  /** As `frame`, for one that holds no more than a packet of TCP or UDP right behind IP, and no tunnel; the caller moves the timers. */
  segment(frame: Frame): number {
    if (this.decoder.decode(frame) === 0) return 0;
    this.#now.set(frame.seconds, frame.nanos);
    this.#takePlain(frame);
    return 1;
  }

  /** Moves the flows' timers on to the clock of whoever has decoded the packets. */
  advance(clock: number): void {
    this.table.advanceTo(clock);
  }

  /**
   * Takes a packet that was decoded before, by `decoder` or elsewhere, instead of a frame; the caller moves the timers. `kinds` and `identity` tell the tunnels around
   * it as `Tunnels` does, `path` what its flow says of them if this packet opens it, `carries` the name of the tunnel that it is. Returns its flow.
   */
  packet(packet: Packet, wireLength: number, kinds: number, identity: number, path?: TunnelPath, carries?: string): number {
    this.#now.set(packet.seconds, packet.nanos);
    this.#pathGiven = path;
    const flow = this.#take(packet, wireLength, kinds, identity, -1, carries !== undefined);
    this.#pathGiven = undefined;
    if (kinds !== 0) this.counters.unwrapped++;
    if (carries !== undefined) this.#tunnels.note(flow, carries, this.#idOf);
    return flow;
  }

  /** The capture has ended: ends up to `count` flows. Returns true once all are done. */
  finish(count = Infinity): boolean {
    if (!this.#isFlushed) {
      this.#isFlushed = true;
      this.decoder.flush();
      for (let late = this.decoder.nextReleased(); late !== undefined; late = this.decoder.nextReleased()) this.#takeReleased(late);
    }
    return this.table.endSome('end-of-capture', count);
  }

  /** Where the packets went, as far as is known now; complete once `finish` is done. */
  summary(): DissectionSummary {
    return buildSummary(this.decoder, this.counters, this.table, this.budget);
  }

  // Packets into flows.

  /** The frame decoded last, which is one packet. */
  #takePlain(frame: Frame): void {
    const { decoder, table } = this;
    const { known } = decoder;
    const packet = decoder.packets[0]!;
    const knownFlow = known === undefined || table.rivals.count > 0 ? -1 : table.recall(known);
    if (knownFlow >= 0) {
      this.#takeKnown(knownFlow, packet, frame.originalLength);
      return;
    }
    const flowBefore = this.#lastFlow;
    const flow = this.#take(packet, frame.originalLength, 0, 0, -1, false);
    if (known !== undefined) table.remember(known, flow);
    else if (flow === flowBefore) {
      // A second one in a row: others may follow.
      decoder.learn(frame);
      if (decoder.known !== undefined) table.remember(decoder.known, flow);
    }
  }

  /** A TCP packet without SYN whose headers another one of `flow` had. */
  #takeKnown(flow: number, packet: Packet, wireLength: number): void {
    this.#lastFlow = flow;
    const side = this.table.sideOf(flow);
    this.counters.inFlows++;
    this.table.countKnown(flow, side, packet, wireLength);
    this.#contents.takeSegment(flow, side, packet, false);
  }

  #takeNested(count: number): void {
    const { packets } = this.decoder;
    for (let i = 0; i < count; i++) {
      const packet = packets[i]!;
      const level = this.#levels[i]!;
      level.kinds = level.identity = 0;
      let outer = -1;
      if (i > 0) {
        // Frames of an aggregate lie side by side in one tunnel.
        const around = this.#levels[packet.parent]!;
        level.identity = this.#tunnels.identityWith(around.kinds, around.identity, packet);
        level.kinds = this.#tunnels.kindsWith(around.kinds, packet);
        outer = around.flow;
        this.counters.unwrapped++;
        this.#tunnels.note(outer, packet.tunnel!, this.#idOf);
      }
      const isOuter = i + 1 < count && packets[i + 1]!.parent === i;
      level.flow = this.#take(packet, packets[0]!.originalLength, level.kinds, level.identity, outer, isOuter);
    }
  }

  /** A fragment that was held back: its flow is only known now. */
  #takeReleased(packet: Packet): void {
    const kinds = packet.tunnel === undefined ? 0 : this.#tunnels.kindsWith(0, packet);
    const identity = kinds === 0 ? 0 : this.#tunnels.identityWith(0, 0, packet);
    if (kinds !== 0) this.counters.unwrapped++;
    this.#take(packet, packet.originalLength, kinds, identity, -1, false);
  }

  /** Returns the packet's flow. `isOuter`: what it carries is taken as a packet of its own. */
  #take(packet: Packet, wireLength: number, kinds: number, identity: number, outer: number, isOuter: boolean): number {
    const { table } = this;
    const vlan = this.#settings.flowKeyVlan === true && packet.vlanCount > 0 ? packet.vlans[0]! + 1 : 0;
    let flow = table.find(packet, kinds, identity, vlan);
    const isTcp = packet.protocol === IpProtocol.tcp && packet.hasTransport;
    let incumbent = -1;
    if (flow >= 0 && isTcp) {
      if ((packet.tcpFlags & TcpFlag.syn) !== 0 && table.tracker.isReuse(flow, table.sideOf(flow), packet)) {
        incumbent = this.#makeWay(flow, packet);
        flow = -1;
      } else if (table.rivals.count > 0) flow = this.#settle(flow, packet);
    }
    if (flow < 0) {
      flow = table.open(packet);
      if (incumbent >= 0) table.rivals.add(flow, incumbent);
      const flags = flow * wordsPerFlow + Word.flags;
      table.slab.words[flags] = table.slab.words[flags]! | (this.fractionDigits << digitsShift);
      this.#now.set(packet.seconds, packet.nanos);
      const path = outer >= 0 ? this.#tunnels.pathIn(outer, packet.tunnel!) : this.#pathGiven;
      if (path !== undefined) this.#tunnels.enter(flow, path);
      this.#settings.opened?.(flow);
    }
    this.#lastFlow = flow;
    const side = table.sideOf(flow);
    this.counters.inFlows++;
    table.count(flow, side, packet, wireLength);
    if (isTcp) this.#contents.takeSegment(flow, side, packet, isOuter);
    else if (!isOuter) this.#contents.takeOther(flow, side, packet);
    return flow;
  }

  /** A SYN that does not repeat that of `flow` is about to open another one. Returns the flow that may outlive it; -1 if there is none. */
  #makeWay(flow: number, packet: Packet): number {
    const { rivals } = this.table;
    // Of several such SYNs the latest one stands against the conversation; the others were attempts.
    const first = rivals.incumbentOf(flow);
    if (first < 0 && rivals.mayStand(flow, packet)) return flow;
    this.#endEarly(flow, packet);
    return first;
  }

  /** A packet of `flow`, which may be a SYN's on the ports of another conversation: returns the flow whose the packet is. */
  #settle(flow: number, packet: Packet): number {
    const { rivals } = this.table;
    const incumbent = rivals.incumbentOf(flow);
    if (incumbent < 0) return flow;
    switch (rivals.weigh(flow, this.table.senderIsHigh, packet)) {
      case Claim.open:
        return flow;
      case Claim.rival:
        rivals.leave(flow);
        this.#endEarly(incumbent, packet);
        return flow;
      case Claim.incumbent:
        this.table.giveBack(flow, incumbent, packet);
        this.#withdraw(flow);
        return incumbent;
    }
  }

  #endEarly(flow: number, packet: Packet): void {
    this.table.endEarly(flow);
    this.#now.set(packet.seconds, packet.nanos);
  }

  /** A flow of nothing but a SYN that was none. */
  #withdraw(flow: number): void {
    this.#contents.forget(flow);
    this.table.withdraw(flow);
  }
}
