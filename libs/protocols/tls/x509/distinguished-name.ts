import { hexText } from '@orbweaver/kernel/bytes/text.ts';
import { DerReader, Tag, objectIdentifier } from './der.ts';
import { derString } from './strings.ts';

/** Short names of attribute types: RFC 4514 §3, and the ones that OpenSSL and everyone after it prints. */
const attributeNames: ReadonlyMap<string, string> = new Map([
  ['2.5.4.3', 'CN'],
  ['2.5.4.4', 'SN'],
  ['2.5.4.5', 'serialNumber'],
  ['2.5.4.6', 'C'],
  ['2.5.4.7', 'L'],
  ['2.5.4.8', 'ST'],
  ['2.5.4.9', 'STREET'],
  ['2.5.4.10', 'O'],
  ['2.5.4.11', 'OU'],
  ['2.5.4.12', 'title'],
  ['2.5.4.13', 'description'],
  ['2.5.4.15', 'businessCategory'],
  ['2.5.4.17', 'postalCode'],
  ['2.5.4.18', 'postOfficeBox'],
  ['2.5.4.20', 'telephoneNumber'],
  ['2.5.4.41', 'name'],
  ['2.5.4.42', 'GN'],
  ['2.5.4.43', 'initials'],
  ['2.5.4.44', 'generationQualifier'],
  ['2.5.4.45', 'x500UniqueIdentifier'],
  ['2.5.4.46', 'dnQualifier'],
  ['2.5.4.65', 'pseudonym'],
  ['2.5.4.97', 'organizationIdentifier'],
  ['0.9.2342.19200300.100.1.1', 'UID'],
  ['0.9.2342.19200300.100.1.25', 'DC'],
  ['1.2.840.113549.1.9.1', 'emailAddress'],
  ['1.2.840.113549.1.9.2', 'unstructuredName'],
  ['1.2.840.113549.1.9.8', 'unstructuredAddress'],
  ['1.3.6.1.4.1.311.60.2.1.1', 'jurisdictionL'],
  ['1.3.6.1.4.1.311.60.2.1.2', 'jurisdictionST'],
  ['1.3.6.1.4.1.311.60.2.1.3', 'jurisdictionC'],
]);

/** Attributes of one name that are read: real names have fewer than 20. */
const maximumAttributes = 64;

/**
 * A Name, `[start, end)` being the contents of its SEQUENCE, as RFC 4514 writes it: the last relative name first, `CN=a,O=b\, c,C=DE`.
 * Empty for an empty name; undefined if it is not well formed.
 */
export function distinguishedName(bytes: Uint8Array, start: number, end: number): string | undefined {
  const sets = new DerReader(bytes, start, end);
  let text = '';
  let count = 0;
  while (sets.next()) {
    if (sets.tag !== Tag.set) return undefined;
    let relative = '';
    const attributes = sets.inside();
    while (attributes.next()) {
      const attribute = attributeText(attributes);
      if (attribute === undefined || ++count > maximumAttributes) return undefined;
      relative += relative === '' ? attribute : `+${attribute}`;
    }
    if (attributes.failed) return undefined;
    text = text === '' ? relative : `${relative},${text}`;
  }
  return sets.failed ? undefined : text;
}

/** `AttributeTypeAndValue ::= SEQUENCE { type OBJECT IDENTIFIER, value ANY }` (RFC 5280 §4.1.2.4). */
function attributeText(attributes: DerReader): string | undefined {
  if (attributes.tag !== Tag.sequence) return undefined;
  const parts = attributes.inside();
  if (!parts.expect(Tag.objectIdentifier)) return undefined;
  const type = objectIdentifier(parts.bytes, parts.start, parts.end);
  if (type === undefined || !parts.next()) return undefined;
  const name = attributeNames.get(type);
  const value = name === undefined ? undefined : derString(parts.bytes, parts.tag, parts.start, parts.end);
  if (value !== undefined) return `${name}=${escapeValue(value)}`;
  // RFC 4514 §2.4: a type without a name, or a value without a text, is the hexadecimal form of the value's encoding.
  return `${name ?? type}=#${hexText(parts.bytes, parts.at, Math.min(parts.end, parts.at + 256))}`;
}

/** RFC 4514 §2.4: a leading space or `#`, a trailing space, and `"+,;<>\` are escaped; control characters as hexadecimal pairs. */
function escapeValue(value: string): string {
  let text = '';
  for (let i = 0; i < value.length; i++) {
    const code = value.charCodeAt(i);
    const character = value[i]!;
    const edge = (i === 0 && (character === ' ' || character === '#')) || (i === value.length - 1 && character === ' ');
    if (code < 0x20 || code === 0x7f) text += `\\${code.toString(16).padStart(2, '0')}`;
    else text += edge || '"+,;<>\\'.includes(character) ? `\\${character}` : character;
  }
  return text;
}
