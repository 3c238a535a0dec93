import { readU16 } from '@orbweaver/kernel/bytes/cursor.ts';
import { Verdict, type PortHint } from '../sdk/module.ts';

/** IANA: mbap. */
const port = 502;

/**
 * The MBAP header: transaction, 2; protocol, 2, always 0; length, 2; unit, 1; then the function code (MODBUS Messaging on TCP/IP, section 3.1.3). Too little
 * to go by without the port.
 */
export function detectStream(bytes: Uint8Array, start: number, end: number, ports: PortHint): Verdict {
  if (ports.receiverPort !== port && ports.senderPort !== port) return Verdict.no;
  if (end - start < 8) return Verdict.needMore;
  const length = readU16(bytes, start + 4);
  const isHeader = readU16(bytes, start + 2) === 0 && length >= 2 && length <= 254 && (bytes[start + 7]! & 0x7f) !== 0;
  if (!isHeader) return Verdict.no;
  return ports.receiverPort === port ? Verdict.client : Verdict.server;
}
