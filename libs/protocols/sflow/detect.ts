import { readU32 } from '@orbweaver/kernel/bytes/cursor.ts';
import { Verdict } from '../sdk/module.ts';

const version = 5;
/** Length of the agent's address, in bytes, by its type: IPv4, IPv6. */
const addressLengths: readonly number[] = [0, 4, 16];
/** Sub-agent, sequence number, uptime, number of samples. */
const counters = 16;
const sampleHeader = 8;

export const mayBegin = (octet: number): boolean => octet === 0;

/** Version, 5; type and address of the agent; four counters; then as many samples as said, each with format, 4, and length, 4 (sFlow version 5, section 5). An agent sends, nobody answers. */
export function detectDatagram(bytes: Uint8Array, start: number, end: number): Verdict {
  if (end - start < 8 || readU32(bytes, start) !== version) return Verdict.no;
  const addressLength = addressLengths[readU32(bytes, start + 4)] ?? 0;
  let at = start + 8 + addressLength + counters;
  if (addressLength === 0 || at > end) return Verdict.no;
  const samples = readU32(bytes, at - 4);
  let found = 0;
  for (; at + sampleHeader <= end; found++) at += sampleHeader + readU32(bytes, at + 4);
  return at === end && found === samples ? Verdict.client : Verdict.no;
}
