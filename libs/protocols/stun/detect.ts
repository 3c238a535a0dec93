import { readU16, readU32 } from '@orbweaver/kernel/bytes/cursor.ts';
import { Verdict, type PortHint } from '../sdk/module.ts';

const headerLength = 20;
const magicCookie = 0x2112a442;
const stunPort = 3478;

/** Type, length, cookie, transaction id (RFC 8489, section 5); the length is a multiple of four and ends with the datagram. */
export function detectDatagram(bytes: Uint8Array, start: number, end: number, ports: PortHint): Verdict {
  if (end - start < headerLength || headerLength + readU16(bytes, start + 2) !== end - start) return Verdict.no;
  const verdict = detectHeader(bytes, start);
  return verdict === Verdict.no ? detectClassic(bytes, start, end, ports) : verdict;
}

/** Binding, asked for, given and refused (RFC 3489, section 11.1). */
const Classic = { request: 0x0001, response: 0x0101, error: 0x0111 } as const;
/** Attributes of RFC 3489, section 11.2: MAPPED-ADDRESS to REFLECTED-FROM. From 0x8000 on stand what a receiver may leave out. */
const lastClassicAttribute = 0x000b;
const optional = 0x8000;

/**
 * The first STUN, whose transaction id was four octets longer and had no cookie in it. Attributes that exist fill it to the end: type 2, length 2, a multiple of four, value. One without any says
 * too little but on its port.
 */
function detectClassic(bytes: Uint8Array, start: number, end: number, ports: PortHint): Verdict {
  const type = readU16(bytes, start);
  if (type !== Classic.request && type !== Classic.response && type !== Classic.error) return Verdict.no;
  if (end - start === headerLength && (type !== Classic.request || ports.receiverPort !== stunPort)) return Verdict.no;
  for (let at = start + headerLength; at < end;) {
    if (end - at < 4) return Verdict.no;
    const attribute = readU16(bytes, at);
    const length = readU16(bytes, at + 2);
    const exists = (attribute >= 1 && attribute <= lastClassicAttribute) || attribute >= optional;
    if (!exists || length % 4 !== 0 || length > end - at - 4) return Verdict.no;
    at += 4 + length;
  }
  return type === Classic.request ? Verdict.either : Verdict.server;
}

/** Over TCP the length alone frames the messages (RFC 8489, section 6.2.2). */
export function detectStream(bytes: Uint8Array, start: number, end: number): Verdict {
  if (bytes[start]! > 0x3f) return Verdict.no;
  return end - start < 8 ? Verdict.needMore : detectHeader(bytes, start);
}

function detectHeader(bytes: Uint8Array, start: number): Verdict {
  if (bytes[start]! > 0x3f || readU16(bytes, start + 2) % 4 !== 0 || readU32(bytes, start + 4) !== magicCookie) return Verdict.no;
  // The class: 0 a request, 1 an indication, 2 success, 3 failure. Peers that check a path ask each other, so a request tells no role.
  const isAnswer = (bytes[start]! & 1) !== 0;
  return isAnswer ? Verdict.server : Verdict.either;
}
