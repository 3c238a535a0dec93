import { Verdict } from '../sdk/module.ts';

const form = 'RFB ddd.ddd\n';

/** `RFB 003.008` and a line feed, which the server says first and the client answers in kind (RFC 6143, section 7.1.1). */
export function detectStream(bytes: Uint8Array, start: number, end: number): Verdict {
  const length = Math.min(form.length, end - start);
  for (let i = 0; i < length; i++) {
    const byte = bytes[start + i]!;
    const isRight = form[i] === 'd' ? byte >= 0x30 && byte <= 0x39 : byte === form.charCodeAt(i);
    if (!isRight) return Verdict.no;
  }
  return length === form.length ? Verdict.either : Verdict.needMore;
}
