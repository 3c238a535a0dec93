import { readU16 } from '@orbweaver/kernel/bytes/cursor.ts';
import { containsText } from '../sdk/detect-text.ts';
import { Verdict, type PortHint } from '../sdk/module.ts';

/** IANA: ms-wbt-server. */
const port = 3389;
const headerLength = 11;
const connectionRequest = 0xe0;
const connectionConfirm = 0xd0;
/** RDP_NEG_REQ, RDP_NEG_RSP, RDP_NEG_FAILURE: eight bytes at the end ([MS-RDPBCGR], sections 2.2.1.1.1 and 2.2.1.2.1). */
const negotiationLength = 8;

/**
 * A TPKT header (version 3, 0, length; RFC 1006), then an X.224 connection request or confirm. Others use these as well (ISO-TSAP on port 102), so that a cookie, a negotiation or
 * the port must stand for RDP.
 */
export function detectStream(bytes: Uint8Array, start: number, end: number, ports: PortHint): Verdict {
  if (bytes[start] !== 3) return Verdict.no;
  if (end - start < 6) return Verdict.needMore;
  const length = readU16(bytes, start + 2);
  const kind = bytes[start + 5]! & 0xf0;
  const isConnection = kind === connectionRequest || kind === connectionConfirm;
  if (bytes[start + 1] !== 0 || length < headerLength || length > 512 || bytes[start + 4] !== length - 5 || !isConnection)
    return Verdict.no;
  if (end - start < length) return Verdict.needMore;
  const stop = start + length;
  const isRdp =
    ports.senderPort === port ||
    ports.receiverPort === port ||
    containsText(bytes, start + headerLength, stop, 'COOKIE: ') ||
    (length === headerLength + negotiationLength &&
      bytes[stop - 8]! <= 3 &&
      bytes[stop - 6] === negotiationLength &&
      bytes[stop - 5] === 0);
  if (!isRdp) return Verdict.no;
  return kind === connectionRequest ? Verdict.client : Verdict.server;
}
