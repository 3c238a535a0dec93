import { readU16, readU32 } from '@orbweaver/kernel/bytes/cursor.ts';
import { sumWords } from './checksum.ts';
import { Next, Space, refuse } from './next.ts';
import { Network } from './packet.ts';
import { Refusal } from './refusal.ts';
import type { Walk } from './walk.ts';

/**
 * RFC 791, section 3.1:
 *
 *      0  version 4 bits, header length 4 bits (in words)     8  time to live
 *      1  type of service                                      9  protocol
 *      2  total length, 2                                     10  header checksum, 2
 *      4  identification, 2                                   12  source, 4
 *      6  flags 3 bits, fragment offset 13 bits               16  destination, 4
 */
export function decodeIpv4(walk: Walk): number {
  const { bytes, offset, packet } = walk;
  const captured = walk.end - offset;
  if (captured < 20) return refuse(Refusal.truncated_ipv4_header);
  const first = bytes[offset]!;
  if (first >>> 4 !== 4) return refuse(Refusal.bad_ip_version);
  const headerLength = (first & 15) << 2;
  if (headerLength < 20) return refuse(Refusal.bad_ip_header_length);
  const onWire = walk.wireEnd - offset;
  // 0 is what segmentation offload leaves in frames captured on the sending host: the network card will fill it in.
  const totalLength = readU16(bytes, offset + 2) || onWire;
  if (totalLength < headerLength) return refuse(Refusal.bad_ip_header_length);
  if (totalLength > onWire) return refuse(Refusal.bad_ip_length);
  if (headerLength > captured) return refuse(Refusal.truncated_ipv4_header);
  if (walk.verifyChecksums && sumWords(bytes, offset, offset + headerLength, 0) !== 0xffff) return refuse(Refusal.bad_ip_checksum);

  walk.narrow(totalLength);
  packet.network = Network.ipv4;
  packet.ipBytes = totalLength;
  packet.timeToLive = bytes[offset + 8]!;
  const protocol = bytes[offset + 9]!;
  packet.protocol = protocol;
  const { source, destination } = packet;
  source[0] = source[1] = source[2] = 0;
  source[3] = readU32(bytes, offset + 12);
  destination[0] = destination[1] = destination[2] = 0;
  destination[3] = readU32(bytes, offset + 16);
  walk.offset = offset + headerLength;
  walk.takePayload();

  const fragment = readU16(bytes, offset + 6);
  if ((fragment & 0x3fff) === 0) return Space.ipProtocol | protocol;
  packet.fragmentId = readU16(bytes, offset + 4);
  packet.fragmentOffset = (fragment & 0x1fff) << 3;
  packet.moreFragments = (fragment & 0x2000) !== 0;
  return Next.fragment;
}
