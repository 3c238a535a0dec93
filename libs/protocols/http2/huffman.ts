/**
 * The Huffman code of HPACK (RFC 7541, appendix B). It is canonical: the lengths of the codes, in bits, by symbol (256 is the end of string) say all.
 */
const codeLengths = (
  '13 23 28 28 28 28 28 28 28 24 30 28 28 30 28 28 28 28 28 28 28 28 30 28 28 28 28 28 28 28 28 28 ' +
  '6 10 10 12 13 6 8 11 10 10 8 11 8 6 6 6 5 5 5 6 6 6 6 6 6 6 7 8 15 6 12 10 ' +
  '13 6 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 8 7 8 13 19 13 14 6 ' +
  '15 5 6 5 6 5 6 6 6 5 7 7 6 6 6 5 6 7 6 5 5 6 7 7 7 7 7 15 11 14 13 28 ' +
  '20 22 20 20 22 22 22 23 22 23 23 23 23 23 24 23 24 24 22 23 24 23 23 23 23 21 22 23 22 23 23 24 ' +
  '22 21 20 22 22 23 23 21 23 22 22 24 21 22 23 23 21 21 22 21 23 22 23 23 20 22 22 22 23 22 22 23 ' +
  '26 26 20 19 22 23 22 25 26 26 26 27 27 26 24 25 19 21 26 27 27 26 27 24 21 21 26 26 28 27 27 27 ' +
  '20 24 20 21 22 21 21 23 22 22 25 25 24 24 26 23 26 27 26 26 27 27 27 27 27 28 27 27 27 27 27 26 30'
)
  .split(' ')
  .map(Number);

const endOfString = 256;

/** The code as a tree, made when it is first needed: a node's children stand at twice its number; a leaf is `-1 - symbol`. */
let codeTree: Int16Array | undefined;

function buildTree(): Int16Array {
  const symbols = codeLengths.map((_, symbol) => symbol).sort((a, b) => codeLengths[a]! - codeLengths[b]! || a - b);
  const nodes = new Int16Array(codeLengths.length * 2);
  let used = 1;
  let code = 0;
  let bits = codeLengths[symbols[0]!]!;
  for (const symbol of symbols) {
    code *= 2 ** (codeLengths[symbol]! - bits);
    bits = codeLengths[symbol]!;
    let node = 0;
    for (let bit = bits - 1; bit > 0; bit--) {
      const child = node * 2 + ((code >>> bit) & 1);
      if (nodes[child] === 0) nodes[child] = used++;
      node = nodes[child]!;
    }
    nodes[node * 2 + (code & 1)] = -1 - symbol;
    code++;
  }
  return nodes;
}

/**
 * Decodes `[start, end)` into `out`, which has room for 8/5 of it. Returns how many octets came of it, or -1: the end of string within it, or padding that is no
 * beginning of that, or longer than 7 bits (section 5.2).
 */
export function decodeHuffman(bytes: Uint8Array, start: number, end: number, out: Uint8Array): number {
  const tree = (codeTree ??= buildTree());
  let node = 0;
  let length = 0;
  let padding = 0;
  let isOnes = true;
  for (let at = start; at < end; at++) {
    const octet = bytes[at]!;
    for (let bit = 7; bit >= 0; bit--) {
      const value = (octet >>> bit) & 1;
      const next = tree[node * 2 + value]!;
      if (next >= 0) {
        node = next;
        padding++;
        isOnes &&= value === 1;
        continue;
      }
      if (next === -1 - endOfString) return -1;
      out[length++] = -1 - next;
      node = 0;
      padding = 0;
      isOnes = true;
    }
  }
  return padding > 7 || !isOnes ? -1 : length;
}
