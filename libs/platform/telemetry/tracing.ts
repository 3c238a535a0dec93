import { SpanKind, SpanStatusCode, context, propagation, trace, type Context, type Span } from '@opentelemetry/api';
import { version } from '@orbweaver/kernel/version.ts';
import { optionalSetting } from '../service/config/settings.ts';
import { text } from '../service/config/values.ts';

/** What an app that traces has among its settings. */
export const tracingSettings = {
  tracesEndpoint: optionalSetting(
    text,
    'OpenTelemetry collector for traces (OTLP over HTTP), as http://host:4318/v1/traces. Absent: no traces.',
  ),
} as const;

let isTracing = false;

/** Begins to trace, if there is where to. Resolves to what sends the last spans and ends it. */
export async function startTracing(endpoint: string | undefined, service: string): Promise<() => Promise<void>> {
  if (endpoint === undefined) return () => Promise.resolve();
  // The exporter is chosen by the names that OpenTelemetry gives to its settings; ours is one of them.
  Object.assign(process.env, {
    OTEL_TRACES_EXPORTER: 'otlp',
    OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'http/protobuf',
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: endpoint,
    OTEL_METRICS_EXPORTER: 'none',
    OTEL_LOGS_EXPORTER: 'none',
    OTEL_SERVICE_NAME: service,
  });
  // Large: only who traces loads it.
  const { NodeSDK } = await import('@opentelemetry/sdk-node');
  const sdk = new NodeSDK({ serviceName: service, instrumentations: [] });
  sdk.start();
  isTracing = true;
  return async () => {
    isTracing = false;
    await sdk.shutdown();
  };
}

/** Runs `work` in a span that goes on from a message's headers (W3C Trace Context). Without tracing it just runs. */
export function inSpan<T>(name: string, kind: 'consumer' | 'producer', headers: Readonly<Record<string, string>>, work: () => T): T {
  if (!isTracing) return work();
  const parent = propagation.extract(context.active(), headers);
  const span = start(name, kind === 'consumer' ? SpanKind.CONSUMER : SpanKind.PRODUCER, parent);
  const end = (error?: unknown) => (error === undefined ? span.end() : fail(span, error));
  try {
    const result = context.with(trace.setSpan(parent, span), work);
    if (result instanceof Promise) result.then(() => end(), end);
    else end();
    return result;
  } catch (error) {
    end(error);
    throw error;
  }
}

function start(name: string, kind: SpanKind, parent: Context): Span {
  return trace.getTracer('orbweaver', version).startSpan(name, { kind }, parent);
}

function fail(span: Span, error: unknown): void {
  span.recordException(error as Error);
  span.setStatus({ code: SpanStatusCode.ERROR });
  span.end();
}

/** Traces that one piece of work goes on from, at most: what comes in one batch. */
const tracesAtOnce = 500;

/** Runs `work` for messages that are handled together: each of their traces gets a span of it. */
export async function inSpans(
  name: string,
  messages: readonly Readonly<Record<string, string>>[],
  work: () => Promise<void>,
): Promise<void> {
  if (!isTracing) return await work();
  const parents = [...new Map(messages.map((headers) => [headers['traceparent'], headers])).values()];
  const spans = parents
    .filter((headers) => headers['traceparent'] !== undefined)
    .slice(0, tracesAtOnce)
    .map((headers) => start(name, SpanKind.CONSUMER, propagation.extract(context.active(), headers)));
  try {
    await work();
    for (const span of spans) span.end();
  } catch (error) {
    for (const span of spans) fail(span, error);
    throw error;
  }
}

/** Headers that hand the trace at hand on; undefined if there is none. */
export function traceHeaders(): Record<string, string> | undefined {
  if (!isTracing) return undefined;
  const headers: Record<string, string> = {};
  propagation.inject(context.active(), headers);
  return headers;
}
