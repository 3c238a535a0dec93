import { hash } from 'node:crypto';
import type { ClientHello } from './handshake/client-hello.ts';
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

/** Server fingerprints that are remembered by their text; when more turn up, all are forgotten. Servers have far fewer. */
const serverLimit = 4096;
const servers = new Map<string, string>();

/** JA3S: the MD5 of `ja3sText`, 32 hexadecimal digits. */
export function ja3s(hello: ServerHello): string {
  const text = ja3sText(hello);
  let fingerprint = servers.get(text);
  if (fingerprint === undefined) {
    fingerprint = hash('md5', text, 'hex');
    if (servers.size >= serverLimit) servers.clear();
    servers.set(text, fingerprint);
  }
  return fingerprint;
}

function decimals(bytes: Uint8Array, codes: Span): string {
  let text = '';
  for (let at = codes.start; at + 2 <= codes.end; at += 2) {
    const code = (bytes[at]! << 8) | bytes[at + 1]!;
    if (!isGrease(code)) text += text === '' ? code : `-${code}`;
  }
  return text;
}
