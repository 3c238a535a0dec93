import { mkdir, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { planElasticsearch } from './elasticsearch.ts';
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

export interface StackOptions {
  readonly compiler?: Compiler;
}

export async function openStack({ compiler = 'quick' }: StackOptions = {}): Promise<Stack> {
  const folder = await mkdtemp(join(tmpdir(), 'orbweaver-stack-'));
  const keeper = startKeeper(folder);
  const servers = new Map<Service, Promise<StackServer>>();
  let java: Promise<Java> | undefined;

  const plan = async (service: Service, own: string, port: number) => {
    if (service === 'redis') return planRedis(own, port);
    java ??= findJava();
    return service === 'kafka' ? planKafka(own, port, await java, compiler) : planElasticsearch(own, port, await java, compiler);
  };
  const start = async (service: Service): Promise<StackServer> => {
    const own = join(folder, service);
    await mkdir(own);
    const port = await freePort();
    const server = createServer(await plan(service, own, port), keeper);
    await server.start();
    return Object.defineProperties(server, {
      port: { value: port },
      address: { value: addresses[service](port) },
    }) as StackServer;
  };

  return {
    folder,
    server: (service) => {
      let found = servers.get(service);
      if (found === undefined) servers.set(service, (found = start(service)));
      return found;
    },
    close: () => keeper.close(),
  };
}

const addresses: Readonly<Record<Service, (port: number) => string>> = {
  kafka: (port) => `127.0.0.1:${port}`,
  elasticsearch: (port) => `http://127.0.0.1:${port}`,
  redis: (port) => `redis://127.0.0.1:${port}`,
};
