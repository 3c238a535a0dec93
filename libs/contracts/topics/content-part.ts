/** Header of a message on `dissect.contents.v1`; its value is one part of the stored bytes of one piece of content. */
export const contentHeader = 'orbweaver-content';

/** What the header holds. */
export interface ContentPart {
  /** As the record names it. */
  readonly id: string;
  /** From 0, of `parts`. */
  readonly part: number;
  readonly parts: number;
  readonly codec: 'plain' | 'zstd';
  /** Bytes of the whole, before compression. */
  readonly bytes: number;
}

export const formatContentPart = (part: ContentPart): string => JSON.stringify(part);

/** Undefined for a text that nobody of ours wrote. */
export function parseContentPart(text: string): ContentPart | undefined {
  try {
    const { id, part, parts, codec, bytes } = JSON.parse(text) as Partial<ContentPart>;
    const numbers = [part, parts, bytes].every((number) => Number.isSafeInteger(number) && number! >= 0);
    if (typeof id !== 'string' || !numbers || part! >= parts! || (codec !== 'plain' && codec !== 'zstd')) return undefined;
    return { id, part: part!, parts: parts!, codec, bytes: bytes! };
  } catch {
    return undefined;
  }
}
