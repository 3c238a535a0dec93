import type { LoggerService } from '@nestjs/common';
import type { Logger } from '../logger.ts';

/** Nest's own messages in the log of the process. Its chatter at the start is for debugging. */
export class NestLogger implements LoggerService {
  private readonly to: Logger;

  constructor(to: Logger) {
    this.to = to;
  }

  log(message: unknown): void {
    this.to.debug(String(message));
  }

  error(message: unknown, stack?: unknown): void {
    this.to.error(message instanceof Error ? { err: message } : { stack }, String(message));
  }

  warn(message: unknown): void {
    this.to.warn(String(message));
  }

  debug(message: unknown): void {
    this.to.debug(String(message));
  }

  verbose(message: unknown): void {
    this.to.trace(String(message));
  }
}
