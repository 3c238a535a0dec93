import { readU16, readU32 } from '@orbweaver/kernel/bytes/cursor.ts';
import { Space } from './next.ts';
import { layerOf } from './registry.ts';
import { teredoPrefix } from './teredo.ts';

const udpHeader = 8;
/** An IPv6 header: the least of what is guessed. */
const shortest = 40;
/** Protocol type of Ethernet, as Geneve has it. */
const bridging = 0x6558;

/**
 * False only for a UDP packet whose decoding surely finds no tunnel in it; its header lies at `at`, and of the frame all before `end` was captured. Looks at the ports and at the first octets of
 * what `guessTunnel` asks for, no length field among them: whatever follows the datagram in its frame makes a tunnel more likely, never less.
 */
export function mayCarryTunnel(bytes: Uint8Array, at: number, end: number): boolean {
  if (carriesTunnels(readU16(bytes, at)) || carriesTunnels(readU16(bytes, at + 2))) return true;
  const payload = at + udpHeader;
  if (end - payload < shortest) return false;
  const first = bytes[payload]!;
  if (first < 0x40) {
    // Teredo's indications, VXLAN's flags, Geneve's version and length of options.
    return first === 0 || (first === 0x08 && readU16(bytes, payload + 2) === 0) || readU16(bytes, payload + 2) === bridging;
  }
  return first >>> 4 === 6 && (readU32(bytes, payload + 8) === teredoPrefix || readU32(bytes, payload + 24) === teredoPrefix);
}

function carriesTunnels(port: number): boolean {
  return layerOf[Space.udpPort | port] !== 0;
}
