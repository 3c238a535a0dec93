import { createServer, type Server } from 'node:http';
import { Registry, collectDefaultMetrics } from 'prom-client';
import { setting } from './config/settings.ts';
import { portNumber, text } from './config/values.ts';
import type { Health } from './health.ts';

/** What an app without an API of its own has among its settings: where it says how it is. */
export function operationsSettings(port: number) {
  return {
    operationsHost: setting(text, '127.0.0.1', 'Address of health and metrics. Anything but a loopback address shows them to others.'),
    operationsPort: setting(portNumber, port, 'Port of /health/live, /health/ready and /metrics.'),
  } as const;
}

/** `/health/live`, `/health/ready` and `/metrics` (Prometheus) of one process. */
export class Operations {
  /** Metrics are registered here; the process's own (CPU, memory, event loop) are there. */
  readonly metrics = new Registry();
  readonly #health: Health;
  readonly #server: Server;

  constructor(health: Health) {
    this.#health = health;
    collectDefaultMetrics({ register: this.metrics });
    this.#server = createServer((request, response) => {
      void this.#answer(request.method ?? '', request.url ?? '').then(({ status, type, body }) => {
        response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
        response.end(request.method === 'HEAD' ? undefined : body);
      });
    });
    this.#server.keepAliveTimeout = 5000;
  }

  /** Resolves to the port that it listens on. Throws with address and reason if it cannot. */
  listen(host: string, port: number): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', (error: NodeJS.ErrnoException) =>
        reject(
          new Error(
            `health and metrics cannot be served at ${host}:${port}: ${error.code ?? error.message} (operationsHost, operationsPort)`,
          ),
        ),
      );
      this.#server.listen(port, host, () => resolve((this.#server.address() as { port: number }).port));
    });
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    await closed;
  }

  async #answer(method: string, url: string): Promise<{ status: number; type: string; body: string }> {
    const json = (status: number, body: object) => ({ status, type: 'application/json', body: JSON.stringify(body) });
    if (method !== 'GET' && method !== 'HEAD') return json(405, { status: 'only GET is answered here' });
    switch (url.split('?', 1)[0]) {
      case '/health/live':
        return json(200, { status: 'ok' });
      case '/health/ready': {
        const report = this.#health.report();
        return json(report.status === 'ok' ? 200 : 503, report);
      }
      case '/metrics':
        return { status: 200, type: this.metrics.contentType, body: await this.metrics.metrics() };
      default:
        return json(404, { status: 'there are /health/live, /health/ready and /metrics' });
    }
  }
}
