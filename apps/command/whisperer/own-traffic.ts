import { lookup } from 'node:dns/promises';
import type { Kafka } from 'kafkajs';

/**
 * A pcap filter that leaves out what this process says itself: packets to and from the brokers would be packets to be sent, for ever. `brokers` are host:port as
 * configured; those that the cluster names are left out as well.
 */
export async function withoutOwnTraffic(filter: string, kafka: Kafka, brokers: readonly string[], operationsPort: number): Promise<string> {
  const admin = kafka.admin();
  await admin.connect();
  const { brokers: named } = await admin.describeCluster();
  await admin.disconnect();
  const places = [...brokers.map(placeOf), ...named.map(({ host, port }) => ({ host, port }))];
  const excluded = new Set<string>([`not tcp port ${operationsPort}`]);
  for (const { host, port } of places)
    for (const address of await addressesOf(host)) excluded.add(`not (host ${address} and tcp port ${port})`);
  const own = [...excluded].join(' and ');
  return filter.trim() === '' ? own : `(${filter}) and ${own}`;
}

function placeOf(broker: string): { host: string; port: number } {
  const colon = broker.lastIndexOf(':');
  return { host: broker.slice(0, colon).replace(/^\[|\]$/g, ''), port: Number(broker.slice(colon + 1)) };
}

async function addressesOf(host: string): Promise<string[]> {
  return (await lookup(host, { all: true })).map(({ address }) => address);
}
