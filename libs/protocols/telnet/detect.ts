import { Verdict, type PortHint } from '../sdk/module.ts';

/** IANA: telnet. */
const port = 23;
/** Interpret as command; WILL, WONT, DO and DONT are 251 to 254 (RFC 854). */
const iac = 0xff;
const will = 0xfb;
const dont = 0xfe;
const commandLength = 3;
/** Options from 0 on without a gap in IANA's registry, then those apart. */
const lastOption = 49;
const otherOptions: readonly number[] = [138, 139, 140, 255];

export const mayBegin = (octet: number): boolean => octet === iac;

/** Which options either side will or shall use: two such commands, or one on the port. */
export function detectStream(bytes: Uint8Array, start: number, end: number, ports: PortHint): Verdict {
  const isOnPort = ports.receiverPort === port || ports.senderPort === port;
  const stop = start + (isOnPort ? commandLength : 2 * commandLength);
  for (let at = start; at < end && at < stop; at++) if (!isPart(bytes[at]!, (at - start) % commandLength)) return Verdict.no;
  if (end < stop) return Verdict.needMore;
  if (!isOnPort) return Verdict.either;
  return ports.receiverPort === port ? Verdict.client : Verdict.server;
}

function isPart(octet: number, place: number): boolean {
  if (place === 0) return octet === iac;
  if (place === 1) return octet >= will && octet <= dont;
  return octet <= lastOption || otherOptions.includes(octet);
}
