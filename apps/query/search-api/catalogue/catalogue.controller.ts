import { Controller, Inject } from '@nestjs/common';
import type { Dataset, FieldInfo } from '@orbweaver/contracts/http/catalog.ts';
import { buildOpenApi } from '@orbweaver/contracts/http/openapi.ts';
import { Operation } from '@orbweaver/platform/service/nest/operation.ts';
import { Catalogues } from './catalogues.ts';

@Controller()
export class CatalogueController {
  constructor(@Inject(Catalogues) private readonly catalogues: Catalogues) {}

  @Operation('datasets')
  datasets(): Promise<Dataset[]> {
    return this.catalogues.datasets();
  }

  @Operation('fields')
  fields(): FieldInfo[] {
    return this.catalogues.fields;
  }

  @Operation('openapi')
  openApi(): Record<string, unknown> {
    return buildOpenApi(this.catalogues.version);
  }
}
