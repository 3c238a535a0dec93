import { Controller, Inject, type DynamicModule } from '@nestjs/common';
import type { HealthAnswer } from '@orbweaver/contracts/http/status.ts';
import { Health } from '../health.ts';
import { ProblemError } from '../problem-error.ts';
import { Operation } from './operation.ts';

/** `/health/live` and `/health/ready`. Decorators are called as functions here: Node runs this file as it is. */
class HealthController {
  private readonly health: Health;

  constructor(health: Health) {
    this.health = health;
  }

  live(): HealthAnswer {
    return { status: 'ok' };
  }

  ready(): HealthAnswer {
    const report = this.health.report();
    if (report.status === 'ok') return report;
    const failing = Object.entries(report.checks).filter(([, state]) => state !== 'ok');
    const detail = failing.map(([name, problem]) => `${name}: ${problem}`).join('; ');
    const kind = report.status === 'stopping' ? 'shutting-down' : 'unavailable';
    throw new ProblemError(kind, `The server is ${report.status}${detail === '' ? '' : ` (${detail})`}.`);
  }
}
Controller()(HealthController);
Inject(Health)(HealthController, undefined, 0);
for (const name of ['live', 'ready'] as const)
  Operation(name)(HealthController.prototype, name, Object.getOwnPropertyDescriptor(HealthController.prototype, name)!);

// eslint-disable-next-line @typescript-eslint/no-extraneous-class -- Nest knows a module by its class
export class HealthModule {
  static with(health: Health): DynamicModule {
    return { module: HealthModule, controllers: [HealthController], providers: [{ provide: Health, useValue: health }] };
  }
}
