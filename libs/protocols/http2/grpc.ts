import type { TrafficRecord } from '@orbweaver/contracts/records/record.ts';
import { HeaderId } from '../http/header-names.ts';
import type { Message } from '../http/message.ts';

/**
 * Counts the messages in one direction of a gRPC call (gRPC over HTTP/2, "Length-Prefixed-Message"):
 *
 *     compressed (8), length (32, big-endian), message
 */
export class MessageCount {
  /** Messages that came whole. */
  messages = 0;
  #prefixLength = 0;
  #length = 0;
  #remaining = 0;
  #isLost = false;

  push(bytes: Uint8Array, start: number, end: number): void {
    let at = start;
    while (at < end && !this.#isLost) {
      if (this.#remaining > 0) {
        const taken = Math.min(this.#remaining, end - at);
        at += taken;
        this.#consume(taken);
      } else this.#readPrefix(bytes[at++]!);
    }
  }

  /** Missing octets within a message are passed over; a prefix among them ends the count. */
  skip(length: number): void {
    if (length > this.#remaining) this.lose();
    else this.#consume(length);
  }

  /** Octets may be missing, nobody knows how many: where the next prefix stands cannot be told. */
  lose(): void {
    this.#isLost = true;
  }

  #readPrefix(octet: number): void {
    if (this.#prefixLength === 0) {
      this.#isLost = octet > 1;
      this.#length = 0;
    } else this.#length = this.#length * 256 + octet;
    if (++this.#prefixLength < 5) return;
    this.#prefixLength = 0;
    this.#remaining = this.#length;
    if (this.#remaining === 0) this.messages++;
  }

  #consume(length: number): void {
    this.#remaining -= length;
    if (this.#remaining === 0) this.messages++;
  }
}

/** Whether a message is one of gRPC: `application/grpc` with a format behind it or not; `application/grpc-web` is framed otherwise. */
export function isGrpc(message: Message | undefined): boolean {
  const type = message?.headers.value(HeaderId.contentType)?.toLowerCase();
  return type !== undefined && /^application\/grpc([+; ]|$)/.test(type);
}

/** What the record of a gRPC call says beside HTTP. */
export function putGrpc(
  record: TrafficRecord,
  request: Message | undefined,
  response: Message | undefined,
  sent: MessageCount,
  received: MessageCount,
): void {
  record['rpc.system'] = 'grpc';
  const path = request?.target ?? '';
  const slash = path.lastIndexOf('/');
  if (slash > 1) record['rpc.service'] = path.slice(1, slash);
  if (slash >= 0 && slash + 1 < path.length) record['rpc.method'] = path.slice(slash + 1);
  if (request !== undefined) record['rpc.request.messages'] = sent.messages;
  if (response === undefined) return;
  record['rpc.response.messages'] = received.messages;
  const status = statusOf(response);
  if (status === undefined) {
    // A call that was broken off, whatever HTTP said when its answer began.
    if (record['event.outcome'] === 'success') record['event.outcome'] = 'unknown';
    return;
  }
  record['rpc.grpc.status_code'] = status;
  record['event.outcome'] = status === 0 && record['event.outcome'] !== 'failure' ? 'success' : 'failure';
}

/** `grpc-status` of the trailers or, where the response has no body, of its headers. */
function statusOf(response: Message): number | undefined {
  const text = response.trailers.toMap()?.['grpc-status'] ?? response.headers.toMap()?.['grpc-status'];
  return typeof text === 'string' && /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}
