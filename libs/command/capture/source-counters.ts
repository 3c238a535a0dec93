import type { FrameRouter } from './frame-router.ts';
import type { PartitionBatches } from './partition-batches.ts';
import type { SourceCounters } from './source.ts';

export function countersOf(router: FrameRouter, batches: PartitionBatches, dropped: Readonly<Record<string, number>>): SourceCounters {
  const { counters, fragments } = router.decoder;
  const all: Record<string, number> = {};
  for (const [reason, count] of Object.entries(counters.refusedByName())) all[`refused.${reason}`] = count;
  for (const [place, count] of Object.entries(dropped)) all[`dropped.${place}`] = count;
  if (batches.cut > 0) all['cut_frames'] = batches.cut;
  if (fragments.counters.evicted > 0) all['evicted_datagrams'] = fragments.counters.evicted;
  return { frames: counters.frames, packets: router.packets, not_ip: counters.notIp, ...all };
}
