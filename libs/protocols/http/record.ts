import { isIP } from 'node:net';
import type { FieldMap, TrafficRecord } from '@orbweaver/contracts/records/record.ts';
import { Instant } from '@orbweaver/kernel/instant.ts';
import type { FlowContext } from '../sdk/analyzer.ts';
import { Anomaly, anomalyNames } from './anomalies.ts';
import { userOf } from './authorization.ts';
import type { HeaderFields } from './header-fields.ts';
import { HeaderId } from './header-names.ts';
import type { Message } from './message.ts';
import type { Part } from './multipart.ts';
import { putCall } from './rpc/record.ts';
import { splitAuthority, splitTarget, type Target } from './target.ts';
import { listMembers, mediaType, readable, trimBlanks } from './text.ts';
import type { Transaction } from './transaction.ts';

/**
 * The record of a transaction; strings are made here and not before.
 *
 * Each field is written by its name as it stands, not through a variable: to V8 a record whose fields come from variables is a dictionary, which takes four
 * times as long to read and to write out.
 */
export function buildRecord(flow: FlowContext, transaction: Transaction): TrafficRecord {
  const { request, response } = transaction;
  const call = request?.body?.call ?? response?.body?.call;
  if (call !== undefined) flow.addProtocol(call.protocol);
  const start =
    request !== undefined && !response?.firstByte.isBefore(request.firstByte) ? request.firstByte : (response ?? request)!.firstByte;
  const record = flow.newRecord('http', transaction.ordinal, start, endOf(request, response));
  record['http.transaction.ordinal'] = transaction.ordinal + 1;
  let anomalies = transaction.anomalies;
  if (request !== undefined) anomalies |= putRequest(record, request);
  if (response !== undefined) anomalies |= putResponse(record, transaction, response);
  const version = request !== undefined && !(request.version === '0.9' && response?.status) ? request.version : response?.version;
  if (version !== undefined) record['http.version'] = version;
  const id = idOf(request) ?? idOf(response);
  if (id !== undefined) record['http.request.id'] = id;
  record['event.outcome'] = outcomeOf(response);
  if (anomalies !== 0) record['http.anomalies'] = anomalyNames(anomalies);
  const missed = transaction.missed + (request?.missed ?? 0) + (response?.missed ?? 0);
  if (missed > 0) record['flow.missed_bytes'] = missed;
  if (call !== undefined) putCall(record, call, request, response);
  return record;
}

function endOf(request: Message | undefined, response: Message | undefined): Instant {
  if (request === undefined || response === undefined) return (request ?? response)!.lastByte;
  return response.lastByte.isBefore(request.lastByte) ? request.lastByte : response.lastByte;
}

function outcomeOf(response: Message | undefined): string {
  if (response === undefined || response.status === 0) return 'unknown';
  return response.status < 400 ? 'success' : 'failure';
}

function idOf(message: Message | undefined): string | undefined {
  return message?.headers.value(HeaderId.requestId) ?? message?.headers.value(HeaderId.correlationId);
}

function putRequest(record: TrafficRecord, request: Message): number {
  const { headers } = request;
  if (request.method !== '') record['http.request.method'] = request.method;
  const target = splitTarget(request.method, request.target);
  if (request.target !== '') record['url.original'] = readable(request.target);
  let anomalies = request.anomalies | putPlace(record, request, target);
  const scheme = target.scheme ?? request.scheme;
  if (scheme !== '') record['url.scheme'] = scheme;
  if (target.path !== undefined) record['url.path'] = readable(target.path);
  if (target.query !== undefined) record['url.query'] = readable(target.query);
  const referrer = headers.value(HeaderId.referer);
  if (referrer !== undefined) record['http.request.referrer'] = referrer;
  const userAgent = headers.value(HeaderId.userAgent);
  if (userAgent !== undefined) record['user_agent.original'] = userAgent;
  const user = target.user ?? userOf(headers.value(HeaderId.authorization)) ?? userOf(headers.value(HeaderId.proxyAuthorization));
  if (user !== undefined && user !== '') record['user.name'] = user;
  const forwarded = forwardedAddress(headers.value(HeaderId.forwardedFor));
  if (forwarded !== undefined) record['network.forwarded_ip'] = forwarded;
  putRequestMessage(record, request);
  if (request.version !== '1.1') anomalies &= ~Anomaly.missingHost;
  return anomalies;
}

/** Host of the target or, where it has none, of the authority beside it or of the header (RFC 9112, section 3.2.2; RFC 9113, section 8.3.1). */
function putPlace(record: TrafficRecord, request: Message, target: Target): number {
  const value = request.headers.value(HeaderId.host);
  let anomalies = request.headers.count(HeaderId.host) > 1 ? Anomaly.repeatedHost : 0;
  const beside = request.authority === '' ? value : request.authority;
  const host = beside === undefined ? {} : splitAuthority(beside);
  const place = target.domain === undefined ? host : target;
  if (place.domain !== undefined && place.domain !== '') record['url.domain'] = readable(place.domain);
  if (place.port !== undefined) record['url.port'] = place.port;
  if (value === undefined && !request.truncated) anomalies |= Anomaly.missingHost;
  if (target.domain !== undefined && host.domain !== undefined && host.domain !== target.domain) anomalies |= Anomaly.hostMismatch;
  return anomalies;
}

/** The first address of X-Forwarded-For, which a proxy says the client has. */
function forwardedAddress(value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  const comma = value.indexOf(',');
  const first = trimBlanks(comma < 0 ? value : value.slice(0, comma));
  return isIP(first) === 0 || first.includes('%') ? undefined : first;
}

function putResponse(record: TrafficRecord, transaction: Transaction, response: Message): number {
  if (response.status > 0) record['http.response.status_code'] = response.status;
  if (response.phrase !== '') record['http.response.status_phrase'] = readable(response.phrase);
  if (transaction.interim.length > 0) record['http.response.interim_status_codes'] = transaction.interim;
  const request = transaction.request;
  if (request?.complete === true && !response.firstByte.isBefore(request.lastByte)) {
    record['http.response.time_to_first_byte'] = response.firstByte.nanosSince(request.lastByte);
  }
  putResponseMessage(record, response);
  return response.anomalies;
}

function putRequestMessage(record: TrafficRecord, request: Message): void {
  const { headers, trailers, body } = request;
  record['http.request.bytes'] = request.wireBytes;
  const type = mimeTypeOf(headers);
  if (type !== undefined) record['http.request.mime_type'] = type;
  if (headers.size > 0) record['http.request.headers'] = headers.toMap();
  if (trailers.size > 0) record['http.request.trailers'] = trailers.toMap();
  const codings = codingsOf(headers);
  if (codings.length > 0) record['http.request.body.content_encoding'] = codings;
  if (request.truncated) record['http.request.truncated'] = true;
  if (body === undefined) return;
  record['http.request.body.bytes'] = body.bytes;
  if (body.digests !== undefined) {
    record['http.request.body.hash.md5'] = body.digests.md5;
    record['http.request.body.hash.sha256'] = body.digests.sha256;
  }
  if (body.kept !== undefined) {
    record['http.request.body.content_id'] = body.kept.id;
    record['http.request.body.kept_bytes'] = body.kept.bytes;
  }
  if (body.parts.length > 0) record['http.request.body.parts'] = body.parts.map(partFields);
}

function putResponseMessage(record: TrafficRecord, response: Message): void {
  const { headers, trailers, body } = response;
  record['http.response.bytes'] = response.wireBytes;
  const type = mimeTypeOf(headers);
  if (type !== undefined) record['http.response.mime_type'] = type;
  if (headers.size > 0) record['http.response.headers'] = headers.toMap();
  if (trailers.size > 0) record['http.response.trailers'] = trailers.toMap();
  const codings = codingsOf(headers);
  if (codings.length > 0) record['http.response.body.content_encoding'] = codings;
  if (response.truncated) record['http.response.truncated'] = true;
  if (body === undefined) return;
  record['http.response.body.bytes'] = body.bytes;
  if (body.digests !== undefined) {
    record['http.response.body.hash.md5'] = body.digests.md5;
    record['http.response.body.hash.sha256'] = body.digests.sha256;
  }
  if (body.kept !== undefined) {
    record['http.response.body.content_id'] = body.kept.id;
    record['http.response.body.kept_bytes'] = body.kept.bytes;
  }
  if (body.parts.length > 0) record['http.response.body.parts'] = body.parts.map(partFields);
}

function mimeTypeOf(headers: HeaderFields): string | undefined {
  const type = headers.value(HeaderId.contentType);
  return type === undefined ? undefined : mediaType(type);
}

function codingsOf(headers: HeaderFields): readonly string[] {
  const coding = headers.value(HeaderId.contentEncoding);
  return coding === undefined ? [] : listMembers(coding);
}

function partFields(part: Part): FieldMap {
  return {
    ...(part.name === undefined ? {} : { name: part.name }),
    ...(part.fileName === undefined ? {} : { 'file.name': part.fileName }),
    ...(part.mimeType === undefined ? {} : { 'file.mime_type': part.mimeType }),
    'file.size': part.bytes,
  };
}
