import type { DatasetSchema } from '@orbweaver/contracts/records/schema.ts';
import type { DatasetView } from '@orbweaver/contracts/records/view.ts';
import type { DatagramAnalyzer, FlowContext, StreamAnalyzer } from './analyzer.ts';

/**
 * What a detector makes of the first bytes that one side sent. `client` and `server` say which role the sender plays, so that a
 * flow whose opening was not captured can be turned the right way round.
 */
export const Verdict = {
  /** Not this protocol; the detector is not asked again for this side. */
  no: 0,
  /** Could be; ask again with the same bytes and more. */
  needMore: 1,
  /** This protocol, and the sender is the client. */
  client: 2,
  /** This protocol, and the sender is the server. */
  server: 3,
  /** This protocol; the bytes do not tell which role the sender plays. */
  either: 4,
} as const;

export type Verdict = (typeof Verdict)[keyof typeof Verdict];

/** Ports are a hint for content that alone does not decide, never a reason by themselves. */
export interface PortHint {
  readonly senderPort: number;
  readonly receiverPort: number;
}

/** A protocol over an ordered byte stream: TCP, or what another protocol hands over (CONNECT, Upgrade, STARTTLS). */
export interface StreamProtocol {
  /** Looks at `[start, end)`, the contiguous first bytes of one side (at most `detectionLimit` of them). Allocates nothing, keeps nothing. */
  detect(bytes: Uint8Array, start: number, end: number, ports: PortHint): Verdict;
  /** Whether there is a yes for anything that begins with this octet; `detect` is not asked where there is none. Absent: with any octet. */
  mayBegin?(octet: number): boolean;
  /** Absent where the protocol is named and its messages are not read. `facts`: those of `FlowContext.handOver`, if another protocol led here. */
  open?(flow: FlowContext, facts?: object): StreamAnalyzer;
  /** Goes on where an analyzer of the same flow came to rest; `memory` is what its `rest` gave. */
  resume?(flow: FlowContext, memory: number): StreamAnalyzer;
}

/** A protocol in datagrams. */
export interface DatagramProtocol {
  /** Looks at one whole datagram. `needMore` asks for the flow's next datagram. */
  detect(bytes: Uint8Array, start: number, end: number, ports: PortHint): Verdict;
  /** As of a stream; a datagram without an octet is shown to all. */
  mayBegin?(octet: number): boolean;
  /** Absent where the protocol is named and its messages are not read. */
  open?(flow: FlowContext): DatagramAnalyzer;
}

/** A protocol right behind IP, recognised by its number: each packet's IP payload is a datagram. */
export interface PacketProtocol {
  /** IANA protocol numbers. */
  readonly ipProtocols: readonly number[];
  open(flow: FlowContext, ipProtocol: number): DatagramAnalyzer;
}

/** What the registry collects: a protocol that can be recognised. Each folder's `module.ts` exports one as `protocol`. */
export interface Protocol {
  /** `network.protocol`, lower case. */
  readonly name: string;
  /** It only goes before another protocol, which gives the flow its main name where it is recognised. */
  readonly isPreamble?: boolean;
  readonly stream?: StreamProtocol;
  readonly datagram?: DatagramProtocol;
  readonly packet?: PacketProtocol;
}

/** A protocol with records of its own. */
export interface ProtocolModule extends Protocol {
  readonly schema: DatasetSchema;
  readonly view: DatasetView;
}

/** Bytes of one side that detection looks at before it gives up. */
export const detectionLimit = 4096;
