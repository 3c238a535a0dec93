import type { TrafficRecord } from '@orbweaver/contracts/records/record.ts';
import type { Instant } from '@orbweaver/kernel/instant.ts';
import { readU16 } from '@orbweaver/kernel/bytes/cursor.ts';
import type { DatagramAnalyzer, FlowContext, Side } from '../sdk/analyzer.ts';
import { IpProtocolNumber } from './ip-protocols.ts';
import { messageName } from './message-names.ts';
import { originalCommunityId } from './original.ts';

/** Echoes of one flow that wait for their reply; past it the oldest is written as unanswered. */
export const pendingLimit = 256;
/** Nanoseconds that an echo waits. */
const patience = 60e9;
/** Octets of the header (RFC 792): type, code, checksum, and four more that depend on the type. */
const headerLength = 8;

/** Which types are which, in ICMP and in ICMPv6. */
interface Types {
  readonly echo: number;
  readonly reply: number;
  /** With an identifier and a sequence number. */
  isNumbered(type: number): boolean;
  /** With the beginning of the packet that it is about. */
  isError(type: number): boolean;
}

/** RFC 792, RFC 950: errors are unreachable, quench, redirect, exceeded, parameter problem. */
const types4: Types = {
  echo: 8,
  reply: 0,
  isNumbered: (type) => type === 0 || type === 8 || (type >= 13 && type <= 18),
  isError: (type) => type === 3 || type === 4 || type === 5 || type === 11 || type === 12,
};

/** RFC 4443: errors are all below 128. */
const types6: Types = {
  echo: 128,
  reply: 129,
  isNumbered: (type) => type === 128 || type === 129,
  isError: (type) => type >= 1 && type <= 4,
};

interface Message {
  readonly ordinal: number;
  readonly start: Instant;
  readonly type: number;
  readonly code: number;
  readonly id: number | undefined;
  readonly sequence: number | undefined;
  readonly original: string | undefined;
}

/** Pairs echoes with their replies by identifier and sequence number; every other message stands for itself. */
export class IcmpPackets implements DatagramAnalyzer {
  readonly #flow: FlowContext;
  readonly #ipProtocol: number;
  readonly #types: Types;
  /** In the order in which they were sent. */
  readonly #pending: Message[] = [];
  #ordinal = 0;

  constructor(flow: FlowContext, ipProtocol: number) {
    this.#flow = flow;
    this.#ipProtocol = ipProtocol;
    this.#types = ipProtocol === IpProtocolNumber.icmpv6 ? types6 : types4;
  }

  datagram(_side: Side, bytes: Uint8Array, start: number, end: number): void {
    if (end - start < headerLength) return;
    const { now } = this.#flow;
    while (this.#pending.length > 0 && now.nanosSince(this.#pending[0]!.start) > patience) this.#emit(this.#pending.shift()!);
    const type = bytes[start]!;
    const isNumbered = this.#types.isNumbered(type);
    const id = isNumbered ? readU16(bytes, start + 4) : undefined;
    const sequence = isNumbered ? readU16(bytes, start + 6) : undefined;
    if (type === this.#types.reply && this.#reply(id, sequence)) return;
    const original = this.#types.isError(type) ? originalCommunityId(bytes, start + headerLength, end) : undefined;
    const message = { ordinal: this.#ordinal++, start: now.copy(), type, code: bytes[start + 1]!, id, sequence, original };
    if (type !== this.#types.echo) return this.#emit(message);
    this.#pending.push(message);
    if (this.#pending.length <= pendingLimit) return;
    this.#flow.noteExchangeLimit();
    this.#emit(this.#pending.shift()!);
  }

  get isAtRest(): boolean {
    return this.#pending.length === 0;
  }

  finish(): void {
    for (const message of this.#pending.splice(0)) this.#emit(message);
  }

  /** True if an echo was waiting for this reply. All echoes of a flow go one way. */
  #reply(id: number | undefined, sequence: number | undefined): boolean {
    const at = this.#pending.findIndex((echo) => echo.id === id && echo.sequence === sequence);
    if (at < 0) return false;
    this.#emit(this.#pending.splice(at, 1)[0]!, this.#flow.now.copy());
    return true;
  }

  #emit(message: Message, answered?: Instant): void {
    const record: TrafficRecord = this.#flow.newRecord('icmp', message.ordinal, message.start, answered ?? message.start);
    record['icmp.type'] = message.type;
    record['icmp.code'] = message.code;
    const name = messageName(this.#ipProtocol, message.type, message.code);
    if (name !== undefined) record['icmp.message'] = name;
    if (message.id !== undefined) record['icmp.id'] = message.id;
    if (message.sequence !== undefined) record['icmp.seq'] = message.sequence;
    if (answered !== undefined) record['icmp.response_time'] = answered.nanosSince(message.start);
    if (message.original !== undefined) record['icmp.original.network.community_id'] = message.original;
    this.#flow.emit(record);
  }
}
