import { flat } from '@orbweaver/kernel/bytes/text.ts';
import { Network } from '../layers/packet.ts';

/** Addresses whose text is remembered; when more turn up, all are forgotten. */
const cacheLimit = 1 << 16;
/** By the address as a signed number: beyond 31 bits unsigned ones are objects to the engine. */
const cache4 = new Map<number, string>();

/** Four words of an address as text: dotted for IPv4 and ARP, RFC 5952 for IPv6. */
export function addressText(network: number, words: Uint32Array, at: number): string {
  return network === Network.ipv6 ? ipv6Text(words, at) : ipv4Text(words[at + 3]!);
}

export function ipv4Text(word: number): string {
  let text = cache4.get(word | 0);
  if (text === undefined) {
    text = [word >>> 24, (word >>> 16) & 255, (word >>> 8) & 255, word & 255].join('.');
    if (cache4.size >= cacheLimit) cache4.clear();
    cache4.set(word | 0, text);
  }
  return text;
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
