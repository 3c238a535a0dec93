import { Instant, formatInstant } from '@orbweaver/kernel/instant.ts';
import type { TrafficRecord } from '@orbweaver/contracts/records/record.ts';
import { Side, type CloseReason, type EarlyBytes, type FlowContext, type StreamAnalyzer, type DatagramAnalyzer } from './analyzer.ts';
import type { ContentKind, ContentWriter, KeptContent } from './content.ts';
import type { ProtocolModule } from './module.ts';

/** What a `TestFlow` may be told. */
export interface TestFlowOptions {
  hashes?: boolean;
  /** Keeps bodies whole, in `kept`. */
  keep?: boolean;
  sourcePort?: number;
  destinationPort?: number;
  /** `given`: the caller sets `now` before each call, as the time of a packet. Default: 1 ms a call. */
  clock?: 'ticks' | 'given';
  /** Flows of one capture are given the same. */
  capture?: object;
  /** Wherever an analyzer is at rest another one goes on. */
  rests?: boolean;
}

/**
 * A flow for tests of one protocol by itself: feed it what the sides said, read the records. The in-memory twin of the flow
 * context of the dissection. Time starts at 2026-01-01T00:00:00Z and moves 1 ms a call.
 */
export class TestFlow implements FlowContext {
  readonly records: TrafficRecord[] = [];
  readonly protocols: string[] = [];
  mainProtocol: string | undefined;
  handedOver: { protocol: string | undefined; consumed: number; early?: EarlyBytes } | undefined;
  /** What came with the hand-over. */
  facts: object | undefined;
  /** What a carried stream was given, by side; undefined until the analyzer opens one. */
  carried: [Uint8Array, Uint8Array] | undefined;
  /** The protocol that it was said to speak, what came with that, and how it ended. */
  carriedAs: { readonly protocol: string | undefined; readonly facts: object | undefined; ended?: CloseReason } | undefined;
  abandoned: string | undefined;
  isDone = false;
  /** Exchanges that were too many. */
  pastLimit = 0;
  isReversed = false;
  readonly kept = new Map<string, Uint8Array>();
  readonly options: { hashes: boolean };
  readonly capture: object;
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly now = new Instant(Date.UTC(2026, 0, 1) / 1000, 0);
  /** How often one analyzer took another one's place. */
  rested = 0;
  readonly #protocol: ProtocolModule;
  #analyzer: StreamAnalyzer | undefined;
  readonly #datagrams: DatagramAnalyzer | undefined;
  readonly #keep: boolean;
  readonly #ticks: boolean;
  readonly #rests: boolean;
  #isHalfClosed = false;
  #finished = false;

  constructor(protocol: ProtocolModule, options: TestFlowOptions & { datagrams?: boolean; ipProtocol?: number; facts?: object } = {}) {
    this.options = { hashes: options.hashes ?? true };
    this.capture = options.capture ?? this;
    this.sourcePort = options.sourcePort ?? 40000;
    this.destinationPort = options.destinationPort ?? 80;
    this.#keep = options.keep ?? false;
    this.#ticks = options.clock !== 'given';
    this.#rests = options.rests ?? false;
    this.#protocol = protocol;
    if (options.ipProtocol !== undefined) this.#datagrams = protocol.packet!.open(this, options.ipProtocol);
    else if (options.datagrams) this.#datagrams = protocol.datagram!.open!(this);
    else this.#analyzer = protocol.stream!.open!(this, options.facts);
  }

  client(data: string | Uint8Array): this {
    return this.send(Side.source, data);
  }

  server(data: string | Uint8Array): this {
    return this.send(Side.destination, data);
  }

  /** True once the analyzer gets no more calls but `finish`. */
  get isOver(): boolean {
    return this.#finished || this.handedOver !== undefined || this.abandoned !== undefined;
  }

  /** Text is sent as Latin-1, a byte a character. Of bytes only `[start, end)`; `length` is a datagram's length on the wire. */
  send(side: Side, data: string | Uint8Array, start = 0, end = data.length, length = end - start): this {
    if (this.isOver) return this;
    const bytes = typeof data === 'string' ? Buffer.from(data, 'latin1') : data;
    this.#tick();
    this.#analyzer?.data(side, bytes, start, end);
    this.#datagrams?.datagram(side, bytes, start, end, length);
    if (this.#rests) this.#rest();
    return this;
  }

  gap(side: Side, length: number): this {
    if (this.isOver) return this;
    this.#tick();
    this.#analyzer?.gap(side, length);
    return this;
  }

  close(side: Side, reason: CloseReason = 'fin'): this {
    if (this.isOver) return this;
    this.#tick();
    this.#isHalfClosed = true;
    this.#analyzer?.close(side, reason);
    return this;
  }

  #rest(): void {
    if (this.isOver || this.isDone || this.#isHalfClosed) return;
    const memory = this.#analyzer?.rest?.();
    if (memory === undefined) return;
    this.#analyzer = this.#protocol.stream!.resume!(this, memory);
    this.rested++;
  }

  finish(reason: CloseReason = 'end-of-capture'): TrafficRecord[] {
    if (!this.#finished) {
      this.#finished = true;
      this.#analyzer?.finish(reason);
      this.#datagrams?.finish(reason);
    }
    return this.records;
  }

  newRecord(dataset: string, ordinal: number, start: Instant, end: Instant): TrafficRecord {
    const from = formatInstant(start.seconds, start.nanos, 6);
    return {
      '@timestamp': from,
      'event.id': `test-${dataset}-${ordinal}`,
      'event.dataset': dataset,
      'event.start': from,
      'event.end': formatInstant(end.seconds, end.nanos, 6),
      'event.duration': end.nanosSince(start),
      'flow.id': 'test',
      'source.ip': '192.0.2.1',
      'source.port': this.sourcePort,
      'destination.ip': '192.0.2.2',
      'destination.port': this.destinationPort,
      'network.type': 'ipv4',
      'network.transport': this.#datagrams ? 'udp' : 'tcp',
    };
  }

  emit(record: TrafficRecord): void {
    this.records.push(record);
  }

  reverse(): void {
    this.isReversed = true;
  }

  addProtocol(name: string): void {
    if (!this.protocols.includes(name)) this.protocols.push(name);
  }

  setMainProtocol(name: string): void {
    this.mainProtocol = name;
  }

  handOver(protocol: string | undefined, consumed: number, early?: EarlyBytes, facts?: object): void {
    this.handedOver = early ? { protocol, consumed, early } : { protocol, consumed };
    this.facts = facts;
    this.finish('fin');
  }

  carry(protocol?: string, facts?: object): StreamAnalyzer {
    const carried: [Uint8Array, Uint8Array] = [new Uint8Array(0), new Uint8Array(0)];
    const as: NonNullable<TestFlow['carriedAs']> = { protocol, facts };
    this.carried = carried;
    this.carriedAs = as;
    return {
      data: (side, bytes, start, end) => void (carried[side] = Buffer.concat([carried[side], bytes.subarray(start, end)])),
      gap: () => undefined,
      close: () => undefined,
      finish: (reason) => void (as.ended = reason),
    };
  }

  done(): void {
    this.isDone = true;
  }

  abandon(reason: string): void {
    this.abandoned = reason;
  }

  noteExchangeLimit(): void {
    this.pastLimit++;
  }

  keep(kind: ContentKind): ContentWriter | undefined {
    if (!this.#keep) return undefined;
    const parts: Uint8Array[] = [];
    const id = `${kind}-${this.kept.size}`;
    return {
      append: (bytes, start, end) => void parts.push(bytes.slice(start, end)),
      finish: (): KeptContent | undefined => {
        const whole = Buffer.concat(parts);
        this.kept.set(id, whole);
        return { id, bytes: whole.length };
      },
    };
  }

  #tick(): void {
    if (!this.#ticks) return;
    const nanos = this.now.nanos + 1_000_000;
    this.now.set(this.now.seconds + Math.floor(nanos / 1e9), nanos % 1e9);
  }
}
