/** What became of the content that passed, since the start. */
export interface ContentCounters {
  /** Bodies and payloads kept, and their bytes before compression. */
  kept: number;
  keptBytes: number;
  /** Bytes that the policy cut off. */
  cutBytes: number;
  /** Not kept, for want of room on disk or in memory, or since the disk refused. */
  refused: number;
  refusedBytes: number;
  /** Segments deleted to make room. */
  droppedSegments: number;
}

export const newContentCounters = (): ContentCounters => ({
  kept: 0,
  keptBytes: 0,
  cutBytes: 0,
  refused: 0,
  refusedBytes: 0,
  droppedSegments: 0,
});
