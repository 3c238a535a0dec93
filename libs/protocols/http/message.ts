import { Instant } from '@orbweaver/kernel/instant.ts';
import type { Body } from './body.ts';
import { noHeaders, type HeaderFields } from './header-fields.ts';

/** One request or response while it passes, and what is remembered of it until its record goes out. */
export class Message {
  readonly isResponse: boolean;
  /** As on the wire, for a request. */
  method = '';
  /** Empty if it is missing. */
  target = '';
  /** Of a request of HTTP/2, which names them beside its target; empty if it does not. */
  authority = '';
  scheme = '';
  /** `1.1`, `2`; `0.9` for a message without one. */
  version = '0.9';
  /** Of a response; 0 if it has none (HTTP/0.9). */
  status = 0;
  phrase = '';
  headers: HeaderFields = noHeaders;
  trailers: HeaderFields = noHeaders;
  body: Body | undefined;
  /** Bits of `Anomaly`. */
  anomalies = 0;
  /** Octets on the wire: start line, headers, body with its chunk framing, trailers, and what a hole swallowed. */
  wireBytes = 0;
  /** Octets that the capture lacks. */
  missed = 0;
  /** The last octet has come. */
  complete = false;
  /** It broke off: the side closed, the capture ended, or its framing was lost. */
  truncated = false;
  readonly firstByte: Instant;
  readonly lastByte: Instant;

  constructor(isResponse: boolean, now: Instant) {
    this.isResponse = isResponse;
    this.firstByte = now.copy();
    this.lastByte = now.copy();
  }
}
