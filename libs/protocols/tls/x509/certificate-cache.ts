import { hash } from 'node:crypto';
import { readU32 } from '@orbweaver/kernel/bytes/cursor.ts';
import { readCertificate, type CertificateFacts } from './certificate.ts';

/** A certificate as records name it: read once, shared by every handshake that shows it. */
export interface KnownCertificate {
  /** Lower-case hexadecimal, of the whole certificate. */
  readonly sha1: string;
  readonly sha256: string;
  /** Undefined if the bytes are no X.509 certificate (a raw public key, RFC 7250, or garbage). */
  readonly facts: CertificateFacts | undefined;
}

interface Entry {
  readonly der: Uint8Array;
  readonly certificate: KnownCertificate;
}

/**
 * Remembers certificates, so that one is read and hashed once however often a server shows it. Holds at most `maximumEntries` of at most `maximumBytes`
 * together; past either the one unused for longest goes, which costs only reading it again.
 */
export class CertificateCache {
  /** By the end of the certificate, which is that of its signature; where two end alike the newer takes the place of the other. */
  readonly #entries = new Map<number, Entry>();
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
    const key = end - start < 4 ? end - start : readU32(bytes, end - 4);
    const known = this.#entries.get(key);
    if (known !== undefined) {
      this.#entries.delete(key);
      if (Buffer.compare(known.der, der) === 0) {
        this.#entries.set(key, known);
        return known.certificate;
      }
      this.#bytes -= known.der.length;
    }
    const certificate = { sha1: hash('sha1', der, 'hex'), sha256: hash('sha256', der, 'hex'), facts: readCertificate(bytes, start, end) };
    this.#entries.set(key, { der: new Uint8Array(der), certificate });
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
      this.#bytes -= entry.der.length;
    }
  }
}
