/** SSH 1.5 as nobody speaks it any more: written here, each field known (draft-ylonen-ssh-protocol-00). */
const u16 = (value: number): Buffer => Buffer.of(value >> 8, value & 0xff);
const u32 = (value: number): Buffer => Buffer.of(value >>> 24, (value >> 16) & 0xff, (value >> 8) & 0xff, value & 0xff);

/** An mpint: its bits, then its octets. */
const integer = (octets: Uint8Array): Buffer => Buffer.concat([u16(octets.length * 8), octets]);

/** `uint32 length, padding, type, data, crc`; the sum is not looked at, and is nought. */
export function oldPacket(type: number, ...data: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat([Buffer.of(type), ...data, u32(0)]);
  return Buffer.concat([u32(body.length), Buffer.alloc(8 - (body.length % 8)), body]);
}

export const exponent = Buffer.of(0x01, 0x00, 0x01);
export const modulus = Buffer.alloc(128, 0xc5);
const cookie = Buffer.alloc(8, 7);
const serverKey = [u32(768), integer(exponent), integer(Buffer.alloc(96, 0xd3))];
const masks = [u32(2), u32(0x4c), u32(0x3c)];

export const oldServer = {
  identification: Buffer.from('SSH-1.5-OldServer 1.2.33\n'),
  publicKey: oldPacket(2, cookie, ...serverKey, u32(1024), integer(exponent), integer(modulus), ...masks),
} as const;

/** The client takes 3DES, number 3. */
export const oldClient = {
  identification: Buffer.from('SSH-1.5-OldClient\n'),
  sessionKey: Buffer.concat([oldPacket(3, Buffer.of(3), cookie, integer(Buffer.alloc(128, 0x99)), u32(0)), Buffer.alloc(64, 0xe1)]),
} as const;
