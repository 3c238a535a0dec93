import { plainName, type IsSecretName } from './redact-url.ts';
import { findHeaderLines, findJsonMembers, findPairs, findParts, findSignIns, type RuleOfHeader } from './secret-passages.ts';

/** What to look for in kept bytes. */
export interface ContentRules {
  /** Form fields, JSON members and parameters that hold a secret. */
  readonly isSecretName: IsSecretName;
  readonly ruleOfHeader: RuleOfHeader;
}

/** In this order: what one leaves is what the next looks through. */
const searches = [findParts, findJsonMembers, findPairs, findSignIns, findHeaderLines];

/** Bytes at the beginning that tell text from anything else. */
const probeLength = 1024;

/**
 * Takes secrets out of a body or payload that is kept: form fields, parts of a form, JSON members and parameters by their names, header lines by theirs, sign-ins of mail. Compressed or binary
 * content is left as it is. Returns the same array where nothing was found, and how many secrets there were.
 */
export function redactContent(bytes: Uint8Array, { isSecretName, ruleOfHeader }: ContentRules): { bytes: Uint8Array; found: number } {
  if (!isText(bytes)) return { bytes, found: 0 };
  let text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
  let found = 0;
  const isSecret = (name: string): boolean => isSecretName(plainName(name));
  for (const find of searches) {
    let clean = '';
    let at = 0;
    find(text, { isSecret, ruleOfHeader }, (start, end, by) => {
      clean += text.slice(at, start) + by;
      at = end;
      found++;
    });
    if (at > 0) text = clean + text.slice(at);
  }
  return found === 0 ? { bytes, found } : { bytes: Buffer.from(text, 'latin1'), found };
}

/** No zero and few other control characters at the beginning. */
function isText(bytes: Uint8Array): boolean {
  const end = Math.min(bytes.length, probeLength);
  for (let i = 0; i < end; i++) {
    const byte = bytes[i]!;
    if (byte < 0x09 || (byte > 0x0d && byte < 0x20 && byte !== 0x1b)) return false;
  }
  return true;
}
