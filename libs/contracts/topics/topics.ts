/** A topic of the bus: who writes it, what lies in it, and for how long. */
export interface Topic {
  /** `<stage>.<plural>.v<major>`. A change that an old reader cannot read gets the next major. */
  readonly name: string;
  /** The one app that writes it. */
  readonly writer: App;
  /** What decides the partition. */
  readonly key: string;
  readonly codec: 'frame batch' | 'ndjson records' | 'content part' | 'json' | 'dead letter';
  /** When it is made; a cluster may have more. */
  readonly partitions: number;
  /** Milliseconds that messages are kept; undefined: the last one of each key, for ever. */
  readonly retention: number | undefined;
  /** Bytes of one message (and of one produce request's part for a partition). */
  readonly maxMessageBytes: number;
}

/** Apps that write topics or working memory: image, consumer group and `service.name` alike. */
export type App = 'whisperer' | 'dissector' | 'enricher' | 'index-writer' | 'control-api' | 'cli';

const hour = 3600e3;
const mebibyte = 2 ** 20;

/**
 * Partitions of what travels by conversation. Records of one partition of frames go into the same partition number of the later topics, so that what is written of a
 * record later also arrives later.
 */
const conversationPartitions = 12;

export const topics = {
  /** The control-api is a whisperer, too: of the captures that are uploaded. */
  frames: {
    name: 'capture.frames.v1',
    writer: 'whisperer',
    key: 'symmetric hash of the innermost conversation',
    codec: 'frame batch',
    partitions: conversationPartitions,
    retention: 24 * hour,
    maxMessageBytes: 4 * mebibyte,
  },
  status: {
    name: 'capture.statuses.v1',
    writer: 'whisperer',
    key: 'name of the whisperer',
    codec: 'json',
    partitions: 1,
    retention: 7 * 24 * hour,
    maxMessageBytes: mebibyte,
  },
  records: {
    name: 'dissect.records.v1',
    writer: 'dissector',
    key: 'partition of the frames',
    codec: 'ndjson records',
    partitions: conversationPartitions,
    retention: 24 * hour,
    maxMessageBytes: 4 * mebibyte,
  },
  names: {
    name: 'dissect.names.v1',
    writer: 'dissector',
    key: 'none',
    codec: 'json',
    partitions: 1,
    retention: 24 * hour,
    maxMessageBytes: 4 * mebibyte,
  },
  contents: {
    name: 'dissect.contents.v1',
    writer: 'dissector',
    key: 'partition of the frames',
    codec: 'content part',
    partitions: conversationPartitions,
    retention: 24 * hour,
    maxMessageBytes: 4 * mebibyte,
  },
  enriched: {
    name: 'enrich.records.v1',
    writer: 'enricher',
    key: 'partition of the records',
    codec: 'ndjson records',
    partitions: conversationPartitions,
    retention: 24 * hour,
    maxMessageBytes: 4 * mebibyte,
  },
  ends: {
    name: 'index.ends.v1',
    writer: 'index-writer',
    key: 'none',
    codec: 'json',
    partitions: 1,
    retention: 24 * hour,
    maxMessageBytes: mebibyte,
  },
  replays: {
    name: 'dlq.replays.v1',
    writer: 'cli',
    key: 'none',
    codec: 'json',
    partitions: 1,
    // Longer than the letters that were replayed.
    retention: 60 * 24 * hour,
    maxMessageBytes: mebibyte,
  },
} as const satisfies Record<string, Topic>;

/** The largest message there is, and the headers that say what became of it. */
const deadLetterBytes = 4 * mebibyte + 64 * 1024;

/** Where a consumer group puts what it cannot take, with the headers of `deadLetterHeaders`; the value is the message as it was, or the part of it that failed. */
export function deadLetters(group: App): Topic {
  return {
    name: `dlq.${group}.v1`,
    writer: group,
    key: 'none',
    codec: 'dead letter',
    partitions: 1,
    retention: 30 * 24 * hour,
    maxMessageBytes: deadLetterBytes,
  };
}

/** Headers of a dead letter. */
export const deadLetterHeaders = {
  /** The step that failed: `decode`, `dissect`, `enrich`, `index`. */
  stage: 'orbweaver-stage',
  /** A sentence for people. */
  reason: 'orbweaver-reason',
  /** Where the message came from. */
  topic: 'orbweaver-topic',
  partition: 'orbweaver-partition',
  offset: 'orbweaver-offset',
} as const;
