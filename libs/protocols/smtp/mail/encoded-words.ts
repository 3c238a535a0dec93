import { readable } from '../../http/text.ts';

/** Charsets whose decoders are remembered. */
const decoderLimit = 64;
/** Longest name of a charset; an encoded word with a longer one is left as it is. */
const charsetLimit = 40;

const decoders = new Map<string, TextDecoder | undefined>();

/** The octets as text in a charset by its IANA name; undefined if nobody here knows it. */
export function decodeCharset(octets: Uint8Array, charset: string): string | undefined {
  const name = charset.toLowerCase();
  if (!decoders.has(name)) {
    if (decoders.size === decoderLimit) decoders.clear();
    decoders.set(name, decoderFor(name));
  }
  return decoders.get(name)?.decode(octets);
}

function decoderFor(charset: string): TextDecoder | undefined {
  try {
    return new TextDecoder(charset);
  } catch {
    return undefined;
  }
}

/** An encoded word (RFC 2047, section 2): `=?charset?B?text?=`, `[start, end)` of the text that holds it. */
interface EncodedWord {
  readonly start: number;
  readonly end: number;
  readonly charset: string;
  readonly octets: Uint8Array;
}

/**
 * A header's text (Latin-1 characters, unfolded) as people read it: encoded words decoded, blanks between two of them left out (RFC 2047, section 6.2), the rest as UTF-8 where
 * it is that. Neighbours in one charset are decoded together, since some senders cut a character in two.
 */
export function decodeWords(text: string): string {
  const lastEnd = text.lastIndexOf('?=');
  if (lastEnd < 0) return readable(text);
  let out = '';
  let from = 0;
  let run: EncodedWord[] = [];
  for (let word = nextWord(text, 0, lastEnd); word !== undefined; word = nextWord(text, word.end, lastEnd)) {
    const last = run.at(-1);
    const between = text.slice(last?.end ?? from, word.start);
    if (last !== undefined && isBlank(between)) {
      if (last.charset !== word.charset) {
        out += decodeRun(text, run);
        run = [];
      }
    } else {
      out += decodeRun(text, run) + readable(between);
      run = [];
    }
    run.push(word);
    from = word.end;
  }
  return out + decodeRun(text, run) + readable(text.slice(from));
}

function decodeRun(text: string, run: readonly EncodedWord[]): string {
  const first = run[0];
  if (first === undefined) return '';
  const octets = run.length === 1 ? first.octets : Buffer.concat(run.map((word) => word.octets));
  return decodeCharset(octets, first.charset) ?? text.slice(first.start, run.at(-1)!.end);
}

const isBlank = (text: string): boolean => text.trim() === '';

/** `lastEnd`: where the last `?=` stands, behind which no word ends: so each end that is looked for is found. */
function nextWord(text: string, from: number, lastEnd: number): EncodedWord | undefined {
  for (let start = text.indexOf('=?', from); start >= 0 && start < lastEnd; start = text.indexOf('=?', start + 2)) {
    const word = wordAt(text, start, lastEnd);
    if (word !== undefined) return word;
  }
  return undefined;
}

function wordAt(text: string, start: number, lastEnd: number): EncodedWord | undefined {
  const charsetEnd = text.indexOf('?', start + 2);
  if (charsetEnd < 0 || charsetEnd === start + 2 || charsetEnd - start > charsetLimit || text[charsetEnd + 2] !== '?') return undefined;
  const encoding = text[charsetEnd + 1]!.toUpperCase();
  if ((encoding !== 'B' && encoding !== 'Q') || charsetEnd + 3 > lastEnd) return undefined;
  const end = text.indexOf('?=', charsetEnd + 3);
  const content = text.slice(charsetEnd + 3, end);
  // A language may follow the charset (RFC 2231, section 5).
  const [charset = ''] = text
    .slice(start + 2, charsetEnd)
    .toLowerCase()
    .split('*', 1);
  const octets = encoding === 'B' ? Buffer.from(content, 'base64') : decodeQ(content);
  return { start, end: end + 2, charset, octets };
}

/** The Q encoding (RFC 2047, section 4.2). */
function decodeQ(text: string): Uint8Array {
  const octets = Buffer.allocUnsafe(text.length);
  let length = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    const value = code === 0x3d && at + 2 < text.length ? hexPair(text, at + 1) : -1;
    if (value >= 0) at += 2;
    octets[length++] = value >= 0 ? value : code === 0x5f ? 0x20 : code;
  }
  return octets.subarray(0, length);
}

/** The value of two hexadecimal digits, or -1. */
export function hexPair(text: string, at: number): number {
  const high = hexDigit(text.charCodeAt(at));
  const low = hexDigit(text.charCodeAt(at + 1));
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

/** The value of a hexadecimal digit in either case, or -1. */
export function hexDigit(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const letter = code | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}
