import { IpProtocol, Network, type Packet } from '../layers/packet.ts';
import { icmpPorts } from './icmp-ports.ts';

/** What makes packets one flow: the words of a key as they stand in a row, from `Word.lowAddress` to `Word.vlanKey`. */
export const keyWords = 13;

export const KeyFlag = { oneWay: 1 << 16, withoutPorts: 1 << 17 } as const;

/**
 * The key of a packet, the same for both directions: the lower end (by address, then port) stands first. Made once, filled for each packet.
 */
export class FlowKey {
  readonly words = new Uint32Array(keyWords);
  hash = 0;
  /** True if the packet's sender is the higher end. */
  senderIsHigh = false;
  readonly #seed: number;

  /** `seed` keeps senders from choosing addresses that collide; it changes no record. */
  constructor(seed = 0) {
    this.#seed = seed | 0;
  }

  /** `tunnelKinds` and `tunnelIdentity` name the tunnels around the packet, 0 if none; `vlan` is 0 unless VLANs are to tell flows apart. */
  fill(packet: Packet, tunnelKinds: number, tunnelIdentity: number, vlan: number): void {
    const words = this.words;
    const { source, destination } = packet;
    let sourcePort = 0;
    let destinationPort = 0;
    let kind = packet.protocol | (packet.network << 8);
    const isIcmp = packet.protocol === IpProtocol.icmp || packet.protocol === IpProtocol.icmpv6;
    if (!packet.hasPorts) {
      kind |= KeyFlag.withoutPorts;
    } else if (isIcmp && packet.network !== Network.arp) {
      const ports = icmpPorts(packet.protocol, packet.icmpType, packet.icmpCode);
      sourcePort = packet.icmpType;
      destinationPort = ports.counterpart;
      if (ports.oneWay) kind |= KeyFlag.oneWay;
    } else {
      sourcePort = packet.sourcePort;
      destinationPort = packet.destinationPort;
    }
    const high = (kind & KeyFlag.oneWay) === 0 && isHigher(source, sourcePort, destination, destinationPort);
    this.senderIsHigh = high;
    const low = high ? destination : source;
    const other = high ? source : destination;
    words[0] = low[0]!;
    words[1] = low[1]!;
    words[2] = low[2]!;
    words[3] = low[3]!;
    words[4] = other[0]!;
    words[5] = other[1]!;
    words[6] = other[2]!;
    words[7] = other[3]!;
    words[8] = high ? (destinationPort << 16) | sourcePort : (sourcePort << 16) | destinationPort;
    words[9] = kind;
    words[10] = tunnelKinds;
    words[11] = tunnelIdentity;
    words[12] = vlan;
    let hash = this.#seed;
    if (packet.network === Network.ipv6) {
      hash = mix(mix(mix(hash, words[0]!), words[1]!), words[2]!);
      hash = mix(mix(mix(hash, words[4]!), words[5]!), words[6]!);
    }
    hash = mix(mix(mix(mix(hash, words[3]!), words[7]!), words[8]!), kind);
    if ((tunnelKinds | tunnelIdentity | vlan) !== 0) hash = mix(mix(mix(hash, tunnelKinds), tunnelIdentity), vlan);
    hash ^= hash >>> 16;
    hash = Math.imul(hash, 0x85ebca6b);
    hash ^= hash >>> 13;
    hash = Math.imul(hash, 0xc2b2ae35);
    this.hash = (hash ^ (hash >>> 16)) >>> 0;
  }
}

/** One round of MurmurHash3. */
export function mix(hash: number, word: number): number {
  let k = Math.imul(word, 0xcc9e2d51);
  k = (k << 15) | (k >>> 17);
  hash ^= Math.imul(k, 0x1b873593);
  hash = (hash << 13) | (hash >>> 19);
  return (Math.imul(hash, 5) + 0xe6546b64) | 0;
}

function isHigher(source: Uint32Array, sourcePort: number, destination: Uint32Array, destinationPort: number): boolean {
  for (let i = 0; i < 4; i++) {
    const a = source[i]!;
    const b = destination[i]!;
    if (a !== b) return a > b;
  }
  return sourcePort > destinationPort;
}
