import type { DatasetSchema, Field } from '@orbweaver/contracts/records/schema.ts';

/** The fields of one message; requests and responses have the same ones. */
function messageFields(prefix: 'http.request' | 'http.response', what: 'request' | 'response'): Record<string, Field> {
  const label = what === 'request' ? 'Request' : 'Response';
  return {
    [`${prefix}.bytes`]: {
      type: 'integer',
      unit: 'byte',
      label: `${label} size`,
      help: `Octets of the whole ${what} on the wire: start line, headers, body with its framing, trailers.`,
      example: 812,
    },
    [`${prefix}.mime_type`]: {
      type: 'keyword',
      label: `${label} type`,
      help: `Media type that the ${what}'s Content-Type names, in lower case, without parameters.`,
      example: what === 'request' ? 'application/json' : 'text/html',
    },
    [`${prefix}.headers`]: {
      type: 'map',
      label: `${label} headers`,
      help: 'Names in lower case; the values of repeated ones are joined by a comma and a blank.',
    },
    [`${prefix}.trailers`]: { type: 'map', label: `${label} trailers`, help: `Header lines behind the last chunk of the ${what}'s body.` },
    [`${prefix}.truncated`]: {
      type: 'boolean',
      label: `${label} truncated`,
      help: `True if the ${what} broke off: the connection closed, the capture ended or has a hole, or the framing made no sense.`,
    },
    [`${prefix}.body.bytes`]: {
      type: 'integer',
      unit: 'byte',
      label: `${label} body size`,
      help: 'Octets of the body with chunks put together and the content coding (gzip) still on.',
      example: 4096,
    },
    [`${prefix}.body.content_encoding`]: {
      type: 'keyword',
      many: true,
      label: `${label} content coding`,
      help: `Codings that were applied to the ${what}'s body, in order, from Content-Encoding.`,
      example: 'gzip',
    },
    [`${prefix}.body.content_id`]: { type: 'keyword', label: `${label} body`, help: `Opens the kept body of the ${what}.` },
    [`${prefix}.body.kept_bytes`]: {
      type: 'integer',
      unit: 'byte',
      label: `${label} body kept`,
      help: `How much of the ${what}'s body was kept.`,
    },
    [`${prefix}.body.hash.md5`]: {
      type: 'keyword',
      label: `${label} body MD5`,
      help: `MD5 of the ${what}'s whole body, content coding still on.`,
    },
    [`${prefix}.body.hash.sha256`]: {
      type: 'keyword',
      label: `${label} body SHA-256`,
      help: `SHA-256 of the ${what}'s whole body, content coding still on.`,
    },
    [`${prefix}.body.parts`]: {
      type: 'object',
      label: `${label} parts`,
      help: `Parts of a multipart body of the ${what}, in order.`,
      properties: {
        name: { type: 'keyword', label: 'Name', help: 'Name of the form field, from Content-Disposition.', example: 'avatar' },
        'file.name': { type: 'keyword', label: 'File', help: 'File name, from Content-Disposition.', example: 'cat.png' },
        'file.mime_type': { type: 'keyword', label: 'Type', help: 'Media type, from Content-Type.', example: 'image/png' },
        'file.size': { type: 'integer', unit: 'byte', label: 'Size', help: 'Octets of the content of the part.' },
      },
    },
  };
}

export const schema: DatasetSchema = {
  dataset: 'http',
  title: 'HTTP',
  record: 'one request with its response',
  fields: {
    'http.request.method': { type: 'keyword', label: 'Method', help: 'Method of the request line.', example: 'GET' },
    'url.original': { type: 'text', label: 'Target', help: 'The request target as it was sent.', example: '/search?q=spider' },
    'url.scheme': {
      type: 'keyword',
      label: 'Scheme',
      help: 'Scheme of an absolute target, as sent to a proxy, or of an HTTP/2 request.',
      example: 'http',
    },
    'url.domain': {
      type: 'keyword',
      label: 'Host',
      help: "Host of an absolute target or, without one, of HTTP/2's :authority or the Host header; in lower case, without port, an IPv6 address in brackets.",
      example: 'www.example.com',
    },
    'url.port': { type: 'integer', label: 'URL port', help: 'Port that the target or the Host header names.', example: 8080 },
    'url.path': { type: 'keyword', label: 'Path', help: 'Path of the target, as sent.', example: '/search' },
    'url.query': { type: 'text', label: 'Query', help: 'Query of the target, without the question mark.', example: 'q=spider' },
    'http.version': { type: 'keyword', label: 'Version', help: 'Version of the request or, without one, of the response.', example: '1.1' },
    'http.transaction.ordinal': {
      type: 'integer',
      label: 'Position',
      help: 'Position of the transaction in its connection, from 1.',
      example: 1,
    },
    'http.request.id': { type: 'keyword', label: 'Request id', help: 'Value of X-Request-Id or X-Correlation-Id.' },
    'http.request.referrer': { type: 'text', label: 'Referrer', help: 'Value of Referer.', example: 'http://www.example.com/' },
    'user_agent.original': { type: 'text', label: 'User agent', help: 'Value of User-Agent.', example: 'curl/8.5.0' },
    'user.name': {
      type: 'keyword',
      label: 'User',
      help: 'User of Basic or Digest authentication, at the server or else at a proxy, or of the target.',
      example: 'alice',
    },
    'network.forwarded_ip': {
      type: 'ip',
      label: 'Forwarded for',
      help: 'First address of X-Forwarded-For: the client, if the proxy is to be believed.',
      example: '203.0.113.7',
    },
    ...messageFields('http.request', 'request'),
    'http.response.status_code': { type: 'integer', label: 'Status', help: 'Status of the final response.', example: 200 },
    'http.response.status_phrase': { type: 'keyword', label: 'Phrase', help: 'Reason phrase of the final response.', example: 'OK' },
    'http.response.interim_status_codes': {
      type: 'integer',
      many: true,
      label: 'Interim statuses',
      help: 'Statuses of interim responses before the final one: 100, 103.',
      example: 100,
    },
    'http.response.time_to_first_byte': {
      type: 'integer',
      unit: 'ns',
      label: 'Time to first byte',
      help: 'Nanoseconds from the end of the request to the beginning of the final response.',
      example: 2_300_000,
    },
    ...messageFields('http.response', 'response'),
    'http2.stream.id': { type: 'integer', label: 'Stream', help: 'HTTP/2 stream that carried it.', example: 3 },
    'http2.pushed': { type: 'boolean', label: 'Pushed', help: 'True if the server pushed it: the request is the one that it promised.' },
    'http2.error_code': {
      type: 'keyword',
      label: 'Stream error',
      help: 'Error code of the RST_STREAM or GOAWAY that ended the HTTP/2 stream.',
      example: 'CANCEL',
    },
    'http2.hidden_headers': {
      type: 'integer',
      label: 'Hidden headers',
      help: 'Header lines that refer to compression state from before the capture, or from a hole in it; they are left out.',
      example: 4,
    },
    'rpc.system': {
      type: 'keyword',
      label: 'RPC system',
      help: 'The remoting system: grpc, also of gRPC-Web, or connect_rpc.',
      example: 'grpc',
    },
    'rpc.service': { type: 'keyword', label: 'RPC service', help: 'Full name of the service, with its package.', example: 'loom.Weaver' },
    'rpc.method': { type: 'keyword', label: 'RPC method', help: 'Name of the method, without its service.', example: 'Weave' },
    'rpc.grpc.status_code': {
      type: 'integer',
      label: 'gRPC status',
      help: 'Value of grpc-status, in the trailers (of gRPC-Web: the last frame) or, without a body, the headers of the response.',
      example: 0,
    },
    'rpc.connect_rpc.error_code': {
      type: 'keyword',
      label: 'Connect error',
      help: "Code of the error that a call of Connect was answered with, as the protocol spells it, from the stream's last envelope or the body of the response.",
      example: 'not_found',
    },
    'rpc.request.messages': { type: 'integer', label: 'RPC messages sent', help: 'Messages that the client sent whole.', example: 1 },
    'rpc.response.messages': { type: 'integer', label: 'RPC messages received', help: 'Messages that the server sent whole.', example: 1 },
    'event.outcome': {
      type: 'keyword',
      label: 'Outcome',
      help: 'success below status 400, failure from there on, with a gRPC status other than 0 and with an error at the end of a Connect stream, unknown without a status and for a remote call that broke off before its own.',
      example: 'success',
    },
    'http.anomalies': {
      type: 'keyword',
      many: true,
      label: 'Anomalies',
      help: 'Shapes that the grammar forbids or that programs read differently: what request smuggling is made of; answered-with-tls if the server takes TLS alone.',
      example: 'conflicting-content-length',
    },
  },
};
