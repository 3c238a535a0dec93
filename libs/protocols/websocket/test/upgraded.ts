import { protocol as http } from '../../http/module.ts';
import { Upgrade } from '../../http/upgrade.ts';
import { Side, type CloseReason, type EarlyBytes, type FlowContext, type StreamAnalyzer } from '../../sdk/analyzer.ts';
import type { ProtocolModule } from '../../sdk/module.ts';
import { protocol } from '../module.ts';

/** HTTP up to the upgrade and WebSocket behind it: what the dissection makes of such a flow, of which WebSocket alone never sees the beginning. */
export const upgraded: ProtocolModule = {
  ...protocol,
  stream: { detect: http.stream!.detect, open: (flow) => new Upgraded(flow) },
};

class Upgraded implements StreamAnalyzer {
  readonly #flow: FlowContext;
  #analyzer: StreamAnalyzer;
  #next: { protocol: string | undefined; consumed: number; early: EarlyBytes | undefined; facts: object | undefined } | undefined;
  #isDeaf = false;

  constructor(flow: FlowContext) {
    this.#flow = flow;
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
    }) as FlowContext;
    this.#analyzer = http.stream!.open!(context);
  }

  data(side: Side, bytes: Uint8Array, start: number, end: number): void {
    if (this.#isDeaf) return;
    this.#analyzer.data(side, bytes, start, end);
    const next = this.#next;
    if (next === undefined) return;
    this.#next = undefined;
    if (next.protocol !== 'websocket' || !(next.facts instanceof Upgrade)) {
      this.#isDeaf = true;
      return;
    }
    this.#analyzer = protocol.stream!.open!(this.#flow, next.facts);
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
