import { Match, matchText } from '../sdk/detect-text.ts';
import { Verdict } from '../sdk/module.ts';

/** A CONNECT packet: type 1, remaining length, protocol name (MQTT 3.1.1 and 5.0, section 3.1). */
export function detectStream(bytes: Uint8Array, start: number, end: number): Verdict {
  if (bytes[start] !== 0x10) return Verdict.no;
  let at = start + 1;
  // The remaining length is 1 to 4 bytes, the top bit saying that one more follows.
  for (let i = 0; ; i++) {
    if (at >= end) return Verdict.needMore;
    if ((bytes[at++]! & 0x80) === 0) break;
    if (i === 3) return Verdict.no;
  }
  const name = Math.max(matchText(bytes, at, end, '\0\x04MQTT'), matchText(bytes, at, end, '\0\x06MQIsdp'));
  if (name === Match.yes) return Verdict.client;
  return name === Match.partly ? Verdict.needMore : Verdict.no;
}
