import { Controller, type Type } from '@nestjs/common';
import { Ctx, MessagePattern, Payload } from '@nestjs/microservices';
import type { Batch, BatchControl } from '@orbweaver/command/streaming/bus.ts';

/** A controller that hands the batches of a topic to a function. */
export function batchController(topic: string, take: (batch: Batch, control: BatchControl) => Promise<void>): Type {
  @Controller()
  class BatchController {
    @MessagePattern(topic)
    async batch(@Payload() batch: Batch, @Ctx() control: BatchControl): Promise<void> {
      await take(batch, control);
    }
  }
  return BatchController;
}
