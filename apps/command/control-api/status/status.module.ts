import { type DynamicModule, Module } from '@nestjs/common';
import { StatusController, statusSource, type StatusSource } from './status.controller.ts';

@Module({})
export class StatusModule {
  static with(source: StatusSource): DynamicModule {
    return { module: StatusModule, controllers: [StatusController], providers: [{ provide: statusSource, useValue: source }] };
  }
}
