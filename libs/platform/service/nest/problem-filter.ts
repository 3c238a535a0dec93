import { Catch, HttpException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { problemMediaType } from '@orbweaver/contracts/http/problem.ts';
import type { Logger } from '../logger.ts';
import { ProblemError } from '../problem-error.ts';

/** Turns an error of the parts below (a store, a queue) into a problem; undefined if it knows nothing of it. */
export type Translate = (error: unknown) => ProblemError | undefined;

/** Whatever went wrong leaves as a problem (RFC 9457). What is not meant for the client is logged and told in general words. */
export class ProblemFilter implements ExceptionFilter {
  private readonly log: Logger;
  private readonly translations: readonly Translate[];

  constructor(log: Logger, translations: readonly Translate[]) {
    this.log = log;
    this.translations = translations;
  }

  catch(error: unknown, host: ArgumentsHost): void {
    this.answer(error, host.switchToHttp().getRequest<FastifyRequest>(), host.switchToHttp().getResponse<FastifyReply>());
  }

  answer(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
    const problem = this.problemOf(error);
    if (problem.status >= 500 && problem.kind === 'internal-error')
      this.log.error({ err: error, method: request.method, path: pathOf(request) }, 'a request failed');
    if (reply.sent || reply.raw.headersSent) {
      // Too late to say so: the client must not take what it has for the whole.
      reply.raw.destroy();
      return;
    }
    void reply.code(problem.status).headers(problem.headers).type(problemMediaType).send(JSON.stringify(problem.toProblem()));
  }

  private problemOf(error: unknown): ProblemError {
    if (error instanceof ProblemError) return error;
    for (const translate of this.translations) {
      const problem = translate(error);
      if (problem !== undefined) return problem;
    }
    return fromFramework(error) ?? new ProblemError('internal-error', 'The server could not do this; its log says why.', { cause: error });
  }
}
Catch()(ProblemFilter);

/** What Nest and Fastify throw themselves: no such route, a body that is no JSON, too large, of an unknown type. */
function fromFramework(error: unknown): ProblemError | undefined {
  const status = error instanceof HttpException ? error.getStatus() : ((error as { statusCode?: number } | null)?.statusCode ?? 500);
  const message = error instanceof Error ? error.message : '';
  if (status === 404) return new ProblemError('not-found', 'There is nothing at this address.');
  if (status === 413) return new ProblemError('too-large', 'The body of the request is larger than this operation takes.');
  if (status === 414) return new ProblemError('invalid-request', 'A part of the address is longer than anything that could stand there.');
  if (status === 415) return new ProblemError('unsupported-media-type', 'This operation does not take this content type.');
  if (status === 503) return new ProblemError('shutting-down', 'The server is stopping.');
  if (status >= 400 && status < 500) return new ProblemError('invalid-request', message);
  return undefined;
}

const pathOf = (request: FastifyRequest) => request.url.split('?', 1)[0];
