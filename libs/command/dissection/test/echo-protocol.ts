import type { TrafficRecord } from '@orbweaver/contracts/records/record.ts';
import { Side, type CloseReason, type FlowContext, type StreamAnalyzer } from '@orbweaver/protocols/sdk/analyzer.ts';
import { Verdict, type ProtocolModule } from '@orbweaver/protocols/sdk/module.ts';

/**
 * A protocol for tests: the client begins with `echo `, the server with `ohce `. Its one record tells everything that the analyzer was told.
 * A line `become NAME` hands over to NAME, `become anything` to whatever is recognised; `swap` exchanges the roles, `enough` is done, `nonsense` abandons.
 */
class EchoAnalyzer implements StreamAnalyzer {
  readonly #flow: FlowContext;
  readonly #name: string;
  #told = '';

  constructor(flow: FlowContext, name: string) {
    this.#flow = flow;
    this.#name = name;
  }

  data(side: Side, bytes: Uint8Array, start: number, end: number): void {
    const text = Buffer.from(bytes.subarray(start, end)).toString('latin1');
    this.#told += `${side === Side.source ? '>' : '<'}${text}`;
    if (text.includes('swap')) this.#flow.reverse();
    const become = /become (\w+)\n/.exec(text);
    if (become) this.#flow.handOver(become[1] === 'anything' ? undefined : become[1], start + become.index + become[0].length);
    if (text.includes('enough')) this.#flow.done();
    if (text.includes('nonsense')) this.#flow.abandon('nonsense');
  }

  gap(side: Side, length: number): void {
    this.#told += `${side === Side.source ? '>' : '<'}(${length} missing)`;
  }

  close(side: Side, reason: CloseReason): void {
    this.#told += `${side === Side.source ? '>' : '<'}[${reason}]`;
  }

  finish(reason: CloseReason): void {
    const record: TrafficRecord = this.#flow.newRecord(this.#name, 0, this.#flow.now.copy(), this.#flow.now.copy());
    record['told'] = `${this.#told} ${reason}`;
    this.#flow.emit(record);
  }
}

export function echo(name = 'echo'): ProtocolModule {
  const hello = `${name} `;
  const greeting = `${[...name].reverse().join('')} `;
  return {
    name,
    schema: { dataset: name, title: name, record: 'a conversation', fields: {} },
    view: { columns: [], facets: [], summary: '', sections: [] },
    stream: {
      detect(bytes, start, end) {
        const begins = Buffer.from(bytes.subarray(start, Math.min(end, start + hello.length))).toString('latin1');
        if (begins === hello) return Verdict.client;
        if (begins === greeting) return Verdict.server;
        return hello.startsWith(begins) || greeting.startsWith(begins) ? Verdict.needMore : Verdict.no;
      },
      open: (flow) => new EchoAnalyzer(flow, name),
    },
  };
}
