import { join } from 'node:path';
import { makeMixedCapture } from '@orbweaver/tooling/bench/mixed-capture.ts';

const sample = join(import.meta.dirname, '../../libs/testing/captures/sample/shop.pcapng.gz');
/** Seconds that the packets of a capture span: flows have time to end by being idle. */
const span = 600;
/** Bytes of a packet of the sample, on average. */
const packetBytes = 660;
/** Seconds since 1970. */
const firstSecond = 1_700_000_000;

/**
 * The `n`th capture of many conversations side by side, behind the ones before it in time: no two have a record in common, so that what is lost of one is not made good by another.
 * Returns its path.
 */
export function chaosCapture(folder: string, n: number, bytes: number): Promise<string> {
  const step = Math.ceil((span * 1e6) / (bytes / packetBytes));
  return makeMixedCapture(sample, join(folder, `chaos-${n}.pcap`), bytes, step, firstSecond + n * 2 * span);
}
