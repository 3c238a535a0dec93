import type { Instant } from '@orbweaver/kernel/instant.ts';
import type { FlowContext } from '../sdk/analyzer.ts';
import type { ContentWriter, KeptContent } from '../sdk/content.ts';
import { MimeReader } from './mail/mime-reader.ts';

/** Octets of the dot that ends a text and of its line's ending, which are no part of it (RFC 5321, section 4.1.1.4). */
const endBytes = 3;

/** The text of one mail, headers and all, as the receiver gets it: counted always, kept where the policy says so, read up to the first hole. */
export class MailText {
  /** Octets, those that a hole swallowed included. */
  bytes = 0;
  /** Octets that the capture lacks. */
  missed = 0;
  /** It broke off before its end. */
  isTruncated = false;
  /** Bits of `Anomaly`. */
  anomalies = 0;
  kept: KeptContent | undefined;
  readonly mail: MimeReader;
  readonly lastByte: Instant;
  readonly #flow: FlowContext;
  #writer: ContentWriter | undefined;
  #isOpen = false;
  #isRead = true;

  constructor(flow: FlowContext) {
    this.#flow = flow;
    this.lastByte = flow.now.copy();
    this.mail = new MimeReader(flow.options.hashes);
  }

  readonly append = (bytes: Uint8Array, start: number, end: number): void => {
    this.bytes += end - start;
    this.#touch();
    if (!this.#isRead) return;
    if (!this.#isOpen) {
      this.#isOpen = true;
      this.#writer = this.#flow.keep('smtp.message');
    }
    this.#writer?.append(bytes, start, end);
    this.mail.append(bytes, start, end);
  };

  /** `length` octets are missing: what is kept and read ends here. */
  skip(length: number): void {
    this.bytes += length;
    this.missed += length;
    this.#touch();
    this.#stop(false);
  }

  /** Its end was there and not seen for what is missing, of which, or of what followed, the dot was counted. */
  endUnseen(): void {
    if (this.missed > 0) this.bytes = Math.max(0, this.bytes - endBytes);
  }

  /** Ends it; `isWhole` if its end has come. */
  end(isWhole: boolean): void {
    if (!isWhole) this.isTruncated = true;
    this.#stop(isWhole);
  }

  #stop(isWhole: boolean): void {
    if (!this.#isRead) return;
    this.#isRead = false;
    this.mail.end(isWhole);
    this.kept = this.#writer?.finish();
    this.#writer = undefined;
  }

  #touch(): void {
    this.lastByte.set(this.#flow.now.seconds, this.#flow.now.nanos);
  }
}
