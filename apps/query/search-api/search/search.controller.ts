import { Controller, Inject } from '@nestjs/common';
import type { z } from 'zod';
import type { CheckRequest, CompleteRequest } from '@orbweaver/contracts/http/query-text.ts';
import type {
  ExtentParameters,
  HistogramRequest,
  SearchRequest,
  StatisticsRequest,
  TermsRequest,
} from '@orbweaver/contracts/http/search.ts';
import type {
  CheckAnswer,
  CompleteAnswer,
  ExtentAnswer,
  HistogramAnswer,
  SearchAnswer,
  StatisticsAnswer,
  TermsAnswer,
} from '@orbweaver/contracts/query/answers.ts';
import { ClientGone, JsonBody, Operation, QueryParameters } from '@orbweaver/platform/service/nest/operation.ts';
import type { ReadOptions } from '@orbweaver/query/search/reader.ts';
import { Questions } from '@orbweaver/query/results/questions.ts';
import { limitRange, searchLimitsToken, type SearchLimits } from '../search-limits.ts';

@Controller()
export class SearchController {
  constructor(
    @Inject(Questions) private readonly questions: Questions,
    @Inject(searchLimitsToken) private readonly limits: SearchLimits,
  ) {}

  @Operation('search')
  search(@JsonBody() request: SearchRequest, @ClientGone() gone: AbortSignal): Promise<SearchAnswer> {
    return this.questions.search(this.limited(request), this.options(gone));
  }

  @Operation('histogram')
  histogram(@JsonBody() request: HistogramRequest, @ClientGone() gone: AbortSignal): Promise<HistogramAnswer> {
    return this.questions.histogram(this.limited(request), this.options(gone));
  }

  @Operation('terms')
  terms(@JsonBody() request: TermsRequest, @ClientGone() gone: AbortSignal): Promise<TermsAnswer> {
    return this.questions.terms(this.limited(request), this.options(gone));
  }

  @Operation('statistics')
  statistics(@JsonBody() request: StatisticsRequest, @ClientGone() gone: AbortSignal): Promise<StatisticsAnswer> {
    return this.questions.statistics(this.limited(request), this.options(gone));
  }

  @Operation('extent')
  extent(@QueryParameters() { datasets }: z.output<typeof ExtentParameters>, @ClientGone() gone: AbortSignal): Promise<ExtentAnswer> {
    return this.questions.extent(datasets, this.options(gone));
  }

  @Operation('checkQuery')
  check(@JsonBody() { query, datasets }: CheckRequest): CheckAnswer {
    return this.questions.check(query, datasets);
  }

  @Operation('completeQuery')
  complete(@JsonBody() request: CompleteRequest, @ClientGone() gone: AbortSignal): Promise<CompleteAnswer> {
    return this.questions.complete(this.limited(request), this.options(gone));
  }

  private limited<Request extends { time?: { from: string; to: string } | undefined }>(request: Request): Request {
    limitRange(request.time, this.limits, Date.now());
    return request;
  }

  private options(signal: AbortSignal): ReadOptions {
    return { signal, timeLimitMs: this.limits.timeLimit };
  }
}
