import { readU32le } from '@orbweaver/kernel/bytes/cursor.ts';
import { Verdict, type PortHint } from '../sdk/module.ts';

/** IANA: EtherNet-IP-2. */
const port = 44_818;
const headerLength = 24;
/** NOP, ListServices, ListIdentity, ListInterfaces, RegisterSession, UnRegisterSession, SendRRData, SendUnitData, IndicateStatus, Cancel. */
const commands: readonly number[] = [0x00, 0x04, 0x63, 0x64, 0x65, 0x66, 0x6f, 0x70, 0x72, 0x73];
const lastStatus = 0x6a;

export const mayBegin = (octet: number): boolean => commands.includes(octet);

/**
 * The encapsulation header of EtherNet/IP (CIP Networks Library, volume 2, section 2-3.1): command, 2; length, 2; session, 4; status, 4; context, 8; options, 4, always 0; all low
 * octet first. Too little to go by without the port.
 */
export function detectStream(bytes: Uint8Array, start: number, end: number, ports: PortHint): Verdict {
  if (ports.receiverPort !== port && ports.senderPort !== port) return Verdict.no;
  if (!mayBegin(bytes[start]!) || (end - start > 1 && bytes[start + 1] !== 0)) return Verdict.no;
  if (end - start < headerLength) return Verdict.needMore;
  if (readU32le(bytes, start + 8) > lastStatus || readU32le(bytes, start + 20) !== 0) return Verdict.no;
  return ports.receiverPort === port ? Verdict.client : Verdict.server;
}

/** Clients look for devices by broadcast, so that the answer is a conversation of its own, which the device opens. */
export function detectDatagram(bytes: Uint8Array, start: number, end: number, ports: PortHint): Verdict {
  const length = bytes[start + 2]! | (bytes[start + 3]! << 8);
  const isWhole = end - start >= headerLength && headerLength + length === end - start;
  return isWhole && detectStream(bytes, start, end, ports) !== Verdict.no ? Verdict.either : Verdict.no;
}
