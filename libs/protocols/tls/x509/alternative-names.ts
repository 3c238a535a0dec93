import { hexWord } from '../names/wire-text.ts';
import { DerReader, Tag } from './der.ts';
import { distinguishedName } from './distinguished-name.ts';
import { wideString } from './strings.ts';

/** Names of one certificate that are read. Certificates of content networks carry a few hundred. */
export const maximumAlternativeNames = 1000;

/** Context tags of GeneralName (RFC 5280 §4.2.1.6). */
const GeneralName = { email: 0x81, dns: 0x82, directory: 0xa4, uri: 0x86, ip: 0x87 } as const;

/**
 * The names of a subjectAltName extension, `[start, end)` being the inside of its OCTET STRING, in order: host names, mail addresses,
 * URIs and addresses as text, directory names as RFC 4514 writes them. Other kinds (user principal names, registered ids) are left out.
 */
export function alternativeNames(bytes: Uint8Array, start: number, end: number): string[] {
  const names: string[] = [];
  const outer = new DerReader(bytes, start, end);
  if (!outer.expect(Tag.sequence)) return names;
  const elements = outer.inside();
  while (names.length < maximumAlternativeNames && elements.next()) {
    const name = generalName(elements);
    if (name !== undefined && name !== '') names.push(name);
  }
  return names;
}

function generalName(element: DerReader): string | undefined {
  const { bytes, start, end } = element;
  switch (element.tag) {
    case GeneralName.email:
    case GeneralName.dns:
    case GeneralName.uri:
      return wideString(bytes, start, end, 1);
    case GeneralName.ip:
      return addressText(bytes, start, end);
    case GeneralName.directory: {
      const inner = element.inside();
      return inner.expect(Tag.sequence) ? distinguishedName(bytes, inner.start, inner.end) : undefined;
    }
    default:
      return undefined;
  }
}

function addressText(bytes: Uint8Array, start: number, end: number): string | undefined {
  if (end - start === 4) return bytes.subarray(start, end).join('.');
  if (end - start !== 16) return undefined;
  const groups: string[] = [];
  for (let at = start; at < end; at += 2) groups.push(hexWord((bytes[at]! << 8) | bytes[at + 1]!).replace(/^0+(?=.)/, ''));
  return compress(groups);
}

/** RFC 5952 §4.2: the longest run of two or more zero groups, the first of equals, becomes `::`. */
function compress(groups: readonly string[]): string {
  let bestStart = -1;
  let bestLength = 1;
  for (let i = 0; i < groups.length; i++) {
    let length = 0;
    while (groups[i + length] === '0') length++;
    if (length > bestLength) {
      bestStart = i;
      bestLength = length;
    }
    if (length > 0) i += length - 1;
  }
  if (bestStart < 0) return groups.join(':');
  return `${groups.slice(0, bestStart).join(':')}::${groups.slice(bestStart + bestLength).join(':')}`;
}
