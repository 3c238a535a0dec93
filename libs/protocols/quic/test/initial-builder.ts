import { createCipheriv, createHmac } from 'node:crypto';
import { quicVersion } from '../versions.ts';

export interface InitialParts {
  readonly version?: number;
  readonly destination: Uint8Array;
  readonly source?: Uint8Array;
  readonly number?: number;
  /** The id that the keys are made of; the destination without. */
  readonly keyId?: Uint8Array;
  readonly fromServer?: boolean;
  /** The second bit of the first byte; set without. */
  readonly quicBit?: boolean;
  readonly frames: readonly number[];
}

/** An Initial packet, protected as RFC 9001 §5 says. */
export function protectInitial({
  version = 1,
  destination,
  source = new Uint8Array(0),
  number = 0,
  frames,
  keyId = destination,
  fromServer = false,
  quicBit = true,
}: InitialParts): Uint8Array {
  const { salt, labelPrefix, initialType } = quicVersion(version)!;
  const initial = expand(hmac(salt, keyId), fromServer ? 'server in' : 'client in', 32);
  const [key, iv, hp] = [
    expand(initial, `${labelPrefix}key`, 16),
    expand(initial, `${labelPrefix}iv`, 12),
    expand(initial, `${labelPrefix}hp`, 16),
  ];
  const rest = 0x4000 | (4 + frames.length + 16);
  const versionBytes = [version >>> 24, (version >> 16) & 255, (version >> 8) & 255, version & 255];
  const before = [
    (quicBit ? 0xc3 : 0x83) | (initialType << 4),
    ...versionBytes,
    destination.length,
    ...destination,
    source.length,
    ...source,
    0,
    rest >> 8,
    rest & 255,
  ];
  const header = Uint8Array.from([...before, 0, 0, 0, number]);
  const nonce = Uint8Array.from(iv);
  nonce[11]! ^= number;
  const cipher = createCipheriv('aes-128-gcm', key, nonce);
  cipher.setAAD(header);
  const text = Buffer.concat([cipher.update(Uint8Array.from(frames)), cipher.final(), cipher.getAuthTag()]);
  const mask = createCipheriv('aes-128-ecb', hp, null).update(text.subarray(0, 16));
  header[0]! ^= mask[0]! & 0x0f;
  for (let i = 0; i < 4; i++) header[header.length - 4 + i]! ^= mask[1 + i]!;
  return Uint8Array.from(Buffer.concat([header, text]));
}

function hmac(key: Uint8Array, ...parts: Uint8Array[]): Uint8Array {
  const code = createHmac('sha256', key);
  for (const part of parts) code.update(part);
  return code.digest();
}

/** HKDF-Expand-Label (RFC 8446 §7.1) for up to 32 bytes. */
function expand(secret: Uint8Array, label: string, length: number): Uint8Array {
  const name = Buffer.from(`tls13 ${label}`);
  return hmac(secret, Uint8Array.of(0, length, name.length), name, Uint8Array.of(0, 1)).subarray(0, length);
}
