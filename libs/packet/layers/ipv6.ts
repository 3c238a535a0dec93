import { readU16, readU32 } from '@orbweaver/kernel/bytes/cursor.ts';
import { Space, refuse } from './next.ts';
import { Network } from './packet.ts';
import { Refusal } from './refusal.ts';
import type { Walk } from './walk.ts';

/**
 * RFC 8200, section 3:
 *
 *      0  version 4 bits, traffic class 8, flow label 20      7  hop limit
 *      4  payload length, 2                                   8  source, 16
 *      6  next header                                         24  destination, 16
 */
export function decodeIpv6(walk: Walk): number {
  const { bytes, offset, packet } = walk;
  if (walk.end - offset < 40) {
    if (walk.end > offset && bytes[offset]! >>> 4 !== 6) return refuse(Refusal.bad_ip_version);
    return refuse(walk.wireEnd - offset < 40 ? Refusal.bad_ip_length : Refusal.truncated_ipv6_header);
  }
  if (bytes[offset]! >>> 4 !== 6) return refuse(Refusal.bad_ip_version);
  const onWire = walk.wireEnd - offset - 40;
  let payloadLength = readU16(bytes, offset + 4);
  if (payloadLength > onWire) return refuse(Refusal.bad_ip_length);
  // A jumbogram (RFC 2675), or segmentation offload beyond 64 KiB: the length does not fit its field.
  if (payloadLength === 0 && onWire > 0xffff) payloadLength = onWire;

  packet.network = Network.ipv6;
  packet.ipBytes = 40 + payloadLength;
  const next = bytes[offset + 6]!;
  packet.protocol = next;
  packet.timeToLive = bytes[offset + 7]!;
  const { source, destination } = packet;
  for (let word = 0; word < 4; word++) {
    source[word] = readU32(bytes, offset + 8 + 4 * word);
    destination[word] = readU32(bytes, offset + 24 + 4 * word);
  }
  walk.offset = offset + 40;
  walk.narrow(payloadLength);
  walk.takePayload();
  return Space.ipProtocol | next;
}
