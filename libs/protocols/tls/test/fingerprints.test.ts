import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { ClientHello, decodeClientHello } from '../handshake/client-hello.ts';
import { ServerHello, decodeServerHello } from '../handshake/server-hello.ts';
import { ja3, ja3Text, ja3s, ja3sText } from '../ja3.ts';
import { ja4, ja4Parts } from '../ja4.ts';
import {
  alpn,
  clientHelloBody,
  extension,
  groups,
  pointFormats,
  serverHelloBody,
  serverName,
  signatureAlgorithms,
  supportedVersions,
} from './hello-builder.ts';
import type { HelloParts } from './hello-builder.ts';

function hello(parts: HelloParts): ClientHello {
  const decoded = new ClientHello();
  const bytes = clientHelloBody(parts);
  decodeClientHello(decoded, bytes, 0, bytes.length);
  return decoded;
}

/** The worked example of JA4's specification: a Chrome. */
const specified = hello({
  ciphers: [0x3a3a, 0x1301, 0x1302, 0x1303, 0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca9, 0xcca8, 0xc013, 0xc014, 0x009c, 0x009d, 0x002f, 0x0035],
  extensions: [
    extension(0x6a6a),
    extension(0x001b),
    serverName('example.org'),
    extension(0x0033),
    alpn('h2', 'http/1.1'),
    extension(0x4469),
    extension(0x0017),
    extension(0x002d),
    signatureAlgorithms(0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601),
    extension(0x0005),
    extension(0x0023),
    extension(0x0012),
    supportedVersions(0x7a7a, 0x0304, 0x0303),
    extension(0xff01),
    pointFormats(0),
    groups(0x4a4a, 29, 23, 24),
    extension(0x0015),
    extension(0x8a8a),
  ],
});

describe('JA4', () => {
  it('is_that_of_the_worked_example_of_its_specification', () => {
    const parts = ja4Parts(specified, 't');
    expect(parts.ciphers).toBe('002f,0035,009c,009d,1301,1302,1303,c013,c014,c02b,c02c,c02f,c030,cca8,cca9');
    expect(parts.extensions).toBe(
      '0005,000a,000b,000d,0012,0015,0017,001b,0023,002b,002d,0033,4469,ff01_0403,0804,0401,0503,0805,0501,0806,0601',
    );
    expect(ja4(specified, 't')).toBe('t13d1516h2_8daaf6152771_e5627efa2ab1');
    expect(ja4(specified, 'q')).toBe('q13d1516h2_8daaf6152771_e5627efa2ab1');
  });

  it.each([
    [[0xab], 'ab'],
    [[0xab, 0xcd], 'ad'],
    [[0x30, 0xab], '3b'],
    [[0x30, 0x31, 0xab, 0xcd], '3d'],
    [[0x30, 0xab, 0xcd, 0x31], '01'],
    [[0x68], 'hh'],
    [[0x68, 0x74, 0x74, 0x70, 0x2f, 0x31, 0x2e, 0x31], 'h1'],
  ])('protocol_%j_is_written_%s', (name, code) => {
    expect(ja4Parts(hello({ extensions: [alpn(name)] }), 't').summary.slice(-2)).toBe(code);
  });

  it('without_extensions_and_ciphers_the_hashes_are_zeros', () => {
    expect(ja4(hello({ ciphers: [] }), 't')).toBe('t12i000000_000000000000_000000000000');
    expect(ja4(hello({ ciphers: [0x0a0a], extensions: [serverName('a'), alpn()] }), 't')).toBe('t12d000200_000000000000_000000000000');
  });

  it('without_signature_algorithms_there_is_no_underscore', () => {
    expect(ja4Parts(hello({ extensions: [extension(23), extension(5)] }), 't').extensions).toBe('0005,0017');
  });

  it.each([
    [0x0304, '13'],
    [0x0303, '12'],
    [0x0302, '11'],
    [0x0301, '10'],
    [0x0300, 's3'],
    [0xfeff, 'd1'],
    [0xfefd, 'd2'],
    [0xfefc, 'd3'],
    [0x1234, '00'],
  ])('version_%i_is_written_%s', (version, code) => {
    expect(ja4Parts(hello({ version }), 't').summary.slice(1, 3)).toBe(code);
  });

  it('the_highest_supported_version_counts_and_datagram_versions_count_down', () => {
    expect(ja4Parts(hello({ extensions: [supportedVersions(0x0303, 0x1a1a, 0x0304, 0x0302)] }), 't').summary).toBe('t13i010100');
    expect(ja4Parts(hello({ extensions: [supportedVersions(0xfefd, 0xfefc, 0xfeff)] }), 'd').summary).toBe('dd3i010100');
  });

  it('counts_stop_at_99', () => {
    const ciphers = Array.from({ length: 120 }, (_, i) => i + 1);
    const extensions = Array.from({ length: 110 }, (_, i) => extension(i + 100));
    expect(ja4Parts(hello({ ciphers, extensions }), 't').summary).toBe('t12i999900');
  });
});

describe('JA3', () => {
  it('leaves_grease_out_and_keeps_the_order_of_the_wire', () => {
    expect(ja3Text(specified)).toBe(
      '771,4865-4866-4867-49195-49199-49196-49200-52393-52392-49171-49172-156-157-47-53,27-0-51-16-17513-23-45-13-5-35-18-43-65281-11-10-21,29-23-24,0',
    );
  });

  it.each([
    ['769,47-53-5-10-49161-49162-49171-49172-50-56-19-4,0-10-11,23-24-25,0', 'ada70206e40642a3e4461f35503241d5'],
    ['769,4-5-10-9-100-98-3-6-19-18-99,,,', 'de350869b8c85de67a350c8d186f11e6'],
  ])('%s_is_%s', (text, fingerprint) => {
    const [version, ciphers, extensions, groupList, formats] = text
      .split(',')
      .map((part) => (part === '' ? [] : part.split('-').map(Number)));
    const bodies = extensions!.map((type) =>
      type === 0 ? serverName('a') : type === 10 ? groups(...groupList!) : type === 11 ? pointFormats(...formats!) : extension(type),
    );
    const parts = { version: version![0]!, ciphers: ciphers!, ...(bodies.length > 0 ? { extensions: bodies } : {}) };
    expect(ja3Text(hello(parts))).toBe(text);
    expect(ja3(hello(parts))).toBe(fingerprint);
  });

  it('of_the_server_is_version_cipher_and_extensions', () => {
    const decoded = new ServerHello();
    const bytes = serverHelloBody({
      version: 0x0301,
      cipher: 47,
      extensions: [extension(65281), extension(0), extension(11), extension(35), extension(5), extension(16)],
    });
    decodeServerHello(decoded, bytes, 0, bytes.length);
    expect(ja3sText(decoded)).toBe('769,47,65281-0-11-35-5-16');
    expect(ja3s(decoded)).toBe(createHash('md5').update('769,47,65281-0-11-35-5-16').digest('hex'));
  });
});
