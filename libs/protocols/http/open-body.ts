import type { FlowContext } from '../sdk/analyzer.ts';
import { Body } from './body.ts';
import { HeaderId } from './header-names.ts';
import type { Message } from './message.ts';
import { multipartReader } from './multipart.ts';
import { callBodyOf } from './rpc/call-body.ts';

/** The body of a message whose headers are known, with what looks into it; `request` is the one that a response answers, where that is known. */
export function openBody(flow: FlowContext, message: Message, request: Message | undefined): Body {
  const type = message.headers.value(HeaderId.contentType);
  const multipart = message.headers.count(HeaderId.contentEncoding) > 0 ? undefined : multipartReader(type);
  const kind = message.isResponse ? 'http.response.body' : 'http.request.body';
  return new Body(flow, kind, multipart, callBodyOf(message, type, request));
}
