import { hash } from 'node:crypto';
import { ByteMemo } from '@orbweaver/kernel/bytes/byte-memo.ts';
import type { ClientHello } from './handshake/client-hello.ts';
import { maximumExtensions } from './handshake/extension-types.ts';
import type { ServerHello } from './handshake/server-hello.ts';
import type { Span } from './handshake/span.ts';
import { isGrease } from './names/code-names.ts';

/**
 * The text behind a JA3 fingerprint (github.com/salesforce/ja3): version, cipher suites, extensions, groups and point formats, in the order
 * of the wire, decimal, without GREASE: `771,4865-4866,0-11-10,29-23,0`.
 */
export function ja3Text(hello: ClientHello): string {
  const { bytes } = hello;
  let extensions = '';
  for (let i = 0; i < hello.extensionCount; i++) {
    const type = hello.extensionTypes[i]!;
    if (!isGrease(type)) extensions += extensions === '' ? type : `-${type}`;
  }
  let formats = '';
  for (let at = hello.pointFormats.start; at < hello.pointFormats.end; at++) formats += formats === '' ? bytes[at]! : `-${bytes[at]!}`;
  return `${hello.legacyVersion},${decimals(bytes, hello.cipherSuites)},${extensions},${decimals(bytes, hello.groups)},${formats}`;
}

/** JA3: the MD5 of `ja3Text`, 32 hexadecimal digits. */
export function ja3(hello: ClientHello): string {
  return hash('md5', ja3Text(hello), 'hex');
}

/** The text behind a JA3S fingerprint: version field, chosen suite, and the server's extensions in order: `771,49199,65281-0-11`. */
export function ja3sText(hello: ServerHello): string {
  let extensions = '';
  for (let i = 0; i < hello.extensionCount; i++) extensions += i === 0 ? hello.extensionTypes[i]! : `-${hello.extensionTypes[i]!}`;
  return `${hello.legacyVersion},${hello.cipherSuite},${extensions}`;
}

/** Server fingerprints that are remembered. Servers have far fewer. */
const serverSlots = 4096;
const servers = new ByteMemo<string>(serverSlots);
/** What `ja3sText` is made of, two bytes a number. */
const serverKey = new Uint8Array(2 * (2 + maximumExtensions));

/** JA3S: the MD5 of `ja3sText`, 32 hexadecimal digits. */
export function ja3s(hello: ServerHello): string {
  let length = putCode(0, hello.legacyVersion);
  length = putCode(length, hello.cipherSuite);
  for (let i = 0; i < hello.extensionCount; i++) length = putCode(length, hello.extensionTypes[i]!);
  return servers.find(serverKey, 0, length) ?? servers.keep(hash('md5', ja3sText(hello), 'hex'));
}

function putCode(at: number, code: number): number {
  serverKey[at] = code >>> 8;
  serverKey[at + 1] = code;
  return at + 2;
}

function decimals(bytes: Uint8Array, codes: Span): string {
  let text = '';
  for (let at = codes.start; at + 2 <= codes.end; at += 2) {
    const code = (bytes[at]! << 8) | bytes[at + 1]!;
    if (!isGrease(code)) text += text === '' ? code : `-${code}`;
  }
  return text;
}
