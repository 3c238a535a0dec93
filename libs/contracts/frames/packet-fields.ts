import type { Cursor } from '@orbweaver/kernel/bytes/cursor.ts';
import type { ByteWriter } from '@orbweaver/kernel/bytes/byte-writer.ts';
import { readText } from './batch-header.ts';

export const PacketFlag = {
  hasPorts: 1,
  isFragment: 2,
  hasTransport: 4,
  /** What it carries comes as a packet of its own: it is counted, and its content is not read. */
  isOuter: 8,
  hasDestinationMac: 16,
  /** It lies inside a tunnel, and the way to it is told in case that it opens its flow. */
  hasPath: 32,
  hasSourceMac: 64,
} as const;

/** VLAN tags and names of tunnels around one packet. */
export const vlanTagLimit = 8;
export const tunnelNameLimit = 32;

/**
 * A packet that the whisperer has decoded, as far as flows and their content need it:
 *
 *     u8 network, u8 protocol, u8 flags (`PacketFlag`), u8 TCP flags
 *     8 x u32       source and destination address
 *     u16 u16       ports
 *     u8 u8         ICMP type and code
 *     u16           TCP window
 *     u32 u32       TCP sequence and acknowledgment numbers
 *     u32 u32       bytes of the IP packet, length of the payload
 *     u32 u32       the payload within the captured bytes: from, to
 *     u32 u32       kinds and identity of the tunnels around it
 *     6, 6 bytes    destination and source MAC address, each if flagged
 *     u8, n x u16   VLAN ids
 *     text          what it carries as a tunnel, "" for none
 *     text, u8, n x text    id of the flow around it and names of the tunnels, from the outside in, if flagged
 */
export class PacketFields {
  network = 0;
  protocol = 0;
  flags = 0;
  tcpFlags = 0;
  readonly source = new Uint32Array(4);
  readonly destination = new Uint32Array(4);
  sourcePort = 0;
  destinationPort = 0;
  icmpType = 0;
  icmpCode = 0;
  tcpWindow = 0;
  tcpSequence = 0;
  tcpAcknowledgment = 0;
  ipBytes = 0;
  payloadLength = 0;
  /** Offsets into the entry's captured bytes. */
  payloadStart = 0;
  payloadEnd = 0;
  tunnelKinds = 0;
  tunnelIdentity = 0;
  /** Where the addresses are in `macBytes`; -1 for none. */
  macBytes: Uint8Array = EMPTY;
  destinationMac = -1;
  sourceMac = -1;
  vlanCount = 0;
  readonly vlans = new Uint16Array(vlanTagLimit);
  /** Name of the tunnel that it carries; "" for none. */
  carries = '';
  parentId = '';
  path: readonly string[] = [];

  write(to: ByteWriter): void {
    to.u8(this.network);
    to.u8(this.protocol);
    to.u8(this.flags);
    to.u8(this.tcpFlags);
    for (let i = 0; i < 4; i++) to.u32(this.source[i]!);
    for (let i = 0; i < 4; i++) to.u32(this.destination[i]!);
    to.u16(this.sourcePort);
    to.u16(this.destinationPort);
    to.u8(this.icmpType);
    to.u8(this.icmpCode);
    to.u16(this.tcpWindow);
    to.u32(this.tcpSequence);
    to.u32(this.tcpAcknowledgment);
    to.u32(this.ipBytes);
    to.u32(this.payloadLength);
    to.u32(this.payloadStart);
    to.u32(this.payloadEnd);
    to.u32(this.tunnelKinds);
    to.u32(this.tunnelIdentity);
    if ((this.flags & PacketFlag.hasDestinationMac) !== 0) to.raw(this.macBytes, this.destinationMac, this.destinationMac + 6);
    if ((this.flags & PacketFlag.hasSourceMac) !== 0) to.raw(this.macBytes, this.sourceMac, this.sourceMac + 6);
    to.u8(this.vlanCount);
    for (let i = 0; i < this.vlanCount; i++) to.u16(this.vlans[i]!);
    to.text(this.carries);
    if ((this.flags & PacketFlag.hasPath) === 0) return;
    to.text(this.parentId);
    to.u8(this.path.length);
    for (const name of this.path) to.text(name);
  }

  /** Reads the fields; a text says what is wrong. Running off the end is left for the caller to see. */
  read(from: Cursor): string | undefined {
    this.network = from.u8();
    this.protocol = from.u8();
    this.flags = from.u8();
    this.tcpFlags = from.u8();
    for (let i = 0; i < 4; i++) this.source[i] = from.u32();
    for (let i = 0; i < 4; i++) this.destination[i] = from.u32();
    this.sourcePort = from.u16();
    this.destinationPort = from.u16();
    this.icmpType = from.u8();
    this.icmpCode = from.u8();
    this.tcpWindow = from.u16();
    this.tcpSequence = from.u32();
    this.tcpAcknowledgment = from.u32();
    this.ipBytes = from.u32();
    this.payloadLength = from.u32();
    this.payloadStart = from.u32();
    this.payloadEnd = from.u32();
    this.tunnelKinds = from.u32();
    this.tunnelIdentity = from.u32();
    this.#readMacs(from);
    this.vlanCount = from.u8();
    if (this.vlanCount > vlanTagLimit) return `a packet has ${this.vlanCount} VLAN tags, at most ${vlanTagLimit} were expected`;
    for (let i = 0; i < this.vlanCount; i++) this.vlans[i] = from.u16();
    this.carries = readText(from);
    this.parentId = '';
    this.path = [];
    if ((this.flags & PacketFlag.hasPath) === 0) return undefined;
    this.parentId = readText(from);
    const names = from.u8();
    if (names > tunnelNameLimit) return `a packet has ${names} tunnels around it, at most ${tunnelNameLimit} were expected`;
    const path: string[] = [];
    for (let i = 0; i < names; i++) path.push(readText(from));
    this.path = path;
    return undefined;
  }

  #readMacs(from: Cursor): void {
    this.macBytes = from.bytes;
    this.destinationMac = (this.flags & PacketFlag.hasDestinationMac) === 0 ? -1 : from.take(6);
    this.sourceMac = (this.flags & PacketFlag.hasSourceMac) === 0 ? -1 : from.take(6);
  }
}

const EMPTY = new Uint8Array(0);
