import { mkdir, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeCertificates, type Certificates } from './certificates.ts';
import { credentials } from './credentials.ts';
import { planElasticsearch } from './elasticsearch.ts';
import { planFront } from './front.ts';
import { findJava, type Compiler, type Java } from './java.ts';
import { planKafka } from './kafka.ts';
import { startKeeper } from './keeper.ts';
import { freePort } from './ports.ts';
import { planRedis } from './redis.ts';
import { createServer, type Server } from './server.ts';

export const services = ['kafka', 'elasticsearch', 'redis'] as const;
export type Service = (typeof services)[number];

/** One of the servers and where it is. */
export interface StackServer extends Server {
  readonly port: number;
  /** `127.0.0.1:20001` (Kafka), `http://127.0.0.1:20002` (Elasticsearch), `redis://127.0.0.1:20003`. */
  readonly address: string;
}

/** Real servers on loopback ports, with their data in a temporary folder that goes with them. */
export interface Stack {
  readonly folder: string;
  /** Of a secured stack. */
  readonly access: Access | undefined;
  /** Starts it where it does not run yet. Several at once may ask for the same. */
  server(service: Service): Promise<StackServer>;
  /** Ends the servers and deletes their folder. */
  close(): Promise<void>;
}

/** Names of the settings that lead Orbweaver's services to the servers. */
export const variables: Readonly<Record<Service, string>> = {
  kafka: 'ORBWEAVER_KAFKA_BROKERS',
  elasticsearch: 'ORBWEAVER_ELASTICSEARCH_NODES',
  redis: 'ORBWEAVER_REDIS_URL',
};

/** Settings that lead Orbweaver's services to the servers at these addresses, by name as in the environment behind `ORBWEAVER_`. */
export function settingsFor(addresses: Readonly<Record<Service, string>>): Record<string, string> {
  return Object.fromEntries(services.map((service) => [variables[service].replace('ORBWEAVER_', ''), addresses[service]]));
}

/** Asks for each server, which may have to be started first, and resolves to where all are. */
export async function addressesOf(stack: {
  server(service: Service): Promise<Pick<StackServer, 'address'>>;
}): Promise<Record<Service, string>> {
  const servers = await Promise.all(services.map(async (service) => [service, (await stack.server(service)).address] as const));
  return Object.fromEntries(servers) as Record<Service, string>;
}

export interface StackOptions {
  readonly compiler?: Compiler;
  /** Everyone speaks TLS and asks who is there: Kafka by SASL, Redis by password, Elasticsearch (an nginx before it) by Basic. */
  readonly isSecured?: boolean;
}

/** How to get into a secured stack. */
export interface Access {
  readonly username: string;
  readonly password: string;
  /** File with the certificate of the authority that signed the servers'. */
  readonly ca: string;
}

export async function openStack({ compiler = 'quick', isSecured = false }: StackOptions = {}): Promise<Stack> {
  const folder = await mkdtemp(join(tmpdir(), 'orbweaver-stack-'));
  const keeper = startKeeper(folder);
  const servers = new Map<Service, Promise<StackServer>>();
  let java: Promise<Java> | undefined;

  const certificates = isSecured
    ? await makeCertificates(folder).catch(async (error: unknown) => {
        await keeper.close();
        throw error;
      })
    : undefined;
  const plan = async (service: Service, own: string, port: number) => {
    if (service === 'redis') return planRedis(own, port, certificates);
    java ??= findJava();
    return service === 'kafka'
      ? planKafka(own, port, await java, compiler, certificates)
      : planElasticsearch(own, port, await java, compiler);
  };
  const start = async (service: Service): Promise<StackServer> => {
    const own = join(folder, service);
    await mkdir(own);
    const port = await freePort();
    const server = createServer(await plan(service, own, port), keeper);
    await server.start();
    const front = service === 'elasticsearch' && certificates !== undefined ? await before(port, certificates) : port;
    return Object.defineProperties(server, {
      port: { value: front },
      address: { value: addresses[service](front, isSecured) },
    }) as StackServer;
  };
  const before = async (port: number, certificate: Certificates): Promise<number> => {
    const own = join(folder, 'front');
    await mkdir(own);
    const front = await freePort();
    await createServer(await planFront(own, front, `http://127.0.0.1:${port}`, certificate), keeper).start();
    return front;
  };

  return {
    folder,
    access: certificates === undefined ? undefined : { ...credentials, ca: certificates.ca },
    server: (service) => {
      let found = servers.get(service);
      if (found === undefined) servers.set(service, (found = start(service)));
      return found;
    },
    close: () => keeper.close(),
  };
}

const addresses: Readonly<Record<Service, (port: number, isSecured: boolean) => string>> = {
  kafka: (port) => `127.0.0.1:${port}`,
  elasticsearch: (port, isSecured) => `${isSecured ? 'https' : 'http'}://127.0.0.1:${port}`,
  redis: (port, isSecured) => `${isSecured ? 'rediss' : 'redis'}://127.0.0.1:${port}`,
};

/** A secured way to an Elasticsearch that is there already: an nginx of its own. */
export async function openFront(target: string): Promise<{ readonly address: string; readonly access: Access; close(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'orbweaver-front-'));
  const keeper = startKeeper(folder);
  try {
    const certificates = await makeCertificates(folder);
    const port = await freePort();
    await createServer(await planFront(folder, port, target, certificates), keeper).start();
    return { address: `https://127.0.0.1:${port}`, access: { ...credentials, ca: certificates.ca }, close: () => keeper.close() };
  } catch (error) {
    await keeper.close();
    throw error;
  }
}
