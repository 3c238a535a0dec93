import 'reflect-metadata';
import type { Readable } from 'node:stream';
import type { DynamicModule, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { problemMediaType } from '@orbweaver/contracts/http/problem.ts';
import { routes } from '@orbweaver/contracts/http/routes.ts';
import { accessGuard } from '../../auth/nest/access-guard.ts';
import type { TokenCheck } from '../../auth/nest/jwt-strategy.ts';
import type { Health } from '../health.ts';
import type { Logger } from '../logger.ts';
import { HealthModule } from './health-module.ts';
import { NestLogger } from './nest-logger.ts';
import { ProblemError } from '../problem-error.ts';
import { ProblemFilter, type Translate } from './problem-filter.ts';
import { addSecurityHeaders } from './security-headers.ts';

/** Bytes of a JSON body. */
const maxJsonBytes = 256 * 1024;
/** Milliseconds that a connection may be silent in the middle of a request, an upload too. */
const silentConnection = 120e3;
/** Milliseconds in which the headers of a request must be there. */
const headersTimeout = 20e3;
/** Milliseconds in which a JSON body must be whole: one that drips in holds no request open. */
const defaultBodyDeadline = 20e3;
/** Milliseconds that an idle connection is kept for the next request. */
const keepAlive = 30e3;

export interface ApplicationParts {
  readonly modules: readonly (Type | DynamicModule)[];
  readonly health: Health;
  readonly log: Logger;
  readonly tokens: TokenCheck;
  /** What errors of the parts below mean to a client. */
  readonly translations: readonly Translate[];
  /** Addresses or networks of proxies in front, whose `X-Forwarded-*` counts. */
  readonly trustedProxies?: readonly string[];
  /** Milliseconds in which a JSON body must be whole. */
  readonly bodyDeadline?: number;
}

/**
 * A Nest application over Fastify with what every process of ours has in common: problems for errors, security headers, nothing without a token
 * unless the contract says so, bounds on bodies and on time. It does not listen yet.
 */
export async function createApplication(parts: ApplicationParts): Promise<NestFastifyApplication> {
  const { modules, health, log, tokens, translations, trustedProxies = [], bodyDeadline = defaultBodyDeadline } = parts;
  const root: DynamicModule = { module: ApplicationModule, imports: [HealthModule.with(health), ...modules] };
  const filter = new ProblemFilter(log, translations);
  const adapter = new FastifyAdapter({
    bodyLimit: maxJsonBytes,
    trustProxy: trustedProxies.length === 0 ? false : [...trustedProxies],
    connectionTimeout: silentConnection,
    keepAliveTimeout: keepAlive,
    http: { headersTimeout },
    // Answers go on while the process stops; readiness says that no more should come.
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    // Addresses that cannot be routed come past hooks and filters.
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) => {
      filter.answer(error, request, reply.headers({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' }));
    },
  });
  const app = await NestFactory.create<NestFastifyApplication>(root, adapter, {
    logger: new NestLogger(log),
    abortOnError: false,
    bodyParser: false,
  });
  const fastify = adapter.getInstance();
  await addSecurityHeaders(fastify as never);
  fastify.addHook('onSend', async (request, reply) => {
    // Whatever the API says is for this client and for now.
    if (request.url.startsWith('/api/') && !reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store');
  });
  fastify.addHook('preParsing', (request, reply, payload, done) => {
    if (request.headers['content-type']?.startsWith('application/json')) cutOffLate(payload, reply, bodyDeadline);
    done(null, payload);
  });
  app.useGlobalGuards(accessGuard(tokens));
  app.useGlobalFilters(filter);
  acceptBodies(adapter);
  return app;
}

// eslint-disable-next-line @typescript-eslint/no-extraneous-class -- Nest knows a module by its class
class ApplicationModule {}

/** Answers 400 and closes the connection of a body that is not whole in time. */
function cutOffLate(payload: Readable, reply: FastifyReply, deadline: number): void {
  const { raw } = reply;
  const timer = setTimeout(() => {
    const problem = new ProblemError('invalid-request', `The body was not whole within ${deadline / 1000} s.`);
    raw.writeHead(problem.status, { 'content-type': problemMediaType, connection: 'close' });
    raw.end(JSON.stringify(problem.toProblem()), () => raw.socket?.destroySoon());
  }, deadline);
  const clear = () => clearTimeout(timer);
  payload.once('end', clear);
  // An answer may come without the body: one that is too large is not read.
  raw.once('finish', clear).once('close', clear);
}

/** JSON (Fastify's own parser), and raw bodies that an operation takes unread. Nothing that a plain form of another site could send. */
function acceptBodies(adapter: FastifyAdapter): void {
  const types = Object.values(routes).flatMap((route) => ('body' in route && 'mediaTypes' in route.body ? route.body.mediaTypes : []));
  const fastify = adapter.getInstance();
  fastify.removeContentTypeParser('text/plain');
  fastify.addContentTypeParser([...types], (_request, payload, done) => done(null, payload));
}
