import type { ContentPart } from '@orbweaver/contracts/topics/content-part.ts';
import type { ContentKind, ContentSink, ContentWriter, KeptContent } from '@orbweaver/protocols/sdk/content.ts';
import { newContentCounters, type ContentCounters } from './content-counters.ts';
import { captureSegment, hourSegment } from './content-id.ts';
import { boundOf, type ContentPolicy } from './content-policy.ts';
import { formatHashedId, hashOfContent } from './hashed-content-id.ts';
import { KeptBuffer, type OpenBytes } from './kept-buffer.ts';
import { prepareEntry } from './pack-writer.ts';
import { Codec } from './pack-format.ts';

/** Bytes of one part: a message and a document each. */
export const contentPartBytes = 2 ** 20;
/** Ids of a session that are known to have been sent: what many records share goes once. */
const knownLimit = 4096;
const hourSeconds = 3600;

export interface SentContentOptions {
  readonly policy: ContentPolicy;
  /** Takes out what must not be stored; gives the very same array where there is nothing. */
  readonly redact: (bytes: Uint8Array) => Uint8Array;
}

/** What keeps content of one session: where it goes, and when its packets were. */
export interface SentContentOf {
  /** Undefined for live traffic. */
  readonly capture: string | undefined;
  /** Seconds since 1970, of the packet at hand. */
  readonly time: () => number;
  /** Must not lose it: the records that name it come later, by the same way. */
  readonly send: (part: ContentPart, value: Uint8Array) => void;
}

/** Keeps content by sending it on in parts: the adapter of the ContentSink port where others store it. All sessions of a process share its bounds and counters. */
export class SentContents {
  readonly counters: ContentCounters = newContentCounters();
  readonly #options: SentContentOptions;
  readonly #open: OpenBytes = { held: 0 };

  constructor(options: SentContentOptions) {
    this.#options = options;
  }

  of({ capture, time, send }: SentContentOf): ContentSink {
    const { policy, redact } = this.#options;
    const known = new Set<string>();
    const keep = (whole: Uint8Array): KeptContent => {
      const bytes = redact(whole);
      const hour = Math.max(0, Math.floor(time() / hourSeconds));
      const segment = capture === undefined ? hourSegment(new Date(hour * hourSeconds * 1000)) : captureSegment(capture);
      const id = formatHashedId({ segment, hour, hash: hashOfContent(bytes) });
      if (!known.has(id)) {
        if (known.size === knownLimit) known.clear();
        known.add(id);
        sendInParts(id, bytes, send);
      }
      this.counters.kept++;
      this.counters.keptBytes += bytes.length;
      return { id, bytes: bytes.length };
    };
    return {
      open: (kind: ContentKind): ContentWriter | undefined => {
        const bound = boundOf(policy, kind);
        return bound === 0 ? undefined : new KeptBuffer(bound, this.#open, this.counters, keep);
      },
    };
  }
}

function sendInParts(id: string, bytes: Uint8Array, send: SentContentOf['send']): void {
  const { stored, codec } = packed(bytes);
  const parts = Math.max(1, Math.ceil(stored.length / contentPartBytes));
  for (let part = 0; part < parts; part++)
    send({ id, part, parts, codec, bytes: bytes.length }, stored.subarray(part * contentPartBytes, (part + 1) * contentPartBytes));
}

function packed(bytes: Uint8Array): { stored: Uint8Array; codec: ContentPart['codec'] } {
  const { stored, codec } = prepareEntry(bytes);
  return { stored, codec: codec === Codec.zstd ? 'zstd' : 'plain' };
}
