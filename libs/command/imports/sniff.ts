import { CaptureParser } from '@orbweaver/packet/pcap/capture-parser.ts';
import { decompress } from '@orbweaver/packet/pcap/decompress.ts';
import { readCapture } from '@orbweaver/packet/pcap/read-capture.ts';

/** Bytes of a file that tell whether it is a capture. */
export const headLength = 64 * 1024;

/** Why a file that begins like this is no capture; undefined if it is one. That the head ends in the middle of something is no fault. */
export async function whyNotACapture(head: Uint8Array): Promise<string | undefined> {
  let decoded = 0;
  let frames = 0;
  async function* chunks() {
    for await (const chunk of decompress(once(head))) {
      decoded += chunk.length;
      yield chunk;
      // A head of 64 KiB may grow to gigabytes.
      if (frames > 0) return;
    }
  }
  const error = await readCapture(chunks(), () => frames++, undefined, new CaptureParser());
  if (error === undefined || frames > 0 || error.kind === 'truncated') return undefined;
  if (error.kind === 'bad_compression' && decoded > 0) return undefined;
  return error.message;
}

async function* once(chunk: Uint8Array): AsyncGenerator<Uint8Array> {
  if (chunk.length > 0) yield chunk;
}
