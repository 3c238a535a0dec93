import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { styleNonce } from '@orbweaver/platform/service/nest/security-headers.ts';
import { indexPath, type Encoding, type WebFile } from './web-files.ts';

/** Stands in the page where the nonce of the answer goes. */
const noncePlaceholder = '__CSP_NONCE__';

/**
 * Serves the UI: its files, and the page itself for every other path that a browser opens, since the UI has paths of its own. Paths of the API are left
 * to the API. No token is needed: there is nothing of anybody's in here.
 */
export function serveWebFiles(fastify: FastifyInstance, files: ReadonlyMap<string, WebFile>): void {
  const page = files.get(indexPath)?.identity.toString('utf8');
  fastify.addHook('onRequest', (request, reply, done) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return done();
    const path = request.url.split('?', 1)[0]!;
    if (path.startsWith('/api/') || path.startsWith('/health/')) return done();
    const file = path === '/' || path === indexPath ? undefined : files.get(path);
    if (file !== undefined) return sendFile(request, reply, file);
    // What looks like a file and is none must not come as a page.
    if (page === undefined || (/\.\w{1,8}$/.test(path) && path !== indexPath)) return done();
    return sendPage(reply, page);
  });
}

function sendFile(request: FastifyRequest, reply: FastifyReply, file: WebFile): void {
  void reply.headers({
    etag: file.etag,
    vary: 'accept-encoding',
    'cache-control': file.immutable ? 'public, max-age=31536000, immutable' : 'no-cache',
  });
  if (request.headers['if-none-match'] === file.etag) return void reply.code(304).send();
  const encoding = accepted(request.headers['accept-encoding']).find((name) => file.encoded[name] !== undefined);
  if (encoding !== undefined) void reply.header('content-encoding', encoding);
  void reply.type(file.type).send(encoding === undefined ? file.identity : file.encoded[encoding]);
}

function sendPage(reply: FastifyReply, page: string): void {
  const nonce = styleNonce(reply.raw);
  void reply.header('cache-control', 'no-cache').type('text/html; charset=utf-8').send(page.replaceAll(noncePlaceholder, nonce));
}

/** What the client takes, best first. A quality of 0 means that it does not. */
function accepted(header: string | string[] | undefined): Encoding[] {
  const names = String(header ?? '')
    .split(',')
    .filter((part) => !/;\s*q=0(\.0*)?\s*$/.test(part))
    .map((part) => part.split(';', 1)[0]!.trim());
  return (['br', 'gzip'] as const).filter((name) => names.includes(name));
}
