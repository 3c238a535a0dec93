const bytesPerLine = 16;

/** The bytes `[from, to)` as offset, hex and printable ASCII, sixteen a line. */
export function hexDump(bytes: Uint8Array, from: number, to: number): string {
  const lines: string[] = [];
  const end = Math.min(to, bytes.length);
  for (let at = from; at < end; at += bytesPerLine) lines.push(hexLine(bytes, at, Math.min(at + bytesPerLine, end)));
  return lines.join('\n');
}

function hexLine(bytes: Uint8Array, from: number, to: number): string {
  let hex = '';
  let ascii = '';
  for (let at = from; at < to; at++) {
    const byte = bytes[at]!;
    hex += (at - from === 8 ? '  ' : ' ') + byte.toString(16).padStart(2, '0');
    ascii += byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.';
  }
  return `${from.toString(16).padStart(8, '0')} ${hex.padEnd(bytesPerLine * 3 + 1)}  ${ascii}`;
}
