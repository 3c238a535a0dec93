import { readU16 } from '@orbweaver/kernel/bytes/cursor.ts';
import { Verdict } from '../sdk/module.ts';
import { Match, includesText, matchAny } from './match.ts';
import type { Signature } from './signature.ts';

/**
 * Modbus/TCP: transaction (2), protocol 0 (2), length (2), unit, function. Little of that is its own, so the port has to agree.
 */
export const modbus: Signature = {
  name: 'modbus',
  stream(bytes, start, end, ports) {
    if (ports.receiverPort !== 502 && ports.senderPort !== 502) return Verdict.no;
    if (end - start < 8) return Verdict.needMore;
    const length = readU16(bytes, start + 4);
    if (readU16(bytes, start + 2) !== 0 || length < 2 || length > 254 || (bytes[start + 7]! & 0x7f) === 0) return Verdict.no;
    return ports.receiverPort === 502 ? Verdict.client : Verdict.server;
  },
};

/** TPKT (RFC 1006): 3, 0, length; then X.224 connection request or confirm. RDP has a cookie, a negotiation, or its port. */
export const rdp: Signature = {
  name: 'rdp',
  stream(bytes, start, end, ports) {
    if (bytes[start] !== 3 || (end - start > 1 && bytes[start + 1] !== 0)) return Verdict.no;
    if (end - start < 11) return Verdict.needMore;
    const length = readU16(bytes, start + 2);
    const kind = bytes[start + 5]!;
    if (length < 11 || bytes[start + 4] !== length - 5 || (kind !== 0xe0 && kind !== 0xd0)) return Verdict.no;
    const stop = Math.min(end, start + length);
    const negotiation = stop - 8;
    const isNegotiation =
      negotiation >= start + 11 &&
      bytes[negotiation]! >= 1 &&
      bytes[negotiation]! <= 3 &&
      bytes[negotiation + 2] === 8 &&
      bytes[negotiation + 3] === 0;
    const isRdp =
      isNegotiation || includesText(bytes, start, stop, 'cookie: mstshash=') || ports.receiverPort === 3389 || ports.senderPort === 3389;
    return !isRdp ? Verdict.no : kind === 0xe0 ? Verdict.client : Verdict.server;
  },
};

/** SMB in NetBIOS session framing: 0, length (3), 0xff or 0xfe, `SMB`. */
export const smb: Signature = {
  name: 'smb',
  stream(bytes, start, end) {
    if (bytes[start] !== 0) return Verdict.no;
    if (end - start < 8) return Verdict.needMore;
    return matchAny(bytes, start + 4, end, ['\xffSMB', '\xfeSMB']) === Match.yes ? Verdict.either : Verdict.no;
  },
};

/**
 * SOCKS 4: 4, command 1 or 2, port, address, user, 0. SOCKS 5 (RFC 1928, section 3): 5, a count, that many methods, and then nothing until the server has
 * chosen.
 */
export const socks: Signature = {
  name: 'socks',
  carriesOthers: true,
  stream(bytes, start, end) {
    const length = end - start;
    if (bytes[start] === 5) {
      if (length < 3) return Verdict.needMore;
      const count = bytes[start + 1]!;
      if (count === 0 || length !== 2 + count) return Verdict.no;
      for (let i = start + 2; i < end; i++) if (bytes[i]! > 9 && bytes[i]! < 0x80) return Verdict.no;
      return Verdict.client;
    }
    if (bytes[start] !== 4 || (length > 1 && bytes[start + 1] !== 1 && bytes[start + 1] !== 2)) return Verdict.no;
    if (length < 9) return Verdict.needMore;
    const zero = bytes.indexOf(0, start + 8);
    const isNamed = bytes[start + 4] === 0 && bytes[start + 5] === 0 && bytes[start + 6] === 0;
    return zero >= 0 && zero < end && (isNamed || zero === end - 1) ? Verdict.client : Verdict.no;
  },
};
