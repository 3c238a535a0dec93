/** Octets that the grammar of HTTP/1 names. */
export const Octet = {
  tab: 9,
  lf: 10,
  cr: 13,
  space: 32,
  quote: 34,
  comma: 44,
  slash: 47,
  zero: 48,
  colon: 58,
  semicolon: 59,
  equals: 61,
  question: 63,
} as const;

/** Classes of an octet, as bits. */
export const CharClass = { token: 1, control: 2, high: 4, hexDigit: 8, lineBreak: 16 } as const;

/** The classes of each octet. `token` is tchar of RFC 9110, section 5.6.2. */
export const charClasses = new Uint8Array(256);

for (let octet = 0; octet < 256; octet++) {
  const letter = String.fromCharCode(octet);
  let bits = 0;
  if (/[!#$%&'*+\-.^_`|~0-9A-Za-z]/.test(letter)) bits |= CharClass.token;
  if (octet < 0x20 && octet !== Octet.tab) bits |= CharClass.control;
  if (octet === 0x7f) bits |= CharClass.control;
  if (octet >= 0x80) bits |= CharClass.high;
  if (/[0-9A-Fa-f]/.test(letter)) bits |= CharClass.hexDigit;
  if (octet === Octet.lf || octet === Octet.cr) bits |= CharClass.lineBreak;
  charClasses[octet] = bits;
}

export const isToken = (octet: number): boolean => (charClasses[octet]! & CharClass.token) !== 0;
export const isDigit = (octet: number): boolean => octet >= 48 && octet <= 57;
export const isBlank = (octet: number): boolean => octet === Octet.space || octet === Octet.tab;

/** The value of a hexadecimal digit. */
export const hexValue = (octet: number): number => (octet <= 57 ? octet - 48 : (octet | 32) - 87);

/** True if `bytes` holds `text` (ASCII) at `at`; the caller has checked the length. */
export function hasAscii(bytes: Uint8Array, at: number, text: string): boolean {
  for (let i = 0; i < text.length; i++) if (bytes[at + i] !== text.charCodeAt(i)) return false;
  return true;
}
