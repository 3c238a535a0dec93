import { gunzipSync } from 'node:zlib';
import type { TrafficRecord } from '@orbweaver/contracts/records/record.ts';
import { latin1 } from '@orbweaver/kernel/bytes/text.ts';
import { HeaderId } from '../header-names.ts';
import type { Message } from '../message.ts';
import { trimBlanks } from '../text.ts';
import { CallKind, type CallBody } from './call-body.ts';

/** Octets that a compressed end of a stream, or error, unpacks to at most. */
const unpackedLimit = 16 * 1024;

/** Codes of errors (Connect, "Error Codes"). */
const errorCodes = new Set(
  (
    'canceled unknown invalid_argument deadline_exceeded not_found already_exists permission_denied resource_exhausted failed_precondition aborted ' +
    'out_of_range unimplemented internal unavailable data_loss unauthenticated'
  ).split(' '),
);

/** What the record of a call of gRPC-Web or Connect says beside HTTP; `call` is the request's or, without one, the response's. */
export function putCall(record: TrafficRecord, call: CallBody, request: Message | undefined, response: Message | undefined): void {
  record['rpc.system'] = call.isConnect ? 'connect_rpc' : 'grpc';
  putMethod(record);
  const sent = messagesOf(request);
  if (sent !== undefined) record['rpc.request.messages'] = sent;
  if (response === undefined) return;
  const received = messagesOf(response);
  if (received !== undefined) record['rpc.response.messages'] = received;
  if (call.kind === CallKind.connectUnary) putUnaryOutcome(record, response);
  else if (call.isConnect) putEndOfStream(record, response);
  else putGrpcStatus(record, statusOfFrame(response) ?? statusOfHeaders(response));
}

/** Service and method are the last two segments of the path; before them a server may have a prefix of its own. */
export function putMethod(record: TrafficRecord): void {
  const path = record['url.path'];
  if (typeof path !== 'string') return;
  const slash = path.lastIndexOf('/');
  const service = path.slice(path.lastIndexOf('/', slash - 1) + 1, Math.max(0, slash));
  if (service !== '') record['rpc.service'] = service;
  if (slash >= 0 && slash + 1 < path.length) record['rpc.method'] = path.slice(slash + 1);
}

function messagesOf(message: Message | undefined): number | undefined {
  const call = message?.body?.call;
  if (message === undefined || call?.kind !== CallKind.connectUnary) return call?.count?.messages;
  return message.complete && (!message.isResponse || message.status === 200) ? 1 : 0;
}

// gRPC and gRPC-Web

/** `status` is undefined of a call that was broken off, or whose status cannot be told, whatever HTTP said when its answer began. */
export function putGrpcStatus(record: TrafficRecord, status: number | undefined): void {
  if (status === undefined) return putUnknownOutcome(record);
  record['rpc.grpc.status_code'] = status;
  record['event.outcome'] = status === 0 && record['event.outcome'] !== 'failure' ? 'success' : 'failure';
}

/** `grpc-status` of the trailers or, where the response has no body, of its headers. */
export function statusOfHeaders(response: Message): number | undefined {
  return statusOf(response.trailers.value(HeaderId.grpcStatus) ?? response.headers.value(HeaderId.grpcStatus));
}

/** `grpc-status` of the frame that has the trailers, as lines like those of HTTP/1 (PROTOCOL-WEB, "Message framing"). */
function statusOfFrame(response: Message): number | undefined {
  const trailers = endOf(response);
  if (trailers === undefined) return undefined;
  for (const line of latin1(trailers, 0, trailers.length).split('\n')) {
    const colon = line.indexOf(':');
    if (trimBlanks(line.slice(0, colon)).toLowerCase() === 'grpc-status') return statusOf(trimBlanks(line.slice(colon + 1)));
  }
  return undefined;
}

function statusOf(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}

// Connect

/** An answer that is whole says by its HTTP status whether the call succeeded. */
function putUnaryOutcome(record: TrafficRecord, response: Message): void {
  if (!response.complete) putUnknownOutcome(record);
  const bytes = response.body?.call?.error?.whole;
  if (bytes !== undefined) putErrorCode(record, jsonOf(unpacked(bytes, response.headers.count(HeaderId.contentEncoding) > 0)));
}

/** EndStreamResponse: `{"error": {"code": "internal"}}`, without `error` if the call succeeded (Connect, "Streaming-Response"). */
function putEndOfStream(record: TrafficRecord, response: Message): void {
  const end = jsonOf(endOf(response));
  if (end === undefined) return putUnknownOutcome(record);
  const error = end['error'];
  if (error === undefined || error === null) return;
  record['event.outcome'] = 'failure';
  if (isObject(error)) putErrorCode(record, error);
}

function putErrorCode(record: TrafficRecord, error: Record<string, unknown> | undefined): void {
  const code = error?.['code'];
  if (typeof code === 'string' && errorCodes.has(code)) record['rpc.connect_rpc.error_code'] = code;
}

function putUnknownOutcome(record: TrafficRecord): void {
  if (record['event.outcome'] === 'success') record['event.outcome'] = 'unknown';
}

/** What the frame that ends the messages says, or undefined where that cannot be told. */
function endOf(response: Message): Uint8Array | undefined {
  const end = response.body?.call?.count?.end;
  return end === undefined ? undefined : unpacked(end.bytes, end.isCompressed);
}

/** Undefined if it is compressed otherwise than with gzip, or unpacks to more than the limit. */
function unpacked(bytes: Uint8Array, isCompressed: boolean): Uint8Array | undefined {
  if (!isCompressed) return bytes;
  try {
    return gunzipSync(bytes, { maxOutputLength: unpackedLimit });
  } catch {
    // The only way that node:zlib has to say so; once a call.
    return undefined;
  }
}

function jsonOf(bytes: Uint8Array | undefined): Record<string, unknown> | undefined {
  if (bytes === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'));
    return isObject(value) ? value : undefined;
  } catch {
    // Once a call.
    return undefined;
  }
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
