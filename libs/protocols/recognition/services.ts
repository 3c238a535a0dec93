import { readU16, readU32 } from '@orbweaver/kernel/bytes/cursor.ts';
import { Verdict } from '../sdk/module.ts';
import { Match, includesText, matchAny, matchText } from './match.ts';
import type { Signature } from './signature.ts';

/** NTP (RFC 5905, section 7.3) has no mark of its own: leap, version and mode in one byte; the port decides. */
export const ntp: Signature = {
  name: 'ntp',
  datagram(bytes, start, end, ports) {
    if (ports.senderPort !== 123 && ports.receiverPort !== 123) return Verdict.no;
    const version = (bytes[start]! >> 3) & 7;
    const mode = bytes[start]! & 7;
    if (version < 1 || version > 4 || mode === 0) return Verdict.no;
    if (mode >= 6) return end - start >= 8 ? Verdict.either : Verdict.no;
    if (end - start < 48) return Verdict.no;
    return mode === 3 ? Verdict.client : mode === 4 ? Verdict.server : Verdict.either;
  },
};

/** DHCP (RFC 2131, section 2): BOOTP's fields, and its magic cookie. A server may broadcast first, so nothing turns the flow round. */
export const dhcp: Signature = {
  name: 'dhcp',
  datagram(bytes, start, end) {
    if (end - start < 240 || bytes[start]! < 1 || bytes[start]! > 2 || bytes[start + 2]! > 16) return Verdict.no;
    return readU32(bytes, start + 236) === 0x63825363 ? Verdict.either : Verdict.no;
  },
};

const radiusRequests = [1, 4, 12, 40, 43];
const radiusAnswers = [2, 3, 5, 11, 13, 41, 42, 44, 45];
/** RADIUS (RFC 2865, section 3): code, identifier, length, authenticator, attributes that fill the rest. */
export const radius: Signature = {
  name: 'radius',
  datagram(bytes, start, end) {
    if (end - start < 20) return Verdict.no;
    const length = readU16(bytes, start + 2);
    if (length < 20 || length > end - start) return Verdict.no;
    let at = start + 20;
    while (at + 2 <= start + length && bytes[at + 1]! >= 2) at += bytes[at + 1]!;
    if (at !== start + length) return Verdict.no;
    const code = bytes[start]!;
    return radiusRequests.includes(code) ? Verdict.client : radiusAnswers.includes(code) ? Verdict.server : Verdict.no;
  },
};

/** TFTP (RFC 1350): a request is 1 or 2, the name, 0, the mode, 0. */
export const tftp: Signature = {
  name: 'tftp',
  datagram(bytes, start, end) {
    if (end - start < 9 || bytes[start] !== 0 || (bytes[start + 1] !== 1 && bytes[start + 1] !== 2)) return Verdict.no;
    const zero = bytes.indexOf(0, start + 2);
    if (zero < 0 || zero >= end) return Verdict.no;
    return matchAny(bytes, zero + 1, end, ['octet\0', 'netascii\0', 'mail\0'], true) === Match.yes ? Verdict.client : Verdict.no;
  },
};

/** STUN (RFC 8489, section 5): two zero bits and the type, length, magic cookie. */
function detectStun(bytes: Uint8Array, start: number, end: number): Verdict {
  if ((bytes[start]! & 0xc0) !== 0) return Verdict.no;
  if (end - start < 20) return Verdict.needMore;
  if (readU32(bytes, start + 4) !== 0x2112a442 || (readU16(bytes, start + 2) & 3) !== 0) return Verdict.no;
  return (bytes[start]! & 1) === 0 ? Verdict.client : Verdict.server;
}
export const stun: Signature = { name: 'stun', stream: detectStun, datagram: detectStun };

const handshake = '\x13BitTorrent protocol';
const dhtBeginnings = ['d1:ad2:id20:', 'd1:rd2:id20:', 'd1:eli'];
/** BEP 3 (the handshake of peers) and BEP 5 (bencoded queries and answers). */
export const bittorrent: Signature = {
  name: 'bittorrent',
  stream(bytes, start, end) {
    const match = matchText(bytes, start, end, handshake);
    return match === Match.yes ? Verdict.either : match === Match.partly ? Verdict.needMore : Verdict.no;
  },
  datagram(bytes, start, end) {
    if (matchAny(bytes, start, end, dhtBeginnings) === Match.yes) return Verdict.either;
    return matchText(bytes, start, end, 'd1:') === Match.yes && includesText(bytes, start, end, '1:y1:') ? Verdict.either : Verdict.no;
  },
};

/**
 * QUIC's long header (RFC 9000, section 17.2; RFC 8999): first byte with the two upper bits, version, connection ids. Google's older form: flags with a
 * version, connection id, `Q0`.
 */
export const quic: Signature = {
  name: 'quic',
  datagram(bytes, start, end) {
    const first = bytes[start]!;
    if ((first & 0x80) !== 0) {
      if (end - start < 7 || bytes[start + 5]! > 20) return Verdict.no;
      const version = readU32(bytes, start + 1);
      const isKnown =
        version === 1 || version === 0x6b3343cf || version === 0x709a50c4 || version >>> 8 === 0xff0000 || isGoogleVersion(version);
      return isKnown && ((first & 0x40) !== 0 || isGoogleVersion(version)) ? Verdict.either : Verdict.no;
    }
    const isOld = (first & 0x09) === 0x09 && end - start > 14 && isGoogleVersion(readU32(bytes, start + 9));
    return isOld ? Verdict.client : Verdict.no;
  },
};

/** `Q043`, `T051`. */
function isGoogleVersion(version: number): boolean {
  const letter = version >>> 24;
  return (letter === 0x51 || letter === 0x54) && ((version >>> 16) & 0xff) === 0x30 && ((version >>> 8) & 0xf0) === 0x30;
}
