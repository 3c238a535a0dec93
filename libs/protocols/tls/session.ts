import type { Instant } from '@orbweaver/kernel/instant.ts';
import type { TrafficRecord } from '@orbweaver/contracts/records/record.ts';
import type { FlowContext } from '../sdk/analyzer.ts';
import { fillRecord } from './record.ts';
import { Handshake, Role } from './stitcher.ts';

/** What `rest` gives: these bits and, above them, how many handshakes were told. */
const Memory = { client: 1, sourceSealed: 2, destinationSealed: 4 } as const;
const memoryBits = 8;

/**
 * The handshakes of one flow, one after the other: which side is the client, which handshake is under way, and telling it. Shared by the carriers
 * of TLS: streams, datagrams, QUIC.
 */
export class Session {
  handshake: Handshake | undefined;
  /** The side that is the client; until a hello tells, the one that opened the flow. */
  client = 0;
  /** After a handshake was told: sides that send encrypted from then on. */
  readonly sealed = [false, false];
  readonly #flow: FlowContext;
  readonly #complete: ((record: TrafficRecord) => void) | undefined;
  readonly #seesEnd: boolean;
  #ordinal: number;

  /**
   * `complete` adds what the carrier knows to a record before it goes out. `seesEnd`: the carrier does not hide whether a handshake succeeds. `ordinal`: that of
   * its first handshake among those of the flow.
   */
  constructor(flow: FlowContext, complete?: (record: TrafficRecord) => void, seesEnd = true, ordinal = 0) {
    this.#flow = flow;
    this.#complete = complete;
    this.#seesEnd = seesEnd;
    this.#ordinal = ordinal;
  }

  /** What a session that takes this one's place has to know; undefined while a handshake is under way. */
  rest(): number | undefined {
    if (this.handshake !== undefined) return undefined;
    const bits = this.client | (this.sealed[0] ? Memory.sourceSealed : 0) | (this.sealed[1] ? Memory.destinationSealed : 0);
    return this.#ordinal * memoryBits + bits;
  }

  /** Goes on where another one came to rest. */
  resume(memory: number): void {
    const bits = memory % memoryBits;
    this.#ordinal = (memory - bits) / memoryBits;
    this.client = bits & Memory.client;
    this.sealed[0] = (bits & Memory.sourceSealed) !== 0;
    this.sealed[1] = (bits & Memory.destinationSealed) !== 0;
  }

  roleOf(side: number): Role {
    return side === this.client ? Role.client : Role.server;
  }

  /** The handshake under way, which the packet at hand belongs to. */
  touch(): Handshake | undefined {
    this.handshake?.end.set(this.#flow.now.seconds, this.#flow.now.nanos);
    return this.handshake;
  }

  /** Tells the handshake under way, if there is one, and begins another with what `side` sends as `role` since `start`. */
  open(side: number, role: Role, start: Instant): Handshake {
    this.tell();
    this.client = role === Role.client ? side : 1 - side;
    const handshake = new Handshake(start.copy());
    this.handshake = handshake;
    this.touch();
    return handshake;
  }

  tellIfEstablished(): void {
    if (this.handshake?.established === true) this.tell();
  }

  /** Ends the handshake under way; its record goes out if it has anything to say. */
  tell(): void {
    const { handshake } = this;
    this.handshake = undefined;
    if (handshake === undefined) return;
    for (const side of [0, 1] as const) this.sealed[side] = handshake.isSealed(this.roleOf(side));
    if (!handshake.tells) return;
    const record = this.#flow.newRecord('tls', this.#ordinal++, handshake.start, handshake.end);
    fillRecord(record, handshake, this.#seesEnd);
    this.#complete?.(record);
    this.#flow.emit(record);
  }
}
