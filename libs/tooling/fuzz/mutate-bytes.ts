import type { Random } from '@orbweaver/protocols/sdk/conformance/random.ts';

/** Values that lengths and counts go wrong at. */
const edges = [
  0, 1, 2, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0x8000, 0xfffe, 0xffff, 0x1_0000, 0x7fff_ffff, 0x8000_0000, 0xffff_fffe, 0xffff_ffff,
];

/** Bytes that end or begin something in many protocols. */
const telling = [0, 1, 9, 10, 13, 0x20, 0x22, 0x2a, 0x24, 0x2d, 0x30, 0x39, 0x3a, 0x3d, 0x7b, 0x7d, 0x80, 0xc0, 0xff];

/** One fault in a copy of `bytes`. `parts` are pieces of other inputs that may be put in. */
export function mutatedBytes(bytes: Uint8Array, random: Random, parts: readonly Uint8Array[], limit: number): Uint8Array {
  const at = random.below(bytes.length + 1);
  const length = 1 + random.below(random.below(3) === 0 ? 64 : 4);
  switch (random.below(11)) {
    case 0:
      return spliced(bytes, at, at + length, new Uint8Array(0), limit);
    case 1:
      return spliced(bytes, at, at, bytes.subarray(at, at + length), limit);
    case 2:
      return spliced(bytes, at, at, random.bytes(length), limit);
    case 3:
      return spliced(bytes, at, at + 1, Uint8Array.of(telling[random.below(telling.length)]!), limit);
    case 4:
      return spliced(bytes, at, at + 1, Uint8Array.of((bytes[at] ?? 0) ^ (1 << random.below(8))), limit);
    case 5:
    case 6:
      return withNumber(bytes, at, random);
    case 7: {
      const part = parts.length === 0 ? random.bytes(length) : parts[random.below(parts.length)]!;
      const from = random.below(part.length + 1);
      return spliced(bytes, at, at + (random.below(2) === 0 ? 0 : length), part.subarray(from, from + 1 + random.below(200)), limit);
    }
    case 8:
      return bytes.slice(0, at);
    case 9: {
      // What is repeated is what grows.
      const piece = bytes.subarray(at, at + length);
      const times = 1 + random.below(random.below(4) === 0 ? 2000 : 20);
      return spliced(bytes, at, at, repeated(piece, times), limit);
    }
    default:
      return withTextNumber(bytes, at, random, limit);
  }
}

/** `[start, end)` replaced. */
function spliced(bytes: Uint8Array, start: number, end: number, middle: Uint8Array, limit: number): Uint8Array {
  const whole = Buffer.concat([bytes.subarray(0, start), middle, bytes.subarray(Math.min(bytes.length, end))]);
  return whole.length > limit ? whole.subarray(0, limit) : whole;
}

function repeated(piece: Uint8Array, times: number): Uint8Array {
  return Buffer.concat(Array.from({ length: times }, () => piece));
}

/** A number of one to four bytes, in either order, set to an edge or moved a little. */
function withNumber(bytes: Uint8Array, at: number, random: Random): Uint8Array {
  const changed = Buffer.from(bytes);
  const size = Math.min(1 + random.below(4), changed.length - at);
  if (size <= 0) return changed;
  const isLittle = random.below(4) === 0;
  const old = isLittle ? changed.readUIntLE(at, size) : changed.readUIntBE(at, size);
  const value = random.below(2) === 0 ? edges[random.below(edges.length)]! : old + random.below(9) - 4;
  const fitting = ((value % 2 ** (8 * size)) + 2 ** (8 * size)) % 2 ** (8 * size);
  if (isLittle) changed.writeUIntLE(fitting, at, size);
  else changed.writeUIntBE(fitting, at, size);
  return changed;
}

/** The number in digits at or behind `at`, another one. */
function withTextNumber(bytes: Uint8Array, at: number, random: Random, limit: number): Uint8Array {
  const isDigit = (i: number): boolean => bytes[i]! >= 0x30 && bytes[i]! <= 0x39;
  let start = at;
  while (start < bytes.length && !isDigit(start)) start++;
  let end = start;
  while (end < bytes.length && isDigit(end)) end++;
  const texts = ['0', '-1', '1', '65536', '4294967295', '9007199254740993', '99999999999999999999', '00', 'x', ''];
  return spliced(bytes, start, end, Buffer.from(texts[random.below(texts.length)]!), limit);
}
