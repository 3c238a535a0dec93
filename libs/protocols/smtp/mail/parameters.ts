import { parameter, readable } from '../../http/text.ts';
import { decodeCharset, decodeWords, hexPair } from './encoded-words.ts';

/** Characters of a header that are looked through for parameters. */
const valueLimit = 4096;
/** Pieces of one parameter that are put together. */
const pieceLimit = 64;

/**
 * A parameter of Content-Type or Content-Disposition as people read it: plain, with encoded words (against RFC 2047, and common), or in RFC 2231's
 * forms `name*=utf-8''na%C3%AFve` and `name*0*=...; name*1=...`. `name` in lower case.
 */
export function readParameter(header: string, name: string): string | undefined {
  const value = header.slice(0, valueLimit);
  const extended = parameter(value, `${name}*`);
  if (extended !== undefined) return decodeExtended(extended);
  const pieces = collectPieces(value, name);
  if (pieces !== undefined) return pieces;
  const plain = parameter(value, name);
  return plain === undefined ? undefined : decodeWords(plain);
}

/** RFC 2231, section 3: continuations, each of which may be percent-encoded; the first names the charset. */
function collectPieces(value: string, name: string): string | undefined {
  let octets = '';
  let charset: string | undefined;
  let count = 0;
  for (; count < pieceLimit; count++) {
    const encoded = parameter(value, `${name}*${count}*`);
    if (encoded === undefined) {
      const plain = parameter(value, `${name}*${count}`);
      if (plain === undefined) break;
      octets += plain;
    } else if (count === 0) {
      const parts = splitCharset(encoded);
      charset = parts.charset;
      octets += fromPercent(parts.text);
    } else octets += fromPercent(encoded);
  }
  return count === 0 ? undefined : decodeOctets(octets, charset);
}

function decodeExtended(value: string): string {
  const { charset, text } = splitCharset(value);
  return decodeOctets(fromPercent(text), charset);
}

/** `charset'language'text`. */
function splitCharset(value: string): { charset: string | undefined; text: string } {
  const first = value.indexOf("'");
  const second = value.indexOf("'", first + 1);
  if (first < 0 || second < 0) return { charset: undefined, text: value };
  return { charset: value.slice(0, first), text: value.slice(second + 1) };
}

function decodeOctets(octets: string, charset: string | undefined): string {
  const decoded = charset === undefined || charset === '' ? undefined : decodeCharset(Buffer.from(octets, 'latin1'), charset);
  return decoded ?? readable(octets);
}

function fromPercent(text: string): string {
  let out = '';
  for (let at = 0; at < text.length; at++) {
    const value = text[at] === '%' && at + 2 < text.length ? hexPair(text, at + 1) : -1;
    out += value < 0 ? text[at]! : String.fromCharCode(value);
    if (value >= 0) at += 2;
  }
  return out;
}
