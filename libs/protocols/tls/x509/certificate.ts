import { flat, hexText } from '@orbweaver/kernel/bytes/text.ts';
import { curves, keyAlgorithmNames, signatureAlgorithmNames } from './algorithms.ts';
import { alternativeNames } from './alternative-names.ts';
import { DerReader, Tag, contextTag, objectIdentifier } from './der.ts';
import { distinguishedName } from './distinguished-name.ts';
import { derTime } from './time.ts';

/** What a record says of a certificate. Absent is what it does not have or what could not be read. */
export interface CertificateFacts {
  /** Upper-case hexadecimal, two digits a byte, without sign byte; `-` before a negative one. */
  serialNumber?: string;
  signatureAlgorithm?: string;
  issuer?: string;
  notBefore?: string;
  notAfter?: string;
  subject?: string;
  keyAlgorithm?: string;
  /** Bits. */
  keySize?: number;
  keyCurve?: string;
  alternativeNames?: string[];
}

/** Serial numbers are at most 20 octets (RFC 5280 §4.1.2.2); some are longer all the same. */
const maximumSerialBytes = 64;
const subjectAlternativeName = '2.5.29.17';

/**
 * Reads an X.509 certificate, `[start, end)` in DER (RFC 5280 §4.1):
 *
 *     Certificate ::= SEQUENCE { tbsCertificate, signatureAlgorithm, signatureValue }
 *     TBSCertificate ::= SEQUENCE { [0] version DEFAULT v1, serialNumber INTEGER, signature, issuer Name, validity SEQUENCE { Time, Time },
 *                                   subject Name, subjectPublicKeyInfo, [1] [2] unique ids OPTIONAL, [3] extensions OPTIONAL }
 *
 * Undefined if it does not begin as one; what follows a broken field is left out.
 */
export function readCertificate(bytes: Uint8Array, start: number, end: number): CertificateFacts | undefined {
  const outer = new DerReader(bytes, start, end);
  if (!outer.expect(Tag.sequence)) return undefined;
  const certificate = outer.inside();
  if (!certificate.expect(Tag.sequence)) return undefined;
  const fields = certificate.inside();
  if (fields.peekTag() === contextTag(0)) fields.next();
  if (!fields.expect(Tag.integer)) return undefined;

  const facts: CertificateFacts = {};
  put(facts, 'serialNumber', serialText(bytes, fields.start, fields.end));
  if (!fields.expect(Tag.sequence)) return facts;
  const signature = algorithmOf(fields.inside());
  if (signature !== undefined) facts.signatureAlgorithm = signatureAlgorithmNames.get(signature) ?? signature;
  if (!fields.expect(Tag.sequence)) return facts;
  put(facts, 'issuer', distinguishedName(bytes, fields.start, fields.end));
  if (!fields.expect(Tag.sequence)) return facts;
  readValidity(facts, fields.inside());
  if (!fields.expect(Tag.sequence)) return facts;
  put(facts, 'subject', distinguishedName(bytes, fields.start, fields.end));
  if (!fields.expect(Tag.sequence)) return facts;
  readPublicKey(facts, fields.inside());
  while (fields.next()) if (fields.tag === contextTag(3)) readExtensions(facts, fields.inside());
  return facts;
}

/** Leaves a text that is missing or empty out. It is written out with each handshake that shows the certificate. */
function put(
  facts: CertificateFacts,
  name: 'serialNumber' | 'issuer' | 'subject' | 'notBefore' | 'notAfter',
  value: string | undefined,
): void {
  if (value !== undefined && value !== '') facts[name] = flat(value);
}

function serialText(bytes: Uint8Array, start: number, end: number): string | undefined {
  if (start >= end || end - start > maximumSerialBytes) return undefined;
  if (bytes[start]! < 0x80) {
    let first = start;
    while (first < end - 1 && bytes[first] === 0) first++;
    return hexText(bytes, first, end).toUpperCase();
  }
  // Two's complement: the magnitude is the complement and one.
  const magnitude = Uint8Array.from(bytes.subarray(start, end)).map((byte) => ~byte);
  for (let at = magnitude.length - 1; at >= 0; at--) {
    magnitude[at]!++;
    if (magnitude[at] !== 0) break;
  }
  let first = 0;
  while (first < magnitude.length - 1 && magnitude[first] === 0) first++;
  return `-${hexText(magnitude, first, magnitude.length).toUpperCase()}`;
}

function readValidity(facts: CertificateFacts, validity: DerReader): void {
  if (validity.next()) put(facts, 'notBefore', derTime(validity.bytes, validity.tag, validity.start, validity.end));
  if (validity.next()) put(facts, 'notAfter', derTime(validity.bytes, validity.tag, validity.start, validity.end));
}

/** `AlgorithmIdentifier ::= SEQUENCE { algorithm OBJECT IDENTIFIER, parameters ANY OPTIONAL }`: leaves the reader before the parameters. */
function algorithmOf(identifier: DerReader): string | undefined {
  return identifier.expect(Tag.objectIdentifier) ? objectIdentifier(identifier.bytes, identifier.start, identifier.end) : undefined;
}

/** `SubjectPublicKeyInfo ::= SEQUENCE { algorithm AlgorithmIdentifier, subjectPublicKey BIT STRING }`. */
function readPublicKey(facts: CertificateFacts, info: DerReader): void {
  if (!info.expect(Tag.sequence)) return;
  const identifier = info.inside();
  const algorithm = algorithmOf(identifier);
  if (algorithm === undefined) return;
  const name = keyAlgorithmNames.get(algorithm) ?? algorithm;
  facts.keyAlgorithm = name;
  if (name === 'EC') {
    if (!identifier.expect(Tag.objectIdentifier)) return;
    const curve = objectIdentifier(identifier.bytes, identifier.start, identifier.end);
    if (curve === undefined) return;
    facts.keyCurve = curves.get(curve)?.name ?? curve;
    const bits = curves.get(curve)?.bits;
    if (bits !== undefined) facts.keySize = bits;
  } else if (name === 'RSA' || name === 'RSA-PSS') {
    if (info.expect(Tag.bitString)) readModulusSize(facts, new DerReader(info.bytes, info.start + 1, info.end));
  } else if (name === 'DSA') {
    if (identifier.expect(Tag.sequence)) readFirstIntegerSize(facts, identifier.inside());
  }
}

/** `RSAPublicKey ::= SEQUENCE { modulus INTEGER, publicExponent INTEGER }` (RFC 8017 A.1.1). */
function readModulusSize(facts: CertificateFacts, key: DerReader): void {
  if (key.expect(Tag.sequence)) readFirstIntegerSize(facts, key.inside());
}

function readFirstIntegerSize(facts: CertificateFacts, numbers: DerReader): void {
  if (!numbers.expect(Tag.integer)) return;
  let at = numbers.start;
  while (at < numbers.end && numbers.bytes[at] === 0) at++;
  if (at < numbers.end) facts.keySize = (numbers.end - at) * 8 - (Math.clz32(numbers.bytes[at]!) - 24);
}

/** `Extension ::= SEQUENCE { extnID OBJECT IDENTIFIER, critical BOOLEAN DEFAULT FALSE, extnValue OCTET STRING }`. */
function readExtensions(facts: CertificateFacts, wrapper: DerReader): void {
  if (!wrapper.expect(Tag.sequence)) return;
  const extensions = wrapper.inside();
  while (extensions.next()) {
    if (extensions.tag !== Tag.sequence) return;
    const extension = extensions.inside();
    if (algorithmOf(extension) !== subjectAlternativeName) continue;
    if (extension.peekTag() === Tag.boolean) extension.next();
    if (!extension.expect(Tag.octetString)) continue;
    const names = alternativeNames(extension.bytes, extension.start, extension.end);
    if (names.length > 0) facts.alternativeNames = names.map(flat);
  }
}
