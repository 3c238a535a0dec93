import type { TrafficRecord } from '@orbweaver/contracts/records/record.ts';
import { buildRecord } from '../http/record.ts';
import type { FlowContext } from '../sdk/analyzer.ts';
import { isGrpc, putGrpc } from './grpc.ts';
import type { Stream } from './stream.ts';

/** Names of error codes, by number (RFC 9113, section 7). */
const errorNames = (
  'NO_ERROR PROTOCOL_ERROR INTERNAL_ERROR FLOW_CONTROL_ERROR SETTINGS_TIMEOUT STREAM_CLOSED FRAME_SIZE_ERROR REFUSED_STREAM CANCEL ' +
  'COMPRESSION_ERROR CONNECT_ERROR ENHANCE_YOUR_CALM INADEQUATE_SECURITY HTTP_1_1_REQUIRED'
).split(' ');

export function buildStreamRecord(flow: FlowContext, stream: Stream): TrafficRecord {
  const { request, response } = stream.transaction;
  const isCall = isGrpc(request) || isGrpc(response);
  if (isCall) flow.addProtocol('grpc');
  const record = buildRecord(flow, stream.transaction);
  record['http2.stream.id'] = stream.id;
  if (stream.isPushed) record['http2.pushed'] = true;
  if (stream.hidden > 0) record['http2.hidden_headers'] = stream.hidden;
  if (stream.errorCode !== undefined) record['http2.error_code'] = errorNames[stream.errorCode] ?? `0x${stream.errorCode.toString(16)}`;
  if (isCall) putGrpc(record, request, response, stream.sent, stream.received);
  return record;
}
