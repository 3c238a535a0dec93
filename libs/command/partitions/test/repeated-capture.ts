import { fileURLToPath } from 'node:url';
import { openCapture } from '@orbweaver/packet/pcap/source.ts';
import { readCapture } from '@orbweaver/packet/pcap/read-capture.ts';
import { writePcap } from '@orbweaver/packet/pcap/write/pcap-writer.ts';

const sample = fileURLToPath(new URL('../../../testing/captures/sample/shop.pcapng.gz', import.meta.url));

/** The sample so many times, a day apart, from so many days after itself on: captures of different days have no record in common. */
export async function repeatedSample(times: number, day = 0): Promise<Uint8Array> {
  const frames: { bytes: Uint8Array; seconds: number; nanos: number; originalLength: number }[] = [];
  await readCapture(openCapture(sample), ({ bytes, start, end, seconds, nanos, originalLength }) => {
    frames.push({ bytes: bytes.slice(start, end), seconds, nanos, originalLength });
  });
  const all = Array.from({ length: times }, (_, i) => frames.map((frame) => ({ ...frame, seconds: frame.seconds + (day + i) * 86_400 })));
  return writePcap(all.flat(), { linkType: 1, nanoseconds: true });
}
