import { cipherSuiteNames } from './cipher-suites.ts';
import { groupNames } from './groups.ts';
import { ssl2CipherNames } from './ssl2-ciphers.ts';

/** A code that no registry names: `0x1a2b`. */
export function hexCode(code: number): string {
  return `0x${code.toString(16).padStart(4, '0')}`;
}

/** GREASE values are drawn from 0x0a0a, 0x1a1a, ... 0xfafa (RFC 8701 §2): sent to keep servers tolerant, and meaning nothing. */
export function isGrease(code: number): boolean {
  return (code & 0x0f0f) === 0x0a0a && code >> 8 === (code & 0xff);
}

/** The IANA name of a cipher suite, or SSL 2.0's name of one of its cipher kinds. */
export function cipherSuiteName(code: number): string {
  return cipherSuiteNames.get(code) ?? ssl2CipherNames.get(code) ?? hexCode(code);
}

/** The IANA name of a named group (curve, finite field or key encapsulation). */
export function groupName(code: number): string {
  return groupNames.get(code) ?? hexCode(code);
}
