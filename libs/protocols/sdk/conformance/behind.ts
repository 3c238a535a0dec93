import type { CloseReason, EarlyBytes, FlowContext, Side, StreamAnalyzer } from '../analyzer.ts';
import type { ProtocolModule } from '../module.ts';

/**
 * Two protocols as one: `first` up to its hand-over to `next`, and that behind it. What the dissection makes of a flow of which `next` alone would never see
 * the beginning; behind a hand-over to anything else nothing is heard.
 */
export function behind(first: ProtocolModule, next: ProtocolModule): ProtocolModule {
  return { ...next, stream: { detect: first.stream!.detect, open: (flow) => new Behind(flow, first, next) } };
}

class Behind implements StreamAnalyzer {
  readonly #flow: FlowContext;
  readonly #protocol: ProtocolModule;
  #analyzer: StreamAnalyzer;
  #next: { protocol: string | undefined; consumed: number; early: EarlyBytes | undefined; facts: object | undefined } | undefined;
  #isDeaf = false;

  constructor(flow: FlowContext, first: ProtocolModule, next: ProtocolModule) {
    this.#flow = flow;
    this.#protocol = next;
    const context = Object.create(flow, {
      handOver: {
        value: (name: string | undefined, consumed: number, early?: EarlyBytes, facts?: object): void => {
          this.#next = { protocol: name, consumed, early, facts };
          this.#analyzer.finish('fin');
        },
      },
      options: { get: () => flow.options },
      now: { get: () => flow.now },
      newRecord: { value: flow.newRecord.bind(flow) },
      emit: { value: flow.emit.bind(flow) },
      addProtocol: { value: flow.addProtocol.bind(flow) },
      keep: { value: flow.keep.bind(flow) },
      abandon: { value: flow.abandon.bind(flow) },
      noteExchangeLimit: { value: flow.noteExchangeLimit.bind(flow) },
    }) as FlowContext;
    this.#analyzer = first.stream!.open!(context);
  }

  data(side: Side, bytes: Uint8Array, start: number, end: number): void {
    if (this.#isDeaf) return;
    this.#analyzer.data(side, bytes, start, end);
    const next = this.#next;
    if (next === undefined) return;
    this.#next = undefined;
    if (next.protocol !== this.#protocol.name) {
      this.#isDeaf = true;
      return;
    }
    this.#analyzer = this.#protocol.stream!.open!(this.#flow, next.facts);
    if (next.early !== undefined) this.#analyzer.data(next.early.side, next.early.bytes, 0, next.early.bytes.length);
    if (next.consumed < end) this.#analyzer.data(side, bytes, next.consumed, end);
  }

  gap(side: Side, length: number): void {
    if (!this.#isDeaf) this.#analyzer.gap(side, length);
  }

  close(side: Side, reason: CloseReason): void {
    if (!this.#isDeaf) this.#analyzer.close(side, reason);
  }

  finish(reason: CloseReason): void {
    if (!this.#isDeaf) this.#analyzer.finish(reason);
  }
}
