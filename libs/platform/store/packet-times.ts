/** Dates that are times of packets: nanoseconds that fit 64 bits, on every record. Other dates (certificates, mail) may lie in any year. */
export const packetTimes: ReadonlySet<string> = new Set(['@timestamp', 'event.start', 'event.end']);

/** Nanoseconds since 1970 between 1677 and 2262. */
export function fits64Bits(value: bigint): boolean {
  return BigInt.asIntN(64, value) === value;
}
