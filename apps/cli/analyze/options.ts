import type { Observer } from '@orbweaver/command/dissection/options.ts';
import type { ContentSink } from '@orbweaver/protocols/sdk/content.ts';

/** `orbweaver analyze`, as its command line says. */
export interface AnalyzeOptions {
  /** `--records`: datasets to print; all if absent. */
  readonly records?: readonly string[];
  /** `--checksums`: `verify` drops packets with wrong checksums. Default `ignore`. */
  readonly checksums?: 'verify' | 'ignore';
  /** `--summary`. Default `text`. */
  readonly summary?: 'text' | 'json' | 'none';
  /** `--no-hashes`: false. */
  readonly hashes?: boolean;
  /** `--flow-key vlan`: VLAN ids tell flows apart. */
  readonly flowKey?: 'vlan';
  /** `--max-flows`: flows that are held at a time. */
  readonly maxFlows?: number;
  /** `--max-conversations`: flows whose content is followed at a time. */
  readonly maxConversations?: number;
  /** `--max-waiting`: bytes that may wait for missing ones, all flows together. */
  readonly maxWaiting?: number;
  /** `--threads`; by default what `threadsBeside` says of the file. */
  readonly threads?: number;
  readonly observer?: Observer;
  /** `--keep`: where bodies and payload go, made for each file. */
  readonly content?: (file: string) => ContentSink;
}

/** Where `analyze` writes. */
export interface AnalyzeIo {
  /** Records, NDJSON. Blocks while the reader is slow. */
  readonly out: RecordOutput;
  readonly error: NodeJS.WriteStream;
}

/** Takes lines. Every method returns false once nobody reads any more. */
export interface RecordOutput {
  /** A line, without its line feed. */
  write(line: string): boolean;
  /** Lines in UTF-8, each with its line feed: `[start, end)`. */
  writeLines(bytes: Uint8Array, start: number, end: number): boolean;
  flush(): boolean;
}
