import type { ContentKind, ContentWriter, KeptContent } from '../sdk/content.ts';
import type { FlowContext } from '../sdk/analyzer.ts';
import { BodyHash, type BodyDigests } from './body-hash.ts';
import type { MultipartReader, Part } from './multipart.ts';
import type { CallBody } from './rpc/call-body.ts';

/**
 * The body of one message, after its transfer coding: counted always; hashed, kept and looked into where that is asked for. Nothing is set up
 * before its first octet.
 */
export class Body {
  /** Octets, those that a hole swallowed included. */
  bytes = 0;
  kept: KeptContent | undefined;
  digests: BodyDigests | undefined;
  /** What it says of the remote call that it is part of, if it is. */
  readonly call: CallBody | undefined;
  readonly #flow: FlowContext;
  readonly #kind: ContentKind;
  readonly #multipart: MultipartReader | undefined;
  #hash: BodyHash | undefined;
  #writer: ContentWriter | undefined;
  #open = false;
  #whole = true;

  constructor(flow: FlowContext, kind: ContentKind, multipart: MultipartReader | undefined, call?: CallBody) {
    this.#flow = flow;
    this.#kind = kind;
    this.#multipart = multipart;
    this.call = call;
  }

  /** Nothing of what came so far is missing. False once it has ended. */
  get isWhole(): boolean {
    return this.#whole;
  }

  get parts(): readonly Part[] {
    return this.#multipart?.parts ?? [];
  }

  append(bytes: Uint8Array, start: number, end: number): void {
    if (start === end) return;
    if (!this.#open) this.#start();
    this.bytes += end - start;
    this.call?.append(bytes, start, end);
    if (!this.#whole) return;
    this.#hash?.append(bytes, start, end);
    this.#writer?.append(bytes, start, end);
    this.#multipart?.append(bytes, start, end);
  }

  /** `length` octets are missing from the capture, 0 if nobody knows how many. There is no hash any more; what is kept ends here. */
  skip(length: number): void {
    this.bytes += length;
    this.call?.skip(length);
    this.#stop(false);
  }

  /** Ends it; `complete` if every octet came. */
  end(complete: boolean): void {
    this.#stop(complete && this.#whole);
  }

  #start(): void {
    this.#open = true;
    if (!this.#whole) return;
    if (this.#flow.options.hashes) this.#hash = new BodyHash();
    this.#writer = this.#flow.keep(this.#kind);
  }

  #stop(complete: boolean): void {
    this.#whole = false;
    this.#multipart?.end();
    this.kept ??= this.#writer?.finish();
    this.#writer = undefined;
    if (complete) this.digests = this.#hash?.digest();
    else this.#hash?.release();
    this.#hash = undefined;
  }
}
