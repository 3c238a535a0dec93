import { Controller, Inject, Res, StreamableFile } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { z } from 'zod';
import type { ContentParameters, RecordParameters } from '@orbweaver/contracts/http/records.ts';
import type { FlatRecord, FlowAnswer } from '@orbweaver/contracts/query/answers.ts';
import { ClientGone, Operation, PathParameter, QueryParameters } from '@orbweaver/platform/service/nest/operation.ts';
import { ProblemError } from '@orbweaver/platform/service/problem-error.ts';
import { Catalogues } from '../catalogue/catalogues.ts';
import { Questions } from '@orbweaver/query/results/questions.ts';
import { searchLimitsToken, type SearchLimits } from '../search-limits.ts';
import { contentReaderToken, type ContentReader } from './content.ts';
import { decodeContent } from './decode-content.ts';

@Controller()
export class RecordsController {
  constructor(
    @Inject(Questions) private readonly questions: Questions,
    @Inject(contentReaderToken) private readonly content: ContentReader,
    @Inject(Catalogues) private readonly catalogues: Catalogues,
    @Inject(searchLimitsToken) private readonly limits: SearchLimits,
  ) {}

  @Operation('record')
  async record(
    @PathParameter('id') id: string,
    @QueryParameters() { dataset }: z.output<typeof RecordParameters>,
    @ClientGone() gone: AbortSignal,
  ): Promise<{ record: FlatRecord }> {
    return { record: await this.find(id, dataset, gone) };
  }

  @Operation('flow')
  async flow(@PathParameter('id') id: string, @ClientGone() gone: AbortSignal): Promise<FlowAnswer> {
    const answer = await this.questions.flow(id, { signal: gone, timeLimitMs: this.limits.timeLimit });
    if (answer === undefined) throw new ProblemError('not-found', 'There is no such flow; it may have been deleted, or not be stored yet.');
    return answer;
  }

  /** Bytes from the wire are hostile: they leave as an attachment of no type, in a sandbox. */
  @Operation('recordContent')
  async recordContent(
    @PathParameter('id') id: string,
    @PathParameter('name') name: string,
    @QueryParameters() { dataset, decode }: z.output<typeof ContentParameters>,
    @ClientGone() gone: AbortSignal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile> {
    const record = await this.find(id, dataset, gone);
    const contentId = record[name];
    const opened = typeof contentId === 'string' ? await this.content.open(contentId) : undefined;
    if (opened === undefined) throw new ProblemError('not-found', `Nothing is kept of ${name} for this record.`);
    gone.addEventListener('abort', () => opened.bytes.destroy());
    const codings = decode === '1' ? this.codingsOf(record, name) : [];
    const decoded = decodeContent(opened.bytes, codings);
    if (decoded === undefined) {
      opened.bytes.destroy();
      throw new ProblemError('unsupported-media-type', `The content coding ${codings.join(', ')} cannot be undone; ask without decode.`);
    }
    void reply.headers({ 'content-security-policy': "sandbox; default-src 'none'", 'x-content-type-options': 'nosniff' });
    return new StreamableFile(decoded, {
      type: 'application/octet-stream',
      disposition: `attachment; filename="${id.replace(/[^\w-]/g, '_')}.bin"`,
      ...(decoded === opened.bytes ? { length: opened.length } : {}),
    });
  }

  private async find(id: string, dataset: string | undefined, signal: AbortSignal): Promise<FlatRecord> {
    const record = await this.questions.record(id, dataset, {
      signal,
      timeLimitMs: this.limits.timeLimit,
    });
    if (record === undefined)
      throw new ProblemError('not-found', 'There is no such record; it may have been deleted, or not be stored yet.');
    return record;
  }

  private codingsOf(record: FlatRecord, name: string): string[] {
    const field = this.catalogues.encodingFieldOf(name);
    const value = field === undefined ? undefined : record[field];
    const texts = Array.isArray(value) ? value.map(String) : typeof value === 'string' ? [value] : [];
    return texts.flatMap((text) => text.split(',')).map((coding) => coding.trim().toLowerCase());
  }
}
