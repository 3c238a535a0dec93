import { Controller, Inject } from '@nestjs/common';
import type { StatusAnswer } from '@orbweaver/contracts/http/status.ts';
import { Operation } from '@orbweaver/platform/service/nest/operation.ts';

/** Tells how the system is; whoever composes the process knows. */
export type StatusSource = () => Promise<StatusAnswer>;
export const statusSource = Symbol('StatusSource');

@Controller()
export class StatusController {
  constructor(@Inject(statusSource) private readonly source: StatusSource) {}

  @Operation('status')
  status(): Promise<StatusAnswer> {
    return this.source();
  }
}
