import { HeaderId } from '../header-names.ts';
import type { Message } from '../message.ts';
import { mediaType } from '../text.ts';
import { Base64Reader } from './base64.ts';
import { BoundedBytes } from './bounded-bytes.ts';
import { MessageCount } from './message-count.ts';

/** Octets of the body that tells the error of a unary call, as they are on the wire; of a longer one the code stays unknown. */
export const errorLimit = 8 * 1024;

/** How a call uses bodies. */
export const CallKind = {
  /** Frames (gRPC's PROTOCOL-WEB). */
  grpcWeb: 0,
  /** The same in base64. */
  grpcWebText: 1,
  /** Frames (Connect, "Streaming RPCs"). */
  connectStream: 2,
  /** One message a body, without framing (Connect, "Unary (Request-Response) RPCs"). */
  connectUnary: 3,
} as const;
export type CallKind = (typeof CallKind)[keyof typeof CallKind];

/** Flags of the frame that ends the messages: trailers, and EndStreamResponse. */
const trailersFlag = 0x80;
const endStreamFlag = 0x02;

/** Media types without the message's format (`+proto`). */
const kindsOfTypes = new Map<string, CallKind>([
  ['application/grpc-web', CallKind.grpcWeb],
  ['application/grpc-web-text', CallKind.grpcWebText],
  ['application/connect', CallKind.connectStream],
]);
const formatAt = 'application/'.length;

/** What the body of a message says of the call of gRPC-Web or Connect that it is part of. */
export class CallBody {
  readonly kind: CallKind;
  /** Of its frames; undefined where it has none, or they are below a content coding. */
  readonly count: MessageCount | undefined;
  /** The JSON of a unary call's error. */
  readonly error: BoundedBytes | undefined;
  readonly #frames: Base64Reader | MessageCount | undefined;

  constructor(kind: CallKind, isCoded: boolean, tellsError: boolean) {
    this.kind = kind;
    if (tellsError) this.error = new BoundedBytes(errorLimit);
    if (isCoded || kind === CallKind.connectUnary) return;
    this.count = new MessageCount(kind === CallKind.connectStream ? endStreamFlag : trailersFlag);
    this.#frames = kind === CallKind.grpcWebText ? new Base64Reader(this.count) : this.count;
  }

  /** The name among those of a flow's protocols. */
  get protocol(): 'grpc-web' | 'connect-rpc' {
    return this.isConnect ? 'connect-rpc' : 'grpc-web';
  }

  get isConnect(): boolean {
    return this.kind === CallKind.connectStream || this.kind === CallKind.connectUnary;
  }

  append(bytes: Uint8Array, start: number, end: number): void {
    this.#frames?.push(bytes, start, end);
    this.error?.append(bytes, start, end);
  }

  /** `length` octets are missing, 0 if nobody knows how many. */
  skip(length: number): void {
    this.error?.drop();
    if (length > 0 && this.#frames === this.count) this.count?.skip(length);
    else this.#frames?.lose();
  }
}

/** What is to be made of the body of a message with this Content-Type, if it is part of a call; `request` is the one that a response answers. */
export function callBodyOf(message: Message, type: string | undefined, request: Message | undefined): CallBody | undefined {
  const kind = kindOfType(type) ?? (message.isResponse ? kindOfAnswer(type, request) : kindOfUnary(message));
  if (kind === undefined) return undefined;
  const tellsError =
    kind === CallKind.connectUnary && message.status >= 400 && type !== undefined && mediaType(type) === 'application/json';
  return new CallBody(kind, message.headers.count(HeaderId.contentEncoding) > 0, tellsError);
}

/** Of nearly all other types one letter tells that they are none of these. */
function kindOfType(type: string | undefined): CallKind | undefined {
  if (type === undefined) return undefined;
  const letter = type.charCodeAt(formatAt) | 0x20;
  if (letter !== 0x67 && letter !== 0x63) return undefined;
  return kindsOfTypes.get(mediaType(type)!.split('+', 1)[0]!);
}

/** An answer whose type is not there, or hidden by a hole, is framed as its request is. */
function kindOfAnswer(type: string | undefined, request: Message | undefined): CallKind | undefined {
  const kind = request?.body?.call?.kind;
  return kind === CallKind.connectUnary || type === undefined ? kind : undefined;
}

/** Unary calls have ordinary types: `Connect-Protocol-Version` or, of one that may be cached, the query tells (Connect, "Unary-Get-Request"). */
function kindOfUnary({ method, target, headers }: Message): CallKind | undefined {
  const isUnary = method === 'GET' ? asksConnect(target) : method === 'POST' && headers.value(HeaderId.connectProtocolVersion) === '1';
  return isUnary ? CallKind.connectUnary : undefined;
}

function asksConnect(target: string): boolean {
  if (!target.includes('connect=v1')) return false;
  const parameters = target.slice(target.indexOf('?') + 1).split('&');
  return parameters.includes('connect=v1') && ['encoding=', 'message='].every((name) => parameters.some((one) => one.startsWith(name)));
}
