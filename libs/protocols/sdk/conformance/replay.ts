import type { TrafficRecord } from '@orbweaver/contracts/records/record.ts';
import type { Instant } from '@orbweaver/kernel/instant.ts';
import { Side } from '../analyzer.ts';
import { detectionLimit, Verdict, type PortHint, type ProtocolModule } from '../module.ts';
import { TestFlow } from '../test-flow.ts';
import { turned, type Conversation, type Step, type Transport } from './conversations.ts';

/** A conversation that the protocol's detector recognised, with the client as its source where the detector said so. */
export interface RecognisedConversation extends Conversation {
  /** Position in the fixture; makes the ids. */
  readonly index: number;
}

/** A capture file and the conversations in it that are the protocol's. */
export interface Fixture {
  readonly name: string;
  readonly conversations: readonly RecognisedConversation[];
}

/** What the analyzer made of a conversation. */
export interface Replayed {
  readonly records: TrafficRecord[];
  readonly abandoned: string | undefined;
  /** Names and bytes of what was kept. */
  readonly kept: ReadonlyMap<string, Uint8Array>;
  /** How often one analyzer took another one's place. */
  readonly rested: number;
}

/** Asks the detector as the dissection does; undefined if this is another protocol. */
export function recognise(protocol: ProtocolModule, conversation: Conversation, index: number): RecognisedConversation | undefined {
  const prefixes: [Uint8Array[], Uint8Array[]] = [[], []];
  if (protocol.packet !== undefined && ipProtocols[conversation.transport] !== undefined) return { ...conversation, index };
  const isDatagrams = conversation.transport === 'udp';
  const detector = isDatagrams ? protocol.datagram : conversation.transport === 'tcp' ? protocol.stream : undefined;
  if (detector === undefined) return undefined;
  const refused = [false, false];
  for (const step of conversation.steps) {
    if (refused[step.side] || step.kind !== 'data') {
      if (step.kind === 'gap') refused[step.side] = true;
      continue;
    }
    const parts = prefixes[step.side];
    if (isDatagrams) parts.length = 0;
    parts.push(step.bytes);
    const bytes = Buffer.concat(parts).subarray(0, isDatagrams ? undefined : detectionLimit);
    const verdict = detector.detect(bytes, 0, bytes.length, portsOf(conversation, step.side));
    if (verdict === Verdict.no) refused[step.side] = true;
    else if (verdict !== Verdict.needMore) return { ...orient(conversation, step.side, verdict), index };
  }
  return undefined;
}

/** IP protocol numbers of what is read right behind IP. */
const ipProtocols: Partial<Record<Transport, number>> = { icmp: 1, 'ipv6-icmp': 58 };

export function portsOf(conversation: Conversation, sender: Side): PortHint {
  const ends = [conversation.source.port, conversation.destination.port];
  return { senderPort: ends[sender]!, receiverPort: ends[1 - sender]! };
}

function orient(conversation: Conversation, sender: Side, verdict: Verdict): Conversation {
  const client = verdict === Verdict.client ? sender : verdict === Verdict.server ? 1 - sender : Side.source;
  return client === Side.source ? conversation : turned(conversation);
}

/**
 * Runs the steps through a new analyzer. What the bytes stand between, and what becomes of them afterwards, is `filler`: an
 * analyzer that reads beside its range, or later, shows. With `rests` another analyzer goes on wherever one is at rest.
 */
export function replay(
  protocol: ProtocolModule,
  conversation: RecognisedConversation,
  steps: readonly Step[],
  filler = 0xa5,
  rests = false,
): Replayed {
  const flow = new FixtureFlow(protocol, conversation, rests);
  const isDatagrams = conversation.transport !== 'tcp';
  for (const step of steps) {
    flow.now.set(step.seconds, step.nanos);
    if (step.kind === 'data') sendSurrounded(flow, step.side, step.bytes, step.wireLength, filler);
    else if (isDatagrams) continue;
    else if (step.kind === 'gap') flow.gap(step.side, step.length);
    else flow.close(step.side, step.reason);
  }
  const records = flow.finish();
  return { records, abandoned: flow.abandoned, kept: flow.kept, rested: flow.rested };
}

const margin = 64;

/** One for all calls: what an analyzer keeps of it changes under its hands. */
let surrounded = new Uint8Array(4096);

function sendSurrounded(flow: TestFlow, side: Side, bytes: Uint8Array, wireLength = bytes.length, filler: number): void {
  const length = bytes.length + 2 * margin;
  if (surrounded.length < length) surrounded = new Uint8Array(2 * length);
  const end = margin + bytes.length;
  surrounded.fill(filler, 0, margin);
  surrounded.set(bytes, margin);
  surrounded.fill(filler, end, length);
  flow.send(side, surrounded, margin, end, wireLength);
  surrounded.fill(filler, margin, end);
}

/** A test flow with the addresses and the times of the fixture. */
class FixtureFlow extends TestFlow {
  readonly #conversation: RecognisedConversation;

  constructor(protocol: ProtocolModule, conversation: RecognisedConversation, rests: boolean) {
    const ipProtocol = ipProtocols[conversation.transport];
    super(protocol, {
      keep: true,
      clock: 'given',
      rests,
      sourcePort: conversation.source.port,
      destinationPort: conversation.destination.port,
      datagrams: conversation.transport === 'udp',
      ...(ipProtocol === undefined ? {} : { ipProtocol }),
    });
    this.#conversation = conversation;
    // What is read right behind IP goes by the name of its transport.
    if (ipProtocol === undefined) this.addProtocol(protocol.name);
  }

  override newRecord(dataset: string, ordinal: number, start: Instant, end: Instant): TrafficRecord {
    const { index, network, transport, source, destination } = this.#conversation;
    return {
      ...super.newRecord(dataset, ordinal, start, end),
      'event.id': `flow-${index}-${dataset}-${ordinal}`,
      'flow.id': `flow-${index}`,
      'network.type': network,
      'network.transport': transport,
      'source.ip': source.ip,
      'destination.ip': destination.ip,
    };
  }

  override emit(record: TrafficRecord): void {
    const name = this.mainProtocol ?? this.protocols[0];
    if (name !== undefined) record['network.protocol'] = name;
    super.emit(record);
  }
}
