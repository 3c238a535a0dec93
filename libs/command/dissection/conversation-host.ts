import type { TrafficRecord } from '@orbweaver/contracts/records/record.ts';
import type { Instant } from '@orbweaver/kernel/instant.ts';
import type { StreamReassembler } from '@orbweaver/packet/reassembly/stream-reassembler.ts';
import type { AnalysisOptions, Side, StreamAnalyzer } from '@orbweaver/protocols/sdk/analyzer.ts';
import type { ContentKind, ContentWriter } from '@orbweaver/protocols/sdk/content.ts';
import type { Protocol } from '@orbweaver/protocols/sdk/module.ts';
import type { Conversation } from './conversation.ts';
import type { Detector } from './detection.ts';
import type { FlowTexts } from './record-builder.ts';

/** What a conversation needs of the dissection around it. */
export interface ConversationHost {
  readonly now: Instant;
  readonly options: AnalysisOptions;
  readonly capture: object;
  readonly streamDetector: Detector;
  readonly datagramDetector: Detector;
  newStream(conversation: Conversation, side: Side): StreamReassembler;
  textsOf(flow: number): FlowTexts;
  newRecord(conversation: Conversation, dataset: string, ordinal: number, start: Instant, end: Instant): TrafficRecord;
  emit(record: TrafficRecord): void;
  /** True if the opening of the flow was seen, so that nothing turns it round. */
  isOpened(flow: number): boolean;
  /** False where the destination is no single host, which cannot have opened anything. */
  mayTurnRound(flow: number): boolean;
  turnRound(flow: number): void;
  protocolNamed(name: string): Protocol | undefined;
  keep(kind: ContentKind): ContentWriter | undefined;
  countAbandoned(protocol: string, reason: string): void;
  countUndetected(bytes: number): void;
  carry(conversation: Conversation, protocol?: string, facts?: object): StreamAnalyzer | undefined;
}
