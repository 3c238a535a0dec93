import { createCipheriv, createDecipheriv, createHmac } from 'node:crypto';
import type { QuicVersion } from './versions.ts';

interface PacketKeys {
  readonly key: Uint8Array;
  readonly iv: Uint8Array;
  readonly headerProtection: Uint8Array;
}

const tagBytes = 16;
const sampleBytes = 16;
/** The sample begins where the packet number would end if it had all its four bytes (RFC 9001 §5.4.2). */
const sampleOffset = 4;

/** The keys of Initial packets, which follow from the connection id that the client chose for the server (RFC 9001 §5.2): anyone who sees it can read them. */
export class InitialKeys {
  readonly #client: PacketKeys;
  readonly #server: PacketKeys;

  constructor(version: QuicVersion, destinationId: Uint8Array) {
    const secret = hmac(version.salt, destinationId);
    this.#client = packetKeys(version, expandLabel(secret, 'client in', 32));
    this.#server = packetKeys(version, expandLabel(secret, 'server in', 32));
  }

  /**
   * Takes the protection off a packet, `[start, end)`, its packet number beginning at `numberStart` (RFC 9001 §5.3, §5.4). The frames, or undefined if
   * the packet was not protected with these keys.
   */
  open(fromClient: boolean, bytes: Uint8Array, start: number, numberStart: number, end: number): Uint8Array | undefined {
    const keys = fromClient ? this.#client : this.#server;
    const sample = numberStart + sampleOffset;
    if (end - sample < sampleBytes + 1) return undefined;
    const mask = createCipheriv('aes-128-ecb', keys.headerProtection, null).update(bytes.subarray(sample, sample + sampleBytes));
    const first = bytes[start]! ^ (mask[0]! & 0x0f);
    const numberBytes = (first & 3) + 1;
    const payload = numberStart + numberBytes;
    const header = Uint8Array.from(bytes.subarray(start, payload));
    header[0] = first;
    const nonce = Uint8Array.from(keys.iv);
    for (let i = 0; i < numberBytes; i++) {
      const at = numberStart - start + i;
      header[at]! ^= mask[1 + i]!;
      nonce[nonce.length - numberBytes + i]! ^= header[at]!;
    }
    if (end - payload < tagBytes) return undefined;
    return decrypt(keys.key, nonce, header, bytes.subarray(payload, end - tagBytes), bytes.subarray(end - tagBytes, end));
  }
}

function decrypt(key: Uint8Array, nonce: Uint8Array, header: Uint8Array, text: Uint8Array, tag: Uint8Array): Uint8Array | undefined {
  const decipher = createDecipheriv('aes-128-gcm', key, nonce, { authTagLength: tagBytes });
  decipher.setAAD(header);
  decipher.setAuthTag(tag);
  const frames = decipher.update(text);
  try {
    decipher.final();
    return frames;
  } catch {
    // The only way that node:crypto has to say that the tag is another; at most `maximumFailures` times a flow.
    return undefined;
  }
}

function packetKeys({ labelPrefix }: QuicVersion, secret: Uint8Array): PacketKeys {
  return {
    key: expandLabel(secret, `${labelPrefix}key`, 16),
    iv: expandLabel(secret, `${labelPrefix}iv`, 12),
    headerProtection: expandLabel(secret, `${labelPrefix}hp`, 16),
  };
}

/** HKDF-Expand-Label without context for up to 32 bytes, which is one round (RFC 8446 §7.1, RFC 5869 §2.3). */
function expandLabel(secret: Uint8Array, label: string, length: number): Uint8Array {
  const name = Buffer.from(`tls13 ${label}`, 'latin1');
  return hmac(secret, Buffer.concat([Uint8Array.of(0, length, name.length), name, Uint8Array.of(0, 1)])).subarray(0, length);
}

function hmac(key: Uint8Array, data: Uint8Array): Uint8Array {
  return createHmac('sha256', key).update(data).digest();
}
