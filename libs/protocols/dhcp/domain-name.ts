/** Labels of a name without compression (RFC 1035, section 3.1), in lower case without the final dot; undefined if it is malformed or empty. */
export function readDomainName(bytes: Uint8Array, start: number, end: number): string | undefined {
  const labels: string[] = [];
  for (let at = start; at < end;) {
    const length = bytes[at++]!;
    if (length === 0) break;
    if (length > 63 || at + length > end) return undefined;
    labels.push(
      Buffer.from(bytes.subarray(at, at + length))
        .toString('latin1')
        .toLowerCase(),
    );
    at += length;
  }
  return labels.length === 0 ? undefined : labels.join('.');
}
