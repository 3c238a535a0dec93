import { TestFlow } from '../../sdk/test-flow.ts';
import { protocol } from '../module.ts';

export const connection = (): TestFlow => new TestFlow(protocol, { destinationPort: 22 });

export const u32 = (value: number): Buffer => Buffer.of(value >>> 24, (value >> 16) & 0xff, (value >> 8) & 0xff, value & 0xff);

export const string = (bytes: string | Uint8Array): Buffer => Buffer.concat([u32(bytes.length), Buffer.from(bytes as Uint8Array)]);

/** A packet in the clear: `uint32 length, byte padding_length, payload, padding`. */
export function packet(payload: Uint8Array, padding = 4): Buffer {
  return Buffer.concat([u32(1 + payload.length + padding), Buffer.of(padding), payload, Buffer.alloc(padding)]);
}

/** A packet of SSH 1: `uint32 length, padding, byte type, data, uint32 check`. */
export function packetOfOne(payload: Uint8Array): Buffer {
  const length = payload.length + 4;
  return Buffer.concat([u32(length), Buffer.alloc(8 - (length % 8)), payload, u32(0)]);
}

/** A number of SSH 1, of so many bits. */
export const integer = (bits: number): Buffer => Buffer.concat([Buffer.of(bits >> 8, bits & 0xff), Buffer.alloc(bits / 8, 7)]);

export interface Lists {
  readonly keyExchange?: string;
  readonly hostKey?: string;
  readonly cipher?: string;
  readonly mac?: string;
  readonly compression?: string;
}

/** SSH_MSG_KEXINIT with the same lists in both directions. */
export function proposal({ keyExchange = 'curve25519-sha256', hostKey = 'ssh-ed25519', ...rest }: Lists = {}): Buffer {
  const { cipher = 'aes256-gcm@openssh.com', mac = 'hmac-sha2-256', compression = 'none' } = rest;
  const lists = [keyExchange, hostKey, cipher, cipher, mac, mac, compression, compression, '', ''];
  return packet(Buffer.concat([Buffer.of(20), Buffer.alloc(16, 9), ...lists.map((list) => string(list)), Buffer.of(0), u32(0)]));
}

export const newKeys = packet(Buffer.of(21));

export const hostKeyBlob = Buffer.concat([string('ssh-ed25519'), string(Buffer.alloc(32, 5))]);

/** KEX_ECDH_REPLY, or another answer with the key at its front. */
export const reply = (type = 31, blob: Uint8Array = hostKeyBlob): Buffer =>
  packet(Buffer.concat([Buffer.of(type), string(blob), string(Buffer.alloc(32, 1)), string(Buffer.alloc(83, 2))]));

/** Both sides up to the point where they encrypt. */
export function agreed(lists: Lists = {}): TestFlow {
  const flow = connection().client('SSH-2.0-client\r\n').server('SSH-2.0-server\r\n').client(proposal(lists)).server(proposal(lists));
  return flow
    .client(packet(Buffer.of(30, 0)))
    .server(Buffer.concat([reply(), newKeys]))
    .client(newKeys);
}
