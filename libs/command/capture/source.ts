/** What is counted of one source since it began. */
export interface SourceCounters {
  /** Frames that were read. */
  readonly frames: number;
  /** Packets that were given to partitions: a tunnel's inner and outer ones, fragments. */
  readonly packets: number;
  readonly not_ip: number;
  /** By reason, `refused.<reason>`, and by where they were lost, `dropped.<place>`. */
  readonly [reason: string]: number;
}

/** Where packets come from. */
export interface Source {
  /** As people know it: a file's path, an interface's name. */
  readonly name: string;
  readonly kind: 'file' | 'live';
  counters(): SourceCounters;
  /** Ends the capture; what was read is sent. */
  stop(): Promise<void>;
}
