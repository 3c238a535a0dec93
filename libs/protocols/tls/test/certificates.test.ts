import { X509Certificate, createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { Authority, type Wish } from '../fixtures/authority.ts';
import { CertificateCache } from '../x509/certificate-cache.ts';
import { readCertificate } from '../x509/certificate.ts';
import { DerReader, Tag, objectIdentifier } from '../x509/der.ts';
import { distinguishedName } from '../x509/distinguished-name.ts';
import { derTime } from '../x509/time.ts';

const folder = mkdtempSync(join(tmpdir(), 'tls-certificates-'));
afterAll(() => rmSync(folder, { recursive: true }));
const authority = new Authority(folder);

const elliptic = (curve: string): string[] => ['-algorithm', 'EC', '-pkeyopt', `ec_paramgen_curve:${curve}`];
const wishes: Wish[] = [
  { name: 'plain', subject: '/CN=plain.example', key: elliptic('P-256') },
  {
    name: 'names',
    subject: '/C=DE/ST=Baden/L=Ulm/O=A, B + "C" <D>;E/OU=#1/CN= spaced ',
    names: 'DNS:a.example,DNS:*.b.example,IP:192.0.2.1,IP:2001:db8:0:0:1:0:0:1,IP:::,email:x@a.example,URI:https://a.example/x',
    key: elliptic('P-384'),
  },
  { name: 'utf8', subject: '/O=Grüße 漢字/CN=ü.example', key: elliptic('secp256k1') },
  { name: 'rsa', subject: '/CN=rsa.example', key: ['-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:1024'] },
  { name: 'edwards', subject: '/DC=org/DC=example/UID=7/CN=ed', key: ['-algorithm', 'ED25519'] },
];
const certificates = wishes.map((wish) => ({ name: wish.name, x509: new X509Certificate(authority.issue(wish).cert) }));
const opensslCurves: Record<string, string> = { prime256v1: 'secp256r1' };

describe('certificates', () => {
  it.each(certificates)('$name_reads_as_node_reads_it', ({ x509 }) => {
    const facts = readCertificate(x509.raw, 0, x509.raw.length)!;
    const seconds = (text: string): string => `${new Date(text).toISOString().slice(0, 19)}Z`;
    expect(facts.serialNumber).toBe(x509.serialNumber);
    expect(facts.notBefore).toBe(seconds(x509.validFrom));
    expect(facts.notAfter).toBe(seconds(x509.validTo));
    expect(facts.keyAlgorithm?.toLowerCase()).toBe(x509.publicKey.asymmetricKeyType);
    const details = x509.publicKey.asymmetricKeyDetails ?? {};
    if (details.modulusLength !== undefined) expect(facts.keySize).toBe(details.modulusLength);
    if (details.namedCurve !== undefined) expect(facts.keyCurve).toBe(opensslCurves[details.namedCurve] ?? details.namedCurve);
    expect(facts.subject).toBe(reversed(x509.subject));
    expect(facts.issuer).toBe(reversed(x509.issuer));
  });

  it('alternative_names_come_in_order_addresses_in_their_short_form', () => {
    const { raw } = certificates[1]!.x509;
    expect(readCertificate(raw, 0, raw.length)?.alternativeNames).toEqual([
      'a.example',
      '*.b.example',
      '192.0.2.1',
      '2001:db8::1:0:0:1',
      '::',
      'x@a.example',
      'https://a.example/x',
    ]);
  });

  it('a_known_certificate_is_read_once_and_the_oldest_is_forgotten', () => {
    const cache = new CertificateCache(2);
    const [a, b, c] = certificates.map(({ x509 }) => x509.raw);
    const get = (der: Buffer): ReturnType<CertificateCache['get']> => cache.get(der, 0, der.length);
    const first = get(a!);
    expect(first.sha256).toBe(createHash('sha256').update(a!).digest('hex'));
    expect(get(a!)).toBe(first);
    get(b!);
    get(a!);
    get(c!);
    expect(cache.size).toBe(2);
    expect(get(a!)).toBe(first);
  });

  it('one_cut_short_or_changed_anywhere_is_read_as_far_as_it_goes', () => {
    const { raw } = certificates[1]!.x509;
    for (let length = 0; length < raw.length; length++) readCertificate(raw, 0, length);
    fc.assert(
      fc.property(fc.nat(raw.length - 1), fc.nat(255), (at, byte) => {
        const changed = Uint8Array.from(raw);
        changed[at] = byte;
        readCertificate(changed, 0, changed.length);
      }),
      { numRuns: 2000 },
    );
  });

  it('random_bytes_are_none', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => void readCertificate(bytes, 0, bytes.length)));
  });
});

describe('der', () => {
  it('every_length_that_can_be_written_is_read_back', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 70_000 }), (length) => {
        const size =
          length < 0x80
            ? [length]
            : length < 0x100
              ? [0x81, length]
              : length < 0x10000
                ? [0x82, length >> 8, length & 255]
                : [0x83, length >> 16, (length >> 8) & 255, length & 255];
        const bytes = new Uint8Array(1 + size.length + length);
        bytes.set([Tag.octetString, ...size]);
        const reader = new DerReader(bytes, 0, bytes.length);
        expect(reader.expect(Tag.octetString)).toBe(true);
        expect(reader.end - reader.start).toBe(length);
        expect(reader.next()).toBe(false);
        expect(reader.failed).toBe(false);
      }),
    );
  });

  it.each([
    ['an indefinite length', [0x30, 0x80, 0, 0]],
    ['a length past the end', [0x30, 5, 1, 2]],
    ['a length of four bytes', [0x30, 0x84, 0, 0, 0, 1, 0]],
    ['a long tag', [0x3f, 1, 0]],
    ['a lone tag', [0x30]],
  ])('%s_fails', (_, bytes) => {
    const reader = new DerReader(Uint8Array.from(bytes), 0, bytes.length);
    expect(reader.next()).toBe(false);
    expect(reader.failed).toBe(true);
  });

  it.each([
    [[0x55, 4, 3], '2.5.4.3'],
    [[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 0x0b], '1.2.840.113549.1.1.11'],
    [[0x88, 0x37], '2.999'],
    [[0x80], undefined],
    [[], undefined],
  ])('object_identifier_%j_is_%s', (bytes, text) => {
    expect(objectIdentifier(Uint8Array.from(bytes), 0, bytes.length)).toBe(text);
  });

  it.each([
    [Tag.utcTime, '260102030405Z', '2026-01-02T03:04:05Z'],
    [Tag.utcTime, '490101000000Z', '2049-01-01T00:00:00Z'],
    [Tag.utcTime, '500101000000Z', '1950-01-01T00:00:00Z'],
    [Tag.utcTime, '2601020304Z', '2026-01-02T03:04:00Z'],
    [Tag.utcTime, '260102000000+0100', '2026-01-01T23:00:00Z'],
    [Tag.generalizedTime, '99991231235959Z', '9999-12-31T23:59:59Z'],
    [Tag.generalizedTime, '20260102030405.678Z', '2026-01-02T03:04:05Z'],
    [Tag.utcTime, '261302030405Z', undefined],
    [Tag.utcTime, 'nonsense', undefined],
    [Tag.integer, '260102030405Z', undefined],
  ])('time_%i_%s_is_%s', (tag, text, shown) => {
    const bytes = Buffer.from(text, 'latin1');
    expect(derTime(bytes, tag, 0, bytes.length)).toBe(shown);
  });

  it('names_of_types_that_nobody_knows_are_written_as_their_encoding', () => {
    const bytes = Uint8Array.from([0x31, 0x0b, 0x30, 0x09, 0x06, 0x03, 0x2a, 0x03, 0x04, 0x13, 0x02, 0x41, 0x42]);
    expect(distinguishedName(bytes, 0, bytes.length)).toBe('1.2.3.4=#13024142');
  });

  it('names_in_two_byte_and_four_byte_characters_are_text', () => {
    const attribute = (tag: number, value: number[]): number[] => {
      const pair = [0x06, 3, 0x55, 4, 3, tag, value.length, ...value];
      return [0x31, pair.length + 2, 0x30, pair.length, ...pair];
    };
    const bytes = Uint8Array.from([
      ...attribute(Tag.bmpString, [0, 0xe4, 0x6f, 0x22]),
      ...attribute(Tag.universalString, [0, 1, 0xf6, 0]),
      ...attribute(Tag.teletexString, [0xfc]),
    ]);
    expect(distinguishedName(bytes, 0, bytes.length)).toBe('CN=\u00fc,CN=\u{1f600},CN=\u00e4\u6f22');
  });
});

/** Node gives one attribute a line in the order of the certificate, escaped as RFC 2253 has it. */
function reversed(name: string): string {
  return name.split('\n').reverse().join(',');
}
