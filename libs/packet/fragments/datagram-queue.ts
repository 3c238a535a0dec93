import type { Packet } from '../layers/packet.ts';
import type { Datagram } from './datagram.ts';

/** The datagrams in the order in which they were first seen, found by their key, and the memory that they take. */
export class DatagramQueue {
  size = 0;
  /** Bytes of all data that is kept. */
  bytes = 0;
  oldest: Datagram | undefined;
  #newest: Datagram | undefined;
  readonly #byHash = new Map<number, Datagram>();

  find(packet: Packet): Datagram | undefined {
    let datagram = this.#byHash.get(hashOf(packet));
    while (datagram !== undefined && !datagram.matches(packet)) datagram = datagram.nextOfHash;
    return datagram;
  }

  insert(datagram: Datagram, packet: Packet): void {
    datagram.hash = hashOf(packet);
    datagram.nextOfHash = this.#byHash.get(datagram.hash);
    this.#byHash.set(datagram.hash, datagram);
    datagram.older = this.#newest;
    if (this.#newest === undefined) this.oldest = datagram;
    else this.#newest.newer = datagram;
    this.#newest = datagram;
    this.size++;
  }

  remove(datagram: Datagram): void {
    this.#unchain(datagram);
    if (datagram.older === undefined) this.oldest = datagram.newer;
    else datagram.older.newer = datagram.newer;
    if (datagram.newer === undefined) this.#newest = datagram.older;
    else datagram.newer.older = datagram.older;
    datagram.older = datagram.newer = undefined;
    this.bytes -= datagram.pieces.memory;
    this.size--;
  }

  /** Stores a fragment's data; returns true if it contradicts what came before. */
  store(datagram: Datagram, bytes: Uint8Array, start: number, end: number, packet: Packet, length: number): boolean {
    const { pieces } = datagram;
    this.bytes -= pieces.memory;
    const differs = pieces.add(packet.fragmentOffset, bytes, start, end, length, packet.moreFragments);
    this.bytes += pieces.memory;
    return differs;
  }

  /** Gives a datagram's data up, but remembers the datagram. */
  empty(datagram: Datagram): void {
    this.bytes -= datagram.pieces.memory;
    datagram.empty();
  }

  #unchain(datagram: Datagram): void {
    const head = this.#byHash.get(datagram.hash);
    if (head === datagram) {
      if (datagram.nextOfHash === undefined) this.#byHash.delete(datagram.hash);
      else this.#byHash.set(datagram.hash, datagram.nextOfHash);
    } else {
      let before = head;
      while (before !== undefined && before.nextOfHash !== datagram) before = before.nextOfHash;
      if (before !== undefined) before.nextOfHash = datagram.nextOfHash;
    }
    datagram.nextOfHash = undefined;
  }
}

/** Seeded anew in each process, so that nobody can aim at one chain. */
const seed = (Math.random() * 0x1_0000_0000) >>> 0;

function hashOf(packet: Packet): number {
  let hash = seed;
  for (let i = 0; i < 4; i++) {
    hash = Math.imul(hash ^ packet.source[i]!, 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 15) ^ packet.destination[i]!, 0xc2b2ae35);
    hash ^= hash >>> 13;
  }
  hash = Math.imul(hash ^ packet.fragmentId, 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 15) ^ packet.tunnelKey, 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
