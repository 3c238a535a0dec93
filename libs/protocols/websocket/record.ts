import type { Instant } from '@orbweaver/kernel/instant.ts';
import type { TrafficRecord } from '@orbweaver/contracts/records/record.ts';
import { flat } from '@orbweaver/kernel/bytes/text.ts';
import { HeaderId } from '../http/header-names.ts';
import type { Message } from '../http/message.ts';
import { splitAuthority, splitTarget } from '../http/target.ts';
import { readable, trimBlanks } from '../http/text.ts';
import type { Upgrade } from '../http/upgrade.ts';
import type { FlowContext } from '../sdk/analyzer.ts';
import type { MessageCounter } from './side.ts';

/** What is known of a connection at its end. */
export interface Connection {
  readonly opened: Instant;
  readonly last: Instant;
  readonly upgrade: Upgrade | undefined;
  readonly source: MessageCounter;
  readonly destination: MessageCounter;
  /** The side whose close code came first. */
  readonly closer: MessageCounter | undefined;
}

/** Members of one list that are told; a header block is longer than any honest list. */
const listLimit = 64;

export function buildRecord(flow: FlowContext, connection: Connection): TrafficRecord {
  const { upgrade, source, destination, closer } = connection;
  const request = upgrade?.transaction.request;
  const response = upgrade?.transaction.response;
  const start = request?.firstByte ?? response?.firstByte ?? connection.opened;
  const record = flow.newRecord('websocket', 0, start, connection.last);
  if (request !== undefined) putRequest(record, request);
  if (response !== undefined) putResponse(record, response);
  record['websocket.source.messages'] = source.messages;
  record['websocket.destination.messages'] = destination.messages;
  record['websocket.source.bytes'] = source.bytes;
  record['websocket.destination.bytes'] = destination.bytes;
  if (closer?.closeCode !== undefined) record['websocket.close.code'] = closer.closeCode;
  if (closer !== undefined && closer.closeReason !== '') record['websocket.close.reason'] = closer.closeReason;
  const missed = source.missed + destination.missed;
  if (missed > 0) record['flow.missed_bytes'] = missed;
  return record;
}

function putRequest(record: TrafficRecord, request: Message): void {
  const { headers } = request;
  const host = request.authority === '' ? headers.value(HeaderId.host) : request.authority;
  const domain = splitTarget(request.method, request.target).domain ?? (host === undefined ? undefined : splitAuthority(host).domain);
  if (domain !== undefined) record['url.domain'] = readable(domain);
  if (request.target !== '') record['url.original'] = readable(request.target);
  const agent = headers.value(HeaderId.userAgent);
  if (agent !== undefined) record['user_agent.original'] = agent;
  const map = headers.toMap();
  putList(record, 'websocket.client.protocols', map?.['sec-websocket-protocol']);
  putList(record, 'websocket.client.extensions', map?.['sec-websocket-extensions']);
}

function putResponse(record: TrafficRecord, response: Message): void {
  const map = response.headers.toMap();
  const subprotocol = map?.['sec-websocket-protocol'];
  if (typeof subprotocol === 'string' && subprotocol !== '') record['websocket.subprotocol'] = subprotocol;
  putList(record, 'websocket.server.extensions', map?.['sec-websocket-extensions']);
}

/** The members of a list as they were sent, with their parameters (RFC 6455, sections 9.1 and 11.3). */
function putList(record: TrafficRecord, field: string, value: unknown): void {
  if (typeof value !== 'string') return;
  const members = value
    .split(',', listLimit)
    .map((member) => flat(trimBlanks(member)))
    .filter((member) => member !== '');
  if (members.length > 0) record[field] = members;
}
