import type { Writer } from '@orbweaver/command/indexing/writer.ts';
import type { Reader } from '@orbweaver/query/search/reader.ts';

/** A record store as an app holds it. The read side gets the Reader and nothing else. */
export interface RecordStore {
  readonly reader: Reader;
  readonly writer: Writer;
  /** Stores what waits, then lets go of all files. */
  close(): Promise<void>;
}
