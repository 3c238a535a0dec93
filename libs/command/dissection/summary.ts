import type { FlowTable } from '@orbweaver/packet/flow/flow-table.ts';
import type { Decoder } from '@orbweaver/packet/layers/decoder.ts';
import type { ReassemblyBudget } from '@orbweaver/packet/reassembly/stream-reassembler.ts';
import type { DissectionCounters } from './counters.ts';

/**
 * Where every packet went. `packets` = `frames` + `unwrapped` = `in_flows` + `not_ip` + the sum of `refused`: a packet in a tunnel is counted in its own
 * flow, and the one around it in the outer flow.
 */
export interface DissectionSummary {
  packets: number;
  in_flows: number;
  not_ip: number;
  refused: Record<string, number>;
  /** Frames that the capture held. */
  frames: number;
  /** Packets that came out of tunnels. */
  unwrapped: number;
  /** Inside tunnels: not part of the sum, their outer packets are. */
  inner_not_ip: number;
  inner_refused: Record<string, number>;
  /** What the frames that are not IP were. */
  not_ip_kinds: Record<string, number>;
  /** Records by dataset, filtered ones too. */
  records: Record<string, number>;
  missed_bytes: number;
  flows_evicted: number;
  /** Flows whose content was read no further since too many went on at a time. */
  conversations_let_go: number;
  holes_forced: number;
  conflicting_overlaps: number;
  segments_outside_window: number;
  /** Bytes that passed before a protocol was recognised, or without one, beyond what is kept to look at. */
  undetected_bytes: number;
  /** Fragmented datagrams of which a part never came. */
  datagrams_incomplete: number;
  /** Fragmented datagrams let go because a bound was reached; their packets are counted, their payload is not read. */
  datagrams_given_up: number;
  conflicting_fragments: number;
  /** Packets whose tunnels were nested deeper than is looked into. */
  tunnels_too_deep: number;
  /** Frames of 802.11 aggregates outside any tunnel, behind the first: counted with it, not read. */
  aggregated_frames: number;
  /** Streams that an analyzer gave up: `protocol: reason`. */
  abandoned: Record<string, number>;
}

export function buildSummary(
  decoder: Decoder,
  counters: DissectionCounters,
  table: Pick<FlowTable, 'evicted'>,
  budget: ReassemblyBudget,
): DissectionSummary {
  const { counters: decoded } = decoder;
  return {
    packets: decoded.frames + counters.unwrapped,
    in_flows: counters.inFlows,
    not_ip: decoded.notIp,
    refused: decoded.refusedByName(),
    frames: decoded.frames,
    unwrapped: counters.unwrapped,
    inner_not_ip: decoded.innerNotIp,
    inner_refused: decoded.refusedByName(decoded.innerRefused),
    not_ip_kinds: Object.fromEntries(decoded.notIpByName()),
    records: byName(counters.records),
    missed_bytes: counters.missedBytes,
    flows_evicted: table.evicted,
    conversations_let_go: counters.conversationsLetGo,
    holes_forced: budget.forced,
    conflicting_overlaps: budget.conflicts,
    segments_outside_window: budget.outside,
    undetected_bytes: counters.undetectedBytes,
    datagrams_incomplete: decoder.fragments.counters.expired,
    datagrams_given_up: decoder.fragments.counters.evicted,
    conflicting_fragments: decoder.fragments.counters.conflicts,
    tunnels_too_deep: decoder.tunnelsTooDeep,
    aggregated_frames: decoder.aggregatedFrames,
    abandoned: byName(counters.abandoned),
  };
}

/** In the order of their names, whatever came first. */
function byName(counts: ReadonlyMap<string, number>): Record<string, number> {
  return Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
}

export function emptySummary(): DissectionSummary {
  return {
    packets: 0,
    in_flows: 0,
    not_ip: 0,
    refused: {},
    frames: 0,
    unwrapped: 0,
    inner_not_ip: 0,
    inner_refused: {},
    not_ip_kinds: {},
    records: {},
    missed_bytes: 0,
    flows_evicted: 0,
    conversations_let_go: 0,
    holes_forced: 0,
    conflicting_overlaps: 0,
    segments_outside_window: 0,
    undetected_bytes: 0,
    datagrams_incomplete: 0,
    datagrams_given_up: 0,
    conflicting_fragments: 0,
    tunnels_too_deep: 0,
    aggregated_frames: 0,
    abandoned: {},
  };
}

/** Adds up the summaries of several captures. */
export function addSummary(sum: DissectionSummary, part: DissectionSummary): void {
  const numbers = sum as unknown as Record<string, number | Record<string, number>>;
  for (const [name, value] of Object.entries(part) as [string, number | Record<string, number>][]) {
    const known = numbers[name];
    if (typeof value === 'number') numbers[name] = ((known as number | undefined) ?? 0) + value;
    else {
      const counts = (numbers[name] ??= {}) as Record<string, number>;
      for (const [key, count] of Object.entries(value)) counts[key] = (counts[key] ?? 0) + count;
    }
  }
}
