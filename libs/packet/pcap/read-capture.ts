import { CaptureParser } from './capture-parser.ts';
import type { FrameSink } from './frame.ts';
import { CaptureError } from './read-error.ts';

/** Called after each chunk; a promise holds the reading back until it is fulfilled. */
export type AfterChunk = () => Promise<void> | undefined;

/**
 * Reads a capture to its end, or as far as it can be read. Returns what stopped it early; everything in front of that has been handed to `sink`.
 * What `sink` or `afterChunk` throws goes through.
 */
export async function readCapture(
  chunks: AsyncIterable<Uint8Array>,
  sink: FrameSink,
  afterChunk?: AfterChunk,
  parser = new CaptureParser(),
): Promise<CaptureError | undefined> {
  try {
    for await (const chunk of chunks) {
      if (!parser.feed(chunk, sink)) break;
      const pause = afterChunk?.();
      if (pause !== undefined) await pause;
    }
  } catch (error) {
    if (error instanceof CaptureError) return error;
    throw error;
  }
  return parser.finish();
}
