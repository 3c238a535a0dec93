import type { TrafficRecord } from '@orbweaver/contracts/records/record.ts';
import { HeaderId } from '../http/header-names.ts';
import type { Message } from '../http/message.ts';
import type { MessageCount } from '../http/rpc/message-count.ts';
import { putGrpcStatus, putMethod, statusOfHeaders } from '../http/rpc/record.ts';

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
  putMethod(record);
  if (request !== undefined) record['rpc.request.messages'] = sent.messages;
  if (response === undefined) return;
  record['rpc.response.messages'] = received.messages;
  putGrpcStatus(record, statusOfHeaders(response));
}
