import 'reflect-metadata';
import { Controller, Module, type INestMicroservice, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Ctx, MessagePattern, Payload } from '@nestjs/microservices';
import { throwError } from 'rxjs';
import type { Batch, BatchControl, BatchHandler } from '@orbweaver/command/streaming/bus.ts';
import type { Logger } from '../../service/logger.ts';
import { NestLogger } from '../../service/nest/nest-logger.ts';
import type { BatchServer } from './batch-server.ts';

/** A Nest microservice that hands the batches of each topic to its function. What a function rejects with comes to the bus as it is: it is told in readiness. */
export async function batchService(
  handlers: Readonly<Record<string, BatchHandler['batch']>>,
  strategy: BatchServer,
  log: Logger,
): Promise<INestMicroservice> {
  // eslint-disable-next-line @typescript-eslint/no-extraneous-class -- Nest knows a module by its class
  class BatchModule {}
  Module({ controllers: Object.entries(handlers).map(([topic, batch]) => controllerOf(topic, batch)) })(BatchModule);
  const app = await NestFactory.createMicroservice(BatchModule, { strategy, logger: new NestLogger(log), abortOnError: false });
  // Nest by itself would make an "Internal server error" of it.
  app.useGlobalFilters({ catch: (error: unknown) => throwError(() => error) });
  return app;
}

/** Decorators are called as functions here: Node runs this file as it is. */
function controllerOf(topic: string, batch: BatchHandler['batch']): Type {
  class BatchController {
    take(taken: Batch, control: BatchControl): Promise<void> {
      return batch(taken, control);
    }
  }
  const take = Object.getOwnPropertyDescriptor(BatchController.prototype, 'take') as TypedPropertyDescriptor<unknown>;
  MessagePattern(topic)(BatchController.prototype, 'take', take);
  Payload()(BatchController.prototype, 'take', 0);
  Ctx()(BatchController.prototype, 'take', 1);
  Controller()(BatchController);
  return BatchController;
}
