import type { TrafficRecord } from '@orbweaver/contracts/records/record.ts';

/** Exchanges what a record says of its two sides. */
export function reversed(record: TrafficRecord): TrafficRecord {
  const turned = Object.entries(record).map(([name, value]) => [opposite[name] ?? name, value] as const);
  return Object.fromEntries(turned) as TrafficRecord;
}

const opposite: Readonly<Record<string, string>> = {
  'source.ip': 'destination.ip',
  'destination.ip': 'source.ip',
  'source.port': 'destination.port',
  'destination.port': 'source.port',
  'source.mac': 'destination.mac',
  'destination.mac': 'source.mac',
};
