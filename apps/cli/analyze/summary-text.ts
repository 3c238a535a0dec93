import type { DissectionSummary } from '@orbweaver/command/dissection/summary.ts';
import { wholeNumber } from './whole-number.ts';

/** The summary for people. */
export function summaryText(summary: DissectionSummary): string {
  const { packets, in_flows, not_ip, frames, unwrapped } = summary;
  const lines = [
    unwrapped === 0
      ? `${count(packets, 'packet')} read: ${wholeNumber(in_flows)} in flows`
      : `${count(frames, 'frame')} read, ${count(unwrapped, 'packet')} taken out of tunnels: ${wholeNumber(in_flows)} in flows`,
  ];
  if (not_ip > 0) lines[0] += `, ${wholeNumber(not_ip)} not IP${listed(summary.not_ip_kinds)}`;
  const refused = Object.values(summary.refused).reduce((a, b) => a + b, 0);
  if (refused > 0) lines[0] += `, ${wholeNumber(refused)} refused${listed(summary.refused)}`;
  const records = Object.entries(summary.records).map(([dataset, n]) => `${wholeNumber(n)} ${dataset}`);
  if (records.length > 0) lines.push(`records: ${records.join(', ')}`);
  if (Object.keys(summary.inner_refused).length > 0) lines.push(`refused inside tunnels${listed(summary.inner_refused)}`);
  if (summary.missed_bytes > 0) lines.push(`${count(summary.missed_bytes, 'byte')} of TCP streams are missing in the capture`);
  if (summary.flows_evicted > 0)
    lines.push(`${count(summary.flows_evicted, 'flow')} ended early: more were open at a time than the limit allows`);
  if (summary.conversations_let_go > 0)
    lines.push(`${count(summary.conversations_let_go, 'flow')} not read to the end: more were open at a time than the limit allows`);
  if (summary.holes_forced > 0) lines.push(`${count(summary.holes_forced, 'hole')} in TCP streams given up: too much waited behind them`);
  if (summary.segments_outside_window > 0) {
    lines.push(`${count(summary.segments_outside_window, 'TCP segment')} not read: too far ahead to belong to the stream`);
  }
  if (summary.datagrams_given_up > 0) {
    lines.push(`${count(summary.datagrams_given_up, 'fragmented datagram')} let go: more were incomplete at a time than the limit allows`);
  }
  if (summary.tunnels_too_deep > 0) lines.push(`${count(summary.tunnels_too_deep, 'packet')} not looked into: tunnels nested too deep`);
  if (summary.aggregated_frames > 0)
    lines.push(`${count(summary.aggregated_frames, 'frame')} not read: behind the first in an 802.11 aggregate`);
  if (summary.conflicting_overlaps > 0) {
    lines.push(`${count(summary.conflicting_overlaps, 'TCP segment')} came again with another content; the first was taken`);
  }
  if (Object.keys(summary.abandoned).length > 0) lines.push(`not understood to the end${listed(summary.abandoned)}`);
  return `${lines.join('\n')}\n`;
}

function count(n: number, noun: string): string {
  return `${wholeNumber(n)} ${noun}${n === 1 ? '' : 's'}`;
}

function listed(counts: Record<string, number>): string {
  const entries = Object.entries(counts);
  return entries.length === 0 ? '' : ` (${entries.map(([name, n]) => `${name.replaceAll('_', ' ')}: ${wholeNumber(n)}`).join(', ')})`;
}
