import { createHash } from 'node:crypto';
import fc from 'fast-check';
import type { Event } from './talk.ts';

/** A generated conversation and what its records must say. */
export interface Generated {
  readonly events: readonly Event[];
  readonly truth: readonly Record<string, unknown>[];
}

type Coding = 'length' | 'chunked' | 'none';

interface Body {
  readonly content: string;
  readonly coding: Coding;
  readonly cuts: readonly number[];
  readonly trailer: boolean;
}

interface Exchange {
  readonly method: string;
  readonly path: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly request: Body;
  readonly interim: readonly number[];
  readonly status: number;
  readonly response: Body;
  /** Sent without waiting for the responses before it. */
  readonly eager: boolean;
  readonly lineBreak: '\r\n' | '\n';
}

const letters = 'abcdefghijklmnopqrstuvwxyz0123456789-';
const word = fc.array(fc.constantFrom(...letters), { minLength: 1, maxLength: 12 }).map((all) => all.join(''));
const octets = fc.array(fc.integer({ min: 0, max: 255 }), { maxLength: 60 }).map((all) => String.fromCharCode(...all));
/** Content that looks like messages: framing must not be fooled. */
const tricky = fc.constantFrom('HTTP/1.1 200 OK\r\n\r\n', 'GET / HTTP/1.1\r\nHost: x\r\n\r\n', '0\r\n\r\n', '\r\n\r\n');
const content = fc.oneof({ weight: 3, arbitrary: octets }, { weight: 1, arbitrary: tricky });

const body = fc.record<Body>({
  content,
  coding: fc.constantFrom<Coding>('length', 'chunked', 'none'),
  cuts: fc.array(fc.integer({ min: 1, max: 20 }), { maxLength: 5 }),
  trailer: fc.boolean(),
});

const exchange = fc.record<Exchange>({
  method: fc.constantFrom('GET', 'POST', 'PUT', 'HEAD', 'DELETE', 'PROPFIND', 'x-odd', 'BREW'),
  path: word.map((text) => `/${text}`),
  headers: fc.array(
    fc.tuple(
      word.map((name) => `x-${name}`),
      word,
    ),
    { maxLength: 4 },
  ),
  request: body,
  interim: fc.array(fc.constantFrom(100, 102, 103), { maxLength: 2 }),
  status: fc.constantFrom(200, 201, 204, 304, 404, 500),
  response: body,
  eager: fc.boolean(),
  lineBreak: fc.constantFrom('\r\n' as const, '\r\n' as const, '\n' as const),
});

function encode(bodyOf: Body, lineBreak: string): { readonly head: string; readonly wire: string; readonly content: string } {
  if (bodyOf.coding === 'none') return { head: `Content-Length: 0${lineBreak}`, wire: '', content: '' };
  if (bodyOf.coding === 'length')
    return { head: `Content-Length: ${bodyOf.content.length}${lineBreak}`, wire: bodyOf.content, content: bodyOf.content };
  let wire = '';
  let at = 0;
  for (const cut of [...bodyOf.cuts, Infinity]) {
    const part = bodyOf.content.slice(at, at + cut);
    if (part !== '') wire += `${part.length.toString(16)};x=${cut}${lineBreak}${part}${lineBreak}`;
    at += part.length;
  }
  wire += `000${lineBreak}${bodyOf.trailer ? `X-Trailer: ${at}${lineBreak}` : ''}${lineBreak}`;
  return { head: `Transfer-Encoding: chunked${lineBreak}`, wire, content: bodyOf.content };
}

function build(exchanges: readonly Exchange[]): Generated {
  const events: Event[] = [];
  let unanswered = '';
  const truth = exchanges.map((one) => {
    const { lineBreak } = one;
    const headers = one.headers.map(([name, value]) => `${name}: ${value}${lineBreak}`).join('');
    const request = encode(one.request, lineBreak);
    const response = encode(one.response, lineBreak);
    const hasNoBody = one.method === 'HEAD' || one.status === 204 || one.status === 304;
    const requestText = `${one.method} ${one.path} HTTP/1.1${lineBreak}Host: a.test${lineBreak}${headers}${request.head}${lineBreak}${request.wire}`;
    const interim = one.interim.map((status) => `HTTP/1.1 ${status} Wait${lineBreak}${lineBreak}`).join('');
    const responseText = `HTTP/1.1 ${one.status} So${lineBreak}${headers}${response.head}${lineBreak}${hasNoBody ? '' : response.wire}`;
    if (!one.eager && unanswered !== '') {
      events.push({ server: unanswered });
      unanswered = '';
    }
    events.push({ client: requestText });
    unanswered += interim + responseText;
    const received = hasNoBody ? '' : response.content;
    return {
      'http.request.method': one.method,
      'url.path': one.path,
      'http.request.bytes': requestText.length,
      'http.request.body.bytes': request.content.length,
      'http.request.body.hash.md5': hashOf(request.content),
      'http.response.status_code': one.status,
      'http.response.interim_status_codes': one.interim.length === 0 ? undefined : [...one.interim],
      'http.response.bytes': responseText.length,
      'http.response.body.bytes': received.length,
      'http.response.body.hash.md5': hashOf(received),
      headers: mapOf(one.headers),
    };
  });
  if (unanswered !== '') events.push({ server: unanswered });
  return { events, truth };
}

const hashOf = (text: string): string | undefined => (text === '' ? undefined : createHash('md5').update(text, 'latin1').digest('hex'));

function mapOf(headers: readonly (readonly [string, string])[]): Record<string, string> {
  const map: Record<string, string> = {};
  for (const [name, value] of headers) map[name] = name in map ? `${map[name]}, ${value}` : value;
  return map;
}

export const conversation: fc.Arbitrary<Generated> = fc.array(exchange, { minLength: 1, maxLength: 8 }).map(build);
