import { hash } from 'node:crypto';
import { joined } from '@orbweaver/kernel/bytes/text.ts';
import { IpProtocol, Network } from '../layers/packet.ts';
import { keyWords } from './flow-key.ts';
import { Word, wordsPerFlow, type FlowSlab } from './flow-slab.ts';
import type { FlowTable } from './flow-table.ts';

/** Hexadecimal digits of a flow's id: 96 bits, as many as Zeek's have. A store keeps them as numbers. */
const idLength = 24;

const idBytes = new Uint8Array((keyWords + 3) * 4);
const idInput = new DataView(idBytes.buffer);
const ordinalInput = Buffer.alloc(4);

/**
 * The id of a flow: a hash of its key, the time and sequence number of its first packet, and where it was seen (`observer`, empty for files). The same
 * packets give the same id, wherever they are read from. Of flows that have all of that in common, the second and later ones are numbered.
 */
export function flowId(table: FlowTable, flow: number, observer: Uint8Array): string {
  const { words } = table.slab;
  const at = flow * wordsPerFlow;
  for (let i = 0; i < keyWords; i++) idInput.setUint32(i * 4, words[at + i]!);
  idInput.setUint32(keyWords * 4, words[at + Word.firstSeconds]!);
  idInput.setUint32(keyWords * 4 + 4, words[at + Word.firstNanos]!);
  idInput.setUint32(keyWords * 4 + 8, words[at + Word.first]!);
  const ordinal = table.starts.ordinalOf(flow);
  if (ordinal === 0 && observer.length === 0) return hash('sha256', idBytes, 'hex').slice(0, idLength);
  ordinalInput.writeUInt32BE(ordinal);
  return hash('sha256', Buffer.concat([idBytes, observer, ordinal === 0 ? none : ordinalInput]), 'hex').slice(0, idLength);
}

const none = new Uint8Array(0);

const communityInput4 = new DataView(new ArrayBuffer(2 + 4 + 4 + 2 + 4));
const communityInput6 = new DataView(new ArrayBuffer(2 + 16 + 16 + 2 + 4));
/** Behind addresses and protocol: ports, or nothing. */
const portsLength = 4;
const portless4 = new DataView(communityInput4.buffer, 0, communityInput4.byteLength - portsLength);
const portless6 = new DataView(communityInput6.buffer, 0, communityInput6.byteLength - portsLength);

/** Community ID version 1, seed 0 (https://github.com/corelight/community-id-spec); undefined for what has none (ARP). */
export function communityId(slab: FlowSlab, flow: number): string | undefined {
  const { words } = slab;
  const at = flow * wordsPerFlow;
  const kind = words[at + Word.protocol]!;
  const network = (kind >>> 8) & 0xff;
  const protocol = kind & 0xff;
  if (network !== Network.ipv4 && network !== Network.ipv6) return undefined;
  const isIpv4 = network === Network.ipv4;
  const input = isIpv4 ? communityInput4 : communityInput6;
  let end = 2;
  for (let i = isIpv4 ? 3 : 0; i < 4; i++, end += 4) input.setUint32(end, words[at + Word.lowAddress + i]!);
  for (let i = isIpv4 ? 3 : 0; i < 4; i++, end += 4) input.setUint32(end, words[at + Word.highAddress + i]!);
  input.setUint8(end, protocol);
  if (!hasPorts(protocol)) return joined('1:', hash('sha1', isIpv4 ? portless4 : portless6, 'base64'));
  input.setUint32(end + 2, words[at + Word.ports]!);
  return joined('1:', hash('sha1', input, 'base64'));
}

function hasPorts(protocol: number): boolean {
  switch (protocol) {
    case IpProtocol.tcp:
    case IpProtocol.udp:
    case IpProtocol.sctp:
    case IpProtocol.icmp:
    case IpProtocol.icmpv6:
      return true;
    default:
      return false;
  }
}
