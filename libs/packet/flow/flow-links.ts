import { readU16, readU32 } from '@orbweaver/kernel/bytes/cursor.ts';
import type { Packet } from '../layers/packet.ts';
import { FlowFlag, Word, wordsPerFlow, type FlowSlab } from './flow-slab.ts';
import { LinkSet } from './link-set.ts';

/** Set in the second word of a MAC address, above its 16 bits: there is one. */
const present = 0x10000;

/**
 * The link addresses and VLAN tags that flows were seen with. The first ones stand in the row; what comes beside them is rare and kept apart.
 */
export class FlowLinks {
  readonly #slab: FlowSlab;
  readonly #extras = new Map<number, LinkSet>();
  readonly #nothing = LinkSet.empty();

  constructor(slab: FlowSlab) {
    this.#slab = slab;
  }

  note(flow: number, side: number, packet: Packet): void {
    const { frameBytes, sourceMac, destinationMac } = packet;
    if (sourceMac >= 0) this.#noteMac(flow, side, readU32(frameBytes, sourceMac), readU16(frameBytes, sourceMac + 4) | present);
    if (destinationMac >= 0) {
      this.#noteMac(flow, 1 - side, readU32(frameBytes, destinationMac), readU16(frameBytes, destinationMac + 4) | present);
    }
    if (packet.vlanCount > 0) this.#noteVlans(flow, packet);
  }

  /** Of one side, in the order in which they were seen: `02:42:ac:11:00:02`. */
  macsOf(flow: number, side: 0 | 1): readonly string[] {
    const { words } = this.#slab;
    const at = flow * wordsPerFlow + Word.sourceMac + side * 2;
    if (words[at + 1] === 0) return none;
    const first = macTexts(macNumber(words[at]!, words[at + 1]!));
    const extras = this.#extrasOf(flow)?.macs[side];
    return extras === undefined || extras.length === 0 ? first : first.concat(extras.map((mac) => macTexts(mac)[0]!));
  }

  /** Outermost first. */
  vlansOf(flow: number): readonly number[] {
    const tags = this.#slab.words[flow * wordsPerFlow + Word.vlans]!;
    if (tags === 0) return none;
    const vlans = [(tags >>> 16) - 1];
    if ((tags & 0xffff) !== 0) vlans.push((tags & 0xffff) - 1);
    for (const vlan of this.#extrasOf(flow)?.vlans ?? []) if (!vlans.includes(vlan)) vlans.push(vlan);
    return vlans;
  }

  turnRound(flow: number): void {
    const { words } = this.#slab;
    const at = flow * wordsPerFlow + Word.sourceMac;
    [words[at], words[at + 1], words[at + 2], words[at + 3]] = [words[at + 2]!, words[at + 3]!, words[at]!, words[at + 1]!];
    const extras = this.#extrasOf(flow);
    if (extras !== undefined) this.#extras.set(flow, extras.turned());
  }

  /** Adds what the flow `from` was seen with to another one, whose sides are exchanged if it `isTurned`. */
  merge(from: number, to: number, isTurned: boolean): void {
    const { words } = this.#slab;
    for (const side of [0, 1] as const) {
      const at = from * wordsPerFlow + Word.sourceMac + side * 2;
      const there = isTurned ? 1 - side : side;
      if (words[at + 1] !== 0) this.#noteMac(to, there, words[at]!, words[at + 1]!);
      for (const mac of this.#extrasOf(from)?.macs[side] ?? [])
        this.#noteMac(to, there, Math.floor(mac / 0x10000), (mac % 0x10000) | present);
    }
    const known = this.vlansOf(to);
    for (const vlan of this.vlansOf(from)) if (!known.includes(vlan)) this.#addVlan(to, vlan);
  }

  forget(flow: number): void {
    if (this.#extrasOf(flow) !== undefined) this.#extras.delete(flow);
  }

  /** `lower` with `present`. */
  #noteMac(flow: number, side: number, upper: number, lower: number): void {
    const words = this.#slab.words;
    const at = flow * wordsPerFlow + Word.sourceMac + side * 2;
    if (words[at] === upper && words[at + 1] === lower) return;
    if (words[at + 1] === 0) {
      words[at] = upper;
      words[at + 1] = lower;
      return;
    }
    const links = this.#extrasOf(flow) ?? this.#nothing;
    this.#setExtras(flow, links, links.withMac(side as 0 | 1, macNumber(upper, lower)));
  }

  #noteVlans(flow: number, packet: Packet): void {
    const words = this.#slab.words;
    const at = flow * wordsPerFlow + Word.vlans;
    const tags = (((packet.vlans[0]! + 1) << 16) | (packet.vlanCount > 1 ? packet.vlans[1]! + 1 : 0)) >>> 0;
    if (words[at] === 0) words[at] = tags;
    if (packet.vlanCount <= 2 && words[at] === tags) return;
    for (let i = 0; i < packet.vlanCount; i++) this.#addVlan(flow, packet.vlans[i]!);
  }

  #addVlan(flow: number, vlan: number): void {
    const links = this.#extrasOf(flow) ?? this.#nothing;
    this.#setExtras(flow, links, links.withVlan(vlan));
  }

  #extrasOf(flow: number): LinkSet | undefined {
    return (this.#slab.words[flow * wordsPerFlow + Word.flags]! & FlowFlag.hasExtras) === 0 ? undefined : this.#extras.get(flow);
  }

  #setExtras(flow: number, before: LinkSet, links: LinkSet): void {
    if (links === before) return;
    this.#extras.set(flow, links);
    const at = flow * wordsPerFlow + Word.flags;
    this.#slab.words[at] = this.#slab.words[at]! | FlowFlag.hasExtras;
  }
}

/** Addresses whose text is remembered; when more turn up, all are forgotten. */
const cacheLimit = 4096;
const cache = new Map<number, readonly string[]>();
const none: readonly never[] = [];

function macNumber(upper: number, lower: number): number {
  return upper * 0x10000 + (lower & 0xffff);
}

/** The text of one address, as the list that most records have. */
function macTexts(mac: number): readonly string[] {
  let texts = cache.get(mac);
  if (texts === undefined) {
    const digits = mac.toString(16).padStart(12, '0');
    texts = [digits.replaceAll(/..(?!$)/g, '$&:')];
    if (cache.size >= cacheLimit) cache.clear();
    cache.set(mac, texts);
  }
  return texts;
}
