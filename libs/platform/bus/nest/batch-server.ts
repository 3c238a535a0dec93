import { Server, type BaseRpcContext, type CustomTransportStrategy } from '@nestjs/microservices';
import { lastValueFrom } from 'rxjs';
import type { BatchControl, BatchHandler, Consumer } from '@orbweaver/command/streaming/bus.ts';

/** Where to begin in a partition, and what to forget of it. */
export type Positions = Pick<BatchHandler, 'assigned' | 'revoked'>;

/**
 * Nest's side of the bus: a transport that hands whole batches to the handler of their topic (`MessagePattern(topic)`), with its `BatchControl` as context. A handler that
 * rejects gets the batch again; what is committed, and when, is the handler's business.
 */
export class BatchServer extends Server implements CustomTransportStrategy {
  readonly #consumer: Consumer;
  readonly #positions: Positions;

  constructor(consumer: Consumer, positions: Positions = {}) {
    super();
    this.#consumer = consumer;
    this.#positions = positions;
  }

  /** Calls back at once: while the bus is away the process lives, and says that it is not ready. */
  listen(callback: () => void): void {
    const { assigned, revoked } = this.#positions;
    void this.#consumer.start({
      ...(assigned === undefined ? {} : { assigned: assigned.bind(this.#positions) }),
      ...(revoked === undefined ? {} : { revoked: revoked.bind(this.#positions) }),
      batch: async (batch, control) => {
        const handler = this.getHandlerByPattern(batch.topic);
        if (handler === null) throw new Error(`no handler takes batches of ${batch.topic}`);
        await lastValueFrom(this.transformToObservable(await handler(batch, control as BatchControl & BaseRpcContext)), {
          defaultValue: undefined,
        });
      },
    });
    callback();
  }

  close(): Promise<void> {
    return this.#consumer.stop();
  }

  on(): void {
    // The consumer tells of itself through readiness.
  }

  unwrap<T>(): T {
    return this.#consumer as T;
  }
}
