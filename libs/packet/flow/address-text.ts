import { flat } from '@orbweaver/kernel/bytes/text.ts';
import { Network } from '../layers/packet.ts';

/** Bits of the place where an address's text is remembered, until another one's comes there. */
const cacheBits = 13;
/** As signed numbers. */
const cachedAddresses = new Int32Array(1 << cacheBits);
const cachedTexts = new Array<string>(1 << cacheBits).fill('0.0.0.0');

/** Four words of an address as text: dotted for IPv4 and ARP, RFC 5952 for IPv6. */
export function addressText(network: number, words: Uint32Array, at: number): string {
  return network === Network.ipv6 ? ipv6Text(words, at) : ipv4Text(words[at + 3]!);
}

export function ipv4Text(word: number): string {
  const address = word | 0;
  const place = Math.imul(address, 0x9e3779b1) >>> (32 - cacheBits);
  if (cachedAddresses[place] !== address) {
    cachedAddresses[place] = address;
    cachedTexts[place] = [word >>> 24, (word >>> 16) & 255, (word >>> 8) & 255, word & 255].join('.');
  }
  return cachedTexts[place]!;
}

/** The longest run of at least two zero groups is written `::`, the first of equals; hexadecimal in lower case without leading zeros. */
export function ipv6Text(words: Uint32Array, at: number): string {
  if (words[at] === 0 && words[at + 1] === 0 && words[at + 2] === 0xffff) return `::ffff:${ipv4Text(words[at + 3]!)}`;
  const group = (i: number): number => (words[at + (i >> 1)]! >>> ((i & 1) === 0 ? 16 : 0)) & 0xffff;
  let runStart = -1;
  let runLength = 1;
  for (let i = 0; i < 8; i++) {
    let length = 0;
    while (i + length < 8 && group(i + length) === 0) length++;
    if (length > runLength) {
      runStart = i;
      runLength = length;
    }
    if (length > 0) i += length;
  }
  let text = '';
  for (let i = 0; i < 8; i++) {
    if (i === runStart) {
      text += '::';
      i += runLength - 1;
      continue;
    }
    text += (i === 0 || text.endsWith(':') ? '' : ':') + group(i).toString(16);
  }
  return flat(text);
}
