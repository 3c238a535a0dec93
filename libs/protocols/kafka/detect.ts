import { readU16, readU32 } from '@orbweaver/kernel/bytes/cursor.ts';
import { isPrintable } from '../sdk/detect-text.ts';
import { Verdict, type PortHint } from '../sdk/module.ts';

/** Largest request that a broker takes by default. */
const requestLimit = 100 * 1024 * 1024;
const headerLength = 14;
/** What brokers listen on unless told otherwise. */
const port = 9092;
/** The length of a string that is null. */
const nullLength = 0xffff;

/**
 * A request header: size, 4; api key, 2; api version, 2; correlation id, 4; client id as a string with a 16-bit length (Kafka protocol, request header v1). A response
 * alone tells nothing.
 */
export function detectStream(bytes: Uint8Array, start: number, end: number, ports: PortHint): Verdict {
  if (bytes[start]! > requestLimit >>> 24) return Verdict.no;
  if (end - start < headerLength) return Verdict.needMore;
  const size = readU32(bytes, start);
  const named = readU16(bytes, start + 12);
  const clientLength = named === nullLength ? 0 : named;
  if (size < headerLength - 4 + clientLength || size > requestLimit) return Verdict.no;
  if (readU16(bytes, start + 4) > 100 || readU16(bytes, start + 6) > 20) return Verdict.no;
  if (clientLength === 0) return ports.receiverPort === port ? Verdict.client : Verdict.no;
  if (clientLength > 255) return Verdict.no;
  const clientEnd = start + headerLength + clientLength;
  if (clientEnd > end) return Verdict.needMore;
  return isPrintable(bytes, start + headerLength, clientEnd) ? Verdict.client : Verdict.no;
}
