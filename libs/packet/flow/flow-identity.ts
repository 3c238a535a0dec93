import { hash } from 'node:crypto';
import { joined } from '@orbweaver/kernel/bytes/text.ts';
import { IpProtocol, Network } from '../layers/packet.ts';
import { keyWords } from './flow-key.ts';
import { Word, wordsPerFlow, type FlowSlab } from './flow-slab.ts';
import type { FlowTable } from './flow-table.ts';

/** Hexadecimal digits of a flow's id: 96 bits, as many as Zeek's have. A store keeps them as numbers. */
const idLength = 24;

const idInput = Buffer.alloc((keyWords + 3) * 4);
const ordinalInput = Buffer.alloc(4);

/**
 * The id of a flow: a hash of its key, the time and sequence number of its first packet, and where it was seen (`observer`, empty for files). The same
 * packets give the same id, wherever they are read from. Of flows that have all of that in common, the second and later ones are numbered.
 */
export function flowId(table: FlowTable, flow: number, observer: Uint8Array): string {
  const { words } = table.slab;
  const at = flow * wordsPerFlow;
  for (let i = 0; i < keyWords; i++) idInput.writeUInt32BE(words[at + i]!, i * 4);
  idInput.writeUInt32BE(words[at + Word.firstSeconds]!, keyWords * 4);
  idInput.writeUInt32BE(words[at + Word.firstNanos]!, keyWords * 4 + 4);
  idInput.writeUInt32BE(words[at + Word.first]!, keyWords * 4 + 8);
  const ordinal = table.starts.ordinalOf(flow);
  if (ordinal === 0 && observer.length === 0) return hash('sha256', idInput, 'hex').slice(0, idLength);
  ordinalInput.writeUInt32BE(ordinal);
  return hash('sha256', Buffer.concat([idInput, observer, ordinal === 0 ? none : ordinalInput]), 'hex').slice(0, idLength);
}

const none = new Uint8Array(0);

const communityInput4 = Buffer.alloc(2 + 4 + 4 + 2 + 4);
const communityInput6 = Buffer.alloc(2 + 16 + 16 + 2 + 4);

/** Community ID version 1, seed 0 (https://github.com/corelight/community-id-spec); undefined for what has none (ARP). */
export function communityId(slab: FlowSlab, flow: number): string | undefined {
  const { words } = slab;
  const at = flow * wordsPerFlow;
  const kind = words[at + Word.protocol]!;
  const network = (kind >>> 8) & 0xff;
  const protocol = kind & 0xff;
  if (network !== Network.ipv4 && network !== Network.ipv6) return undefined;
  const input = network === Network.ipv4 ? communityInput4 : communityInput6;
  let end = 2;
  for (const address of [Word.lowAddress, Word.highAddress]) {
    for (let i = network === Network.ipv4 ? 3 : 0; i < 4; i++) end = input.writeUInt32BE(words[at + address + i]!, end);
  }
  input[end++] = protocol;
  input[end++] = 0;
  if (hasPorts(protocol)) end = input.writeUInt32BE(words[at + Word.ports]!, end);
  return joined('1:', hash('sha1', end === input.length ? input : input.subarray(0, end), 'base64'));
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
