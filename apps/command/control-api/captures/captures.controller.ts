import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { Controller, Inject, Req, Res, StreamableFile } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { Imports } from '@orbweaver/command/imports/imports.ts';
import type { Capture, UploadParameters } from '@orbweaver/contracts/http/captures.ts';
import type { Bearer } from '@orbweaver/platform/auth/access-token.ts';
import { Health } from '@orbweaver/platform/service/health.ts';
import { Operation, PathParameter, QueryParameters } from '@orbweaver/platform/service/nest/operation.ts';
import { ProblemError } from '@orbweaver/platform/service/problem-error.ts';
import { CurrentBearer } from '../auth/current-bearer.ts';

@Controller()
export class CapturesController {
  constructor(
    @Inject(Imports) private readonly imports: Imports,
    @Inject(Health) private readonly health: Health,
  ) {}

  @Operation('captures')
  list(): Capture[] {
    return this.imports.list();
  }

  @Operation('uploadCapture')
  async upload(
    @QueryParameters() { name }: z.output<typeof UploadParameters>,
    @CurrentBearer() bearer: Bearer,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Capture> {
    if (this.health.isStopping) throw new ProblemError('shutting-down', 'The server is stopping; upload again when it is back.');
    try {
      return await this.imports.receive(name, bearer.username, bodyOf(request), lengthOf(request));
    } catch (error) {
      // The rest of the body is not read: the connection cannot be used again.
      void reply.header('connection', 'close');
      throw error;
    }
  }

  @Operation('capture')
  one(@PathParameter('id') id: string): Capture {
    return this.find(id);
  }

  @Operation('deleteCapture')
  async remove(@PathParameter('id') id: string): Promise<void> {
    if (!(await this.imports.remove(id))) throw noSuchCapture();
  }

  @Operation('captureFile')
  file(@PathParameter('id') id: string, @Res({ passthrough: true }) reply: FastifyReply): StreamableFile {
    const { name, bytes } = this.find(id);
    void reply.header('content-security-policy', 'sandbox');
    return new StreamableFile(createReadStream(this.imports.pathOf(id)), {
      type: 'application/octet-stream',
      length: bytes,
      disposition: `attachment; filename*=UTF-8''${encodeURIComponent(name).replace(/['()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`)}`,
    });
  }

  private find(id: string): Capture {
    const capture = this.imports.get(id);
    if (capture === undefined) throw noSuchCapture();
    return capture;
  }
}

const noSuchCapture = () => new ProblemError('not-found', 'There is no such capture; it may have been deleted.');

/** Handed over unread by the content type parser. Without a content type there is no body. */
function bodyOf({ body }: FastifyRequest): Readable {
  if (body !== undefined && body !== null && typeof (body as Readable).pipe === 'function') return body as Readable;
  throw new ProblemError('unsupported-media-type', 'Send the capture as the body, with Content-Type: application/octet-stream.');
}

function lengthOf({ headers }: FastifyRequest): number | undefined {
  const length = Number(headers['content-length']);
  return headers['content-length'] !== undefined && Number.isSafeInteger(length) ? length : undefined;
}
