import { closeSync, existsSync, openSync, readSync, writeSync } from 'node:fs';

const fileHeader = 24;
const recordHeader = 16;

/**
 * Writes the first packets of a little-endian pcap file, at most `limit` bytes, whole packets only. Returns the path of the cut.
 */
export function cutCapture(from: string, to: string, limit: number): string {
  if (existsSync(to)) return to;
  const input = openSync(from, 'r');
  const bytes = Buffer.allocUnsafe(limit);
  const read = readSync(input, bytes, 0, limit, 0);
  closeSync(input);
  let end = fileHeader;
  for (let next = end; next + recordHeader <= read; end = next) {
    next = end + recordHeader + bytes.readUInt32LE(end + 8);
    if (next > read) break;
  }
  const output = openSync(to, 'w');
  writeSync(output, bytes, 0, end);
  closeSync(output);
  return to;
}
