import { PacketFlag, type PacketFields } from '@orbweaver/contracts/frames/packet-fields.ts';
import type { Packet } from '@orbweaver/packet/layers/packet.ts';
import type { TunnelPath } from '../dissection/tunnels.ts';

/** Where a packet's captured bytes are that have to travel with it. */
export interface Carried {
  bytes: Uint8Array;
  start: number;
  end: number;
}

/** Bytes in front of the payload that belong to what is read right behind IP: ICMP's header. */
const headerInFront = 8;

/**
 * Fills `fields` with a decoded packet, and `carried` with the bytes that have to go along: the whole frame where the payload lies in it, the payload alone where it was
 * put together from fragments, none for an outer packet.
 */
export function fillFields(
  fields: PacketFields,
  carried: Carried,
  packet: Packet,
  frame: Carried,
  kinds: number,
  identity: number,
  path: TunnelPath | undefined,
  carries: string | undefined,
): void {
  fields.network = packet.network;
  fields.protocol = packet.protocol;
  fields.tcpFlags = packet.tcpFlags;
  fields.source.set(packet.source);
  fields.destination.set(packet.destination);
  fields.sourcePort = packet.sourcePort;
  fields.destinationPort = packet.destinationPort;
  fields.icmpType = packet.icmpType;
  fields.icmpCode = packet.icmpCode;
  fields.tcpWindow = packet.tcpWindow;
  fields.tcpSequence = packet.tcpSequence;
  fields.tcpAcknowledgment = packet.tcpAcknowledgment;
  fields.ipBytes = packet.ipBytes;
  fields.payloadLength = packet.payloadLength;
  fields.tunnelKinds = kinds;
  fields.tunnelIdentity = identity;
  fields.macBytes = packet.frameBytes;
  fields.destinationMac = packet.destinationMac;
  fields.sourceMac = packet.sourceMac;
  fields.vlanCount = packet.vlanCount;
  fields.vlans.set(packet.vlans);
  fields.carries = carries ?? '';
  fields.path = path?.names ?? [];
  fields.parentId = path?.parentId ?? '';
  fields.flags =
    (packet.hasPorts ? PacketFlag.hasPorts : 0) |
    (packet.isFragment ? PacketFlag.isFragment : 0) |
    (packet.hasTransport ? PacketFlag.hasTransport : 0) |
    (carries === undefined ? 0 : PacketFlag.isOuter) |
    (packet.destinationMac < 0 ? 0 : PacketFlag.hasDestinationMac) |
    (packet.sourceMac < 0 ? 0 : PacketFlag.hasSourceMac) |
    (path === undefined ? 0 : PacketFlag.hasPath);
  takeBytes(carried, packet, frame, carries !== undefined);
  const hasPayload = packet.payloadEnd > packet.payloadStart && carried.bytes === packet.bytes;
  fields.payloadStart = hasPayload ? packet.payloadStart - carried.start : 0;
  fields.payloadEnd = hasPayload ? Math.min(packet.payloadEnd, carried.end) - carried.start : 0;
  // An ICMP message may have nothing behind its header, which is read all the same.
  if (!hasPayload && carried.bytes === packet.bytes && packet.payloadStart <= carried.end)
    fields.payloadStart = fields.payloadEnd = Math.max(0, packet.payloadStart - carried.start);
}

function takeBytes(carried: Carried, packet: Packet, frame: Carried, isOuter: boolean): void {
  carried.bytes = packet.bytes;
  if (isOuter) carried.start = carried.end = 0;
  else if (packet.bytes === frame.bytes) {
    carried.start = frame.start;
    carried.end = frame.end;
  } else {
    carried.end = Math.max(0, packet.payloadEnd);
    carried.start = Math.min(carried.end, Math.max(0, packet.payloadStart - headerInFront));
  }
}
