/** What a version of QUIC changes in its Initial packets: salt, labels, packet types. */
export interface QuicVersion {
  /** `quic.version`. */
  readonly name: string;
  readonly salt: Uint8Array;
  /** In front of `key`, `iv` and `hp`. */
  readonly labelPrefix: string;
  /** Bits 4 and 5 of a long header's first byte (RFC 9000 §17.2, RFC 9369 §3.2). */
  readonly initialType: number;
  readonly retryType: number;
}

const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'));
const version1 = { salt: bytes('38762cf7f55934b34d179ae6a4c80cadccbb7f0a'), labelPrefix: 'quic ', initialType: 0, retryType: 3 };
const version2 = { salt: bytes('0dede3def700a6db819381be6e269dcbf9bd2ed9'), labelPrefix: 'quicv2 ', initialType: 1, retryType: 0 };
const draft29Salt = bytes('afbfec289993d24c9e9786f19c6111e04390a899');
const draft23Salt = bytes('c3eef712c72ebb5a11a7d2432bb46365bef9f502');

const known = new Map<number, QuicVersion>([
  [0x00000001, { ...version1, name: '1' }],
  [0x6b3343cf, { ...version2, name: '2' }],
]);
/** Drafts are 0xff000000 and their number. The salt changed with drafts 23, 29 and 33. */
for (let draft = 23; draft <= 34; draft++) {
  const salt = draft >= 33 ? version1.salt : draft >= 29 ? draft29Salt : draft23Salt;
  known.set(0xff000000 + draft, { ...version1, salt, name: `draft-${draft}` });
}
// Facebook's library has numbers of its own for what is draft 27.
for (const code of [0xfaceb002, 0xfaceb00e]) known.set(code, { ...version1, salt: draft23Salt, name: 'mvfst' });

/** A version whose Initial packets can be read, or undefined. */
export function quicVersion(code: number): QuicVersion | undefined {
  return known.get(code);
}

/**
 * A number that is a version of QUIC, readable or not: the known ones, drafts, Google's (`Q` or `T` and three digits), Facebook's (0xfaceb00x), and those that a
 * client sends to see the server offer others (0x?a?a?a?a, RFC 9000 §15).
 */
export function isQuicVersion(code: number): boolean {
  if (known.has(code) || (code & 0x0f0f0f0f) === 0x0a0a0a0a) return true;
  if (code >>> 8 === 0xff0000 || code >>> 4 === 0xfaceb00) return true;
  const letter = code >>> 24;
  return (letter === 0x51 || letter === 0x54) && isDigit(code >>> 16) && isDigit(code >>> 8) && isDigit(code);
}

function isDigit(code: number): boolean {
  return (code & 0xff) >= 0x30 && (code & 0xff) <= 0x39;
}
