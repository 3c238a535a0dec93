import { type DynamicModule, Module } from '@nestjs/common';
import { Imports } from '@orbweaver/command/imports/imports.ts';
import { Health } from '@orbweaver/platform/service/health.ts';
import { CapturesController } from './captures.controller.ts';

@Module({})
export class CapturesModule {
  static with(imports: Imports, health: Health): DynamicModule {
    return {
      module: CapturesModule,
      controllers: [CapturesController],
      providers: [
        { provide: Imports, useValue: imports },
        { provide: Health, useValue: health },
      ],
    };
  }
}
