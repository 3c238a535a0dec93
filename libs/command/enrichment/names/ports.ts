import type { Packet } from '@orbweaver/packet/layers/packet.ts';

/**
 * DNS, multicast DNS, LLMNR. Names are taken from answers on these ports only: whoever parts a capture can tell by them which packets every part has to see.
 */
export function isNamePort(port: unknown): boolean {
  return port === 53 || port === 5353 || port === 5355;
}

/** A packet that may belong to an answer. */
export function mayName({ hasPorts, sourcePort, destinationPort }: Packet): boolean {
  return hasPorts && (isNamePort(sourcePort) || isNamePort(destinationPort));
}
