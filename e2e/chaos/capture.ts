import { join } from 'node:path';
import { makeMixedCapture } from '@orbweaver/tooling/bench/mixed-capture.ts';

const sample = join(import.meta.dirname, '../../libs/testing/captures/sample/shop.pcapng.gz');
/** Microseconds that the packets of a capture span: flows have time to end by being idle. */
const span = 600e6;
/** Bytes of a packet of the sample, on average. */
const packetBytes = 660;

/** A capture of many conversations side by side. Returns its path. */
export function chaosCapture(folder: string, bytes: number): Promise<string> {
  return makeMixedCapture(sample, join(folder, 'chaos.pcap'), bytes, Math.ceil(span / (bytes / packetBytes)));
}
