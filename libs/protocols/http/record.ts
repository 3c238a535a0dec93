import { isIP } from 'node:net';
import type { FieldMap, TrafficRecord } from '@orbweaver/contracts/records/record.ts';
import { Instant } from '@orbweaver/kernel/instant.ts';
import type { FlowContext } from '../sdk/analyzer.ts';
import { Anomaly, anomalyNames } from './anomalies.ts';
import { userOf } from './authorization.ts';
import type { Body } from './body.ts';
import { HeaderId } from './header-names.ts';
import type { Message } from './message.ts';
import type { Part } from './multipart.ts';
import { splitAuthority, splitTarget, type Target } from './target.ts';
import { listMembers, mediaType, readable, trimBlanks } from './text.ts';
import type { Transaction } from './transaction.ts';

/** The record of a transaction; strings are made here and not before. */
export function buildRecord(flow: FlowContext, transaction: Transaction): TrafficRecord {
  const { request, response } = transaction;
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
  put(record, 'http.request.method', request.method);
  const target = splitTarget(request.method, request.target);
  if (request.target !== '') record['url.original'] = readable(request.target);
  let anomalies = request.anomalies | putPlace(record, request, target);
  put(record, 'url.scheme', target.scheme ?? request.scheme);
  if (target.path !== undefined) record['url.path'] = readable(target.path);
  if (target.query !== undefined) record['url.query'] = readable(target.query);
  putHeader(record, 'http.request.referrer', request, HeaderId.referer);
  putHeader(record, 'user_agent.original', request, HeaderId.userAgent);
  put(record, 'user.name', target.user ?? userOf(headers.value(HeaderId.authorization)));
  put(record, 'network.forwarded_ip', forwardedAddress(headers.value(HeaderId.forwardedFor)));
  putMessage(record, requestFields, request);
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
  put(record, 'url.domain', place.domain === undefined ? undefined : readable(place.domain));
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
  putMessage(record, responseFields, response);
  return response.anomalies;
}

/** Names of the fields that both messages have, made once. */
function messageFields(prefix: string) {
  return {
    bytes: `${prefix}.bytes`,
    mimeType: `${prefix}.mime_type`,
    headers: `${prefix}.headers`,
    trailers: `${prefix}.trailers`,
    truncated: `${prefix}.truncated`,
    bodyBytes: `${prefix}.body.bytes`,
    contentEncoding: `${prefix}.body.content_encoding`,
    md5: `${prefix}.body.hash.md5`,
    sha256: `${prefix}.body.hash.sha256`,
    contentId: `${prefix}.body.content_id`,
    keptBytes: `${prefix}.body.kept_bytes`,
    parts: `${prefix}.body.parts`,
  } as const;
}

type MessageFields = ReturnType<typeof messageFields>;
const requestFields = messageFields('http.request');
const responseFields = messageFields('http.response');

function putMessage(record: TrafficRecord, fields: MessageFields, message: Message): void {
  const { headers, body } = message;
  record[fields.bytes] = message.wireBytes;
  const type = headers.value(HeaderId.contentType);
  if (type !== undefined) put(record, fields.mimeType, mediaType(type));
  put(record, fields.headers, headers.toMap());
  put(record, fields.trailers, message.trailers.toMap());
  const coding = headers.value(HeaderId.contentEncoding);
  const codings = coding === undefined ? [] : listMembers(coding);
  if (codings.length > 0) record[fields.contentEncoding] = codings;
  if (message.truncated) record[fields.truncated] = true;
  if (body !== undefined) putBody(record, fields, body);
}

function putBody(record: TrafficRecord, fields: MessageFields, body: Body): void {
  record[fields.bodyBytes] = body.bytes;
  if (body.digests !== undefined) {
    record[fields.md5] = body.digests.md5;
    record[fields.sha256] = body.digests.sha256;
  }
  if (body.kept !== undefined) {
    record[fields.contentId] = body.kept.id;
    record[fields.keptBytes] = body.kept.bytes;
  }
  if (body.parts.length > 0) record[fields.parts] = body.parts.map(partFields);
}

function partFields(part: Part): FieldMap {
  return {
    ...(part.name === undefined ? {} : { name: part.name }),
    ...(part.fileName === undefined ? {} : { 'file.name': part.fileName }),
    ...(part.mimeType === undefined ? {} : { 'file.mime_type': part.mimeType }),
    'file.size': part.bytes,
  };
}

/** A header as it is: one that is there and empty says something too. */
function putHeader(record: TrafficRecord, field: string, message: Message, id: (typeof HeaderId)[keyof typeof HeaderId]): void {
  const value = message.headers.value(id);
  if (value !== undefined) record[field] = value;
}

function put(record: TrafficRecord, field: string, value: string | FieldMap | undefined): void {
  if (value !== undefined && value !== '') record[field] = value;
}
