import { lookup } from 'node:dns/promises';
import type { Kafka } from 'kafkajs';
import type { Config } from './settings.ts';

/** What leads to servers whose traffic follows from what is captured. */
type Servers = Pick<Config, 'kafkaBrokers'> & Partial<Pick<Config, 'elasticsearchNodes' | 'redisUrl'>>;

const defaultPorts: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443 };
const redisPort = 6379;

/**
 * A pcap filter that leaves out what comes of capturing: packets to and from the brokers would be packets to be sent, for ever, and so would those with which the other services store what was
 * found in them. Brokers that the cluster names are left out as well as those that are configured.
 */
export async function withoutOwnTraffic(filter: string, kafka: Kafka, servers: Servers, operationsPort: number): Promise<string> {
  const admin = kafka.admin();
  await admin.connect();
  const { brokers: named } = await admin.describeCluster();
  await admin.disconnect();
  const { kafkaBrokers, elasticsearchNodes = [], redisUrl } = servers;
  const addresses = redisUrl === undefined ? elasticsearchNodes : [...elasticsearchNodes, redisUrl];
  const places = [...kafkaBrokers.map(placeOf), ...named.map(({ host, port }) => ({ host, port })), ...addresses.map(placeOfAddress)];
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

function placeOfAddress(address: string): { host: string; port: number } {
  const { hostname, port, protocol } = new URL(address);
  return { host: hostname.replace(/^\[|\]$/g, ''), port: port === '' ? (defaultPorts[protocol] ?? redisPort) : Number(port) };
}

async function addressesOf(host: string): Promise<string[]> {
  return (await lookup(host, { all: true })).map(({ address }) => address);
}
