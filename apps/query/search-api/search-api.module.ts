import { type DynamicModule, Module } from '@nestjs/common';
import { CatalogueController } from './catalogue/catalogue.controller.ts';
import { Catalogues } from './catalogue/catalogues.ts';
import { Questions } from '@orbweaver/query/results/questions.ts';
import { contentReaderToken, type ContentReader } from './records/content.ts';
import { RecordsController } from './records/records.controller.ts';
import { searchLimitsToken, type SearchLimits } from './search-limits.ts';
import { SearchController } from './search/search.controller.ts';

export interface SearchApiParts {
  readonly questions: Questions;
  readonly catalogues: Catalogues;
  readonly content: ContentReader;
  readonly limits: SearchLimits;
}

/** The read side: catalogue, search, records. It can change nothing. */
@Module({})
export class SearchApiModule {
  static with({ questions, catalogues, content, limits }: SearchApiParts): DynamicModule {
    return {
      module: SearchApiModule,
      controllers: [CatalogueController, SearchController, RecordsController],
      providers: [
        { provide: Questions, useValue: questions },
        { provide: Catalogues, useValue: catalogues },
        { provide: contentReaderToken, useValue: content },
        { provide: searchLimitsToken, useValue: limits },
      ],
    };
  }
}
