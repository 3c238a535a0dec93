export const utf8 = new TextDecoder();

/** Shared by all connections, for no text leaves anything behind in one. */
const decoders = new Map<string, TextDecoder>();

/** What reads an encoding by its label in the Encoding Standard; UTF-8 where there is none, in which ASCII is right. */
export function decoderOf(label: string | undefined): TextDecoder {
  if (label === undefined) return utf8;
  const decoder = decoders.get(label) ?? new TextDecoder(label);
  decoders.set(label, decoder);
  return decoder;
}
