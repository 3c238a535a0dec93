import { hash } from 'node:crypto';
import { readCertificate, type CertificateFacts } from './certificate.ts';

/** A certificate as records name it: read once, shared by every handshake that shows it. */
export interface KnownCertificate {
  /** Lower-case hexadecimal, of the whole certificate. */
  readonly sha1: string;
  readonly sha256: string;
  /** Undefined if the bytes are no X.509 certificate (a raw public key, RFC 7250, or garbage). */
  readonly facts: CertificateFacts | undefined;
}

/**
 * Remembers certificates by their SHA-256, so that one is read once however often a server shows it. Holds at most `maximumEntries` that were at most
 * `maximumBytes` of DER together; past either the one unused for longest goes, which costs only reading it again.
 */
export class CertificateCache {
  readonly #entries = new Map<string, { certificate: KnownCertificate; bytes: number }>();
  readonly #maximumEntries: number;
  readonly #maximumBytes: number;
  #bytes = 0;

  constructor(maximumEntries = 4096, maximumBytes = 8 * 1024 * 1024) {
    this.#maximumEntries = maximumEntries;
    this.#maximumBytes = maximumBytes;
  }

  /** The certificate in `[start, end)`. */
  get(bytes: Uint8Array, start: number, end: number): KnownCertificate {
    const der = bytes.subarray(start, end);
    const sha256 = hash('sha256', der, 'hex');
    const known = this.#entries.get(sha256);
    if (known !== undefined) {
      this.#entries.delete(sha256);
      this.#entries.set(sha256, known);
      return known.certificate;
    }
    const certificate = { sha1: hash('sha1', der, 'hex'), sha256, facts: readCertificate(bytes, start, end) };
    this.#entries.set(sha256, { certificate, bytes: der.length });
    this.#bytes += der.length;
    this.#shrink();
    return certificate;
  }

  get size(): number {
    return this.#entries.size;
  }

  #shrink(): void {
    for (const [key, entry] of this.#entries) {
      if (this.#entries.size <= this.#maximumEntries && this.#bytes <= this.#maximumBytes) return;
      this.#entries.delete(key);
      this.#bytes -= entry.bytes;
    }
  }
}
