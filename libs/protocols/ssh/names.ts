/** Ciphers that authenticate what they encrypt: the message authentication code that was agreed on is not used. */
export const isAead = (cipher: string): boolean => cipher.includes('-gcm') || cipher.startsWith('AEAD_AES_') || cipher.includes('poly1305');

/** How packets of one direction look on the wire once they are encrypted. */
export interface PacketShape {
  /** Octets that a packet is padded to, with or without its length (RFC 4253, section 6). */
  readonly block: number;
  /** Octets of the authentication code behind it. */
  readonly tag: number;
  /** The length before it stands in the clear. */
  readonly hasClearLength: boolean;
  /** The length is padded with the rest. */
  readonly padsLength: boolean;
}

/** Octets of the code by the name of its algorithm, without `-etm@openssh.com` or `@openssh.com`. */
const tagLengths: Readonly<Record<string, number>> = {
  'hmac-sha1': 20,
  'hmac-sha1-96': 12,
  'hmac-sha2-256': 32,
  'hmac-sha2-512': 64,
  'hmac-md5': 16,
  'hmac-md5-96': 12,
  'hmac-ripemd160': 20,
  'umac-64': 8,
  'umac-128': 16,
};

/** By the first letters of the name. */
const blockLengths = [
  ['aes', 16],
  ['rijndael', 16],
  ['camellia', 16],
  ['twofish', 16],
  ['serpent', 16],
  ['3des', 8],
  ['blowfish', 8],
  ['cast128', 8],
  ['arcfour', 8],
] as const;

/** Undefined for an algorithm that is not known: nothing can be told from the sizes of its packets. */
export function packetShape(cipher: string, mac: string): PacketShape | undefined {
  if (cipher === 'chacha20-poly1305@openssh.com') return { block: 8, tag: 16, hasClearLength: false, padsLength: false };
  if (isAead(cipher)) return { block: 16, tag: 16, hasClearLength: true, padsLength: false };
  const block = blockLengths.find(([name]) => cipher.startsWith(name))?.[1];
  const isEtm = mac.includes('-etm@');
  const at = mac.indexOf('@');
  const name = (at < 0 ? mac : mac.slice(0, at)).replace(/-etm$/, '');
  const tag = tagLengths[name];
  if (block === undefined || tag === undefined) return undefined;
  return { block, tag, hasClearLength: isEtm, padsLength: !isEtm };
}

/** Octets of a packet that carries `payload` octets with as little padding as may be; `least` of the packet before its code, where a sender pads to more. */
export function packetSize(shape: PacketShape, payload: number, least = 0): number {
  const padded = (shape.padsLength ? 4 : 0) + 1 + payload + 4;
  let length = Math.ceil(padded / shape.block) * shape.block + (shape.padsLength ? 0 : 4);
  if (length < least) length += shape.block;
  return length + shape.tag;
}

/** SSH 1 ciphers by number (draft-ylonen-ssh-protocol-00, section "Key exchange"). */
export const oldCiphers: readonly (string | undefined)[] = ['none', 'idea', 'des', '3des', 'tss', 'rc4', 'blowfish'];
